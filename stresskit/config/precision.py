"""``[simulation.precision]``: how sure which figure must be where ``paths = "auto"``."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from stresskit.config.fault import misplaced
from stresskit.spec import Name, Spec

AUTO = 0  # stands for "auto" among numbers of paths
MOST = 10_000_000

Figure = Literal["p_liquidation", "p_closed_out", "expected_liquidation_cost", "var", "es"]


def _read(value: object) -> object:
    if value == "auto":
        return AUTO
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST:
        return value
    raise ValueError(f'a whole number from 1 to {MOST}, or "auto"')


def _written(value: int) -> int | str:
    return "auto" if value == AUTO else value


Paths = Annotated[int, BeforeValidator(_read), PlainSerializer(_written)]


class Precision(Spec):
    """When ``paths = "auto"`` is content: half of the 95 % interval of one figure, in one scenario.

    Attributes
    ----------
    figure : of a mode at equal collateral; ``var`` and ``es`` are those of the market at 99 %.
    within : largest half-width, in the figure's unit (USD, or a fraction).
    relative : the same as a fraction of the figure; one of the two, ``within = 0.002`` without either.
    mode, scenario, account : by default the baseline mode and scenario, and the first account.
    least, most : numbers of paths to begin with and to stop at; in between the number doubles.
    """

    figure: Figure = "p_liquidation"
    within: Annotated[float, Field(gt=0)] | None = None
    relative: Annotated[float, Field(gt=0, lt=1)] | None = None
    mode: Name | None = None
    scenario: Name | None = None
    account: Name | None = None
    least: Annotated[int, Field(ge=1000, le=MOST)] = 10_000
    most: Annotated[int, Field(ge=1000, le=MOST)] = 1_280_000

    @model_validator(mode="after")
    def _one_measure(self) -> "Precision":
        if self.within is not None and self.relative is not None:
            raise misplaced("relative", "either this or within, not both")
        if self.within is None and self.relative is None and self.figure[:2] != "p_":
            raise misplaced("within", "this key or relative: what is precise enough depends on the book")
        if self.most < self.least:
            raise misplaced("most", f"at least the {self.least} paths to begin with")
        return self

    def content(self, value: float | None, half: float) -> bool:
        """Whether a figure with an interval of so much on either side is sure enough."""
        if value is None:
            return False
        if self.relative is not None:
            return half <= self.relative * abs(value)
        return half <= (0.002 if self.within is None else self.within)
