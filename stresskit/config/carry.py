"""``[model.funding]`` and ``[model.basis]``: what perpetuals earn or pay beside their prices."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from stresskit.config.fault import misplaced
from stresskit.spec import Duration, Fraction, Spec

ASSET = r"^[A-Z0-9]{1,20}$"
Asset = Annotated[str, Field(pattern=ASSET)]
Rate = Annotated[float, Field(gt=-1, lt=1)]


class _Factor(Spec):
    """A factor of every asset that some perpetual is on.

    Attributes
    ----------
    constant : assets whose factor stays where it is; needed where the market has none calibrated.
    initial : where others start (default: their long-run mean).
    """

    kind: Literal["simulated", "off"]
    constant: dict[Asset, Rate] = Field(default_factory=dict)
    initial: dict[Asset, Rate] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _once(self) -> "_Factor":
        for asset in self.initial:
            if asset in self.constant:
                raise misplaced("initial", f"one value for {asset}: it is among the constant ones")
        return self


class Funding(_Factor):
    """Funding rates, as fractions of the notional per 8 hours, and when they are paid.

    Attributes
    ----------
    interval : hours between payments, instead of the venue's.
    cap, floor : of the rate an interval, instead of the venue's.
    first_payment : time from the start to the first payment (default: one interval).
    """

    interval: Duration | None = None
    cap: Fraction | None = None
    floor: Annotated[float, Field(ge=-1, le=0)] | None = None
    first_payment: Duration | None = None

    @model_validator(mode="after")
    def _some_time(self) -> "Funding":
        for key in ("interval", "first_payment"):
            if getattr(self, key) == 0:
                raise misplaced(key, "a duration above zero")
        return self


class Basis(_Factor):
    """Mark of a perpetual over its index, less one, as a fraction."""
