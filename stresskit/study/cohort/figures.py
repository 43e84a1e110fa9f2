"""Figures of one account, and of all accounts together, from what their paths left."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from stresskit.domain import Float1D, Float2D, Record
from stresskit.measure.figure import figure
from stresskit.measure.law import LEVELS, PLAIN

KEPT = {
    "terminal_equity": np.float64,
    "first_step": np.int32,
    "closed_step": np.int32,
    "fee": np.float64,
    "slippage": np.float64,
    "fund": np.float64,
    "shortfall": np.float64,
    "shortfall_price": np.float64,
}
KEPT_BYTES = sum(np.dtype(dtype).itemsize for dtype in KEPT.values())  # a path and life
ESTIMATES = (
    "p_liquidation",
    "p_closed_out",
    "p_shortfall",
    "loss_given_liquidation",
    "expected_liquidation_cost",
    "shortfall",
)


class Key(NamedTuple):
    """A scenario and a margin mode."""

    scenario: str
    mode: str


class Columns:
    """The outcome columns (paths,) of one life that its figures need, filled block by block."""

    def __init__(self, paths: int) -> None:
        self._kept = {name: np.empty(paths, dtype) for name, dtype in KEPT.items()}

    def add(self, first: int, record: Record) -> None:
        """Add the outcome of a block, the first path of which has index `first`."""
        for name, column in self._kept.items():
            found = getattr(record, name)
            column[first : first + len(found)] = found

    def __call__(self, name: str) -> npt.NDArray[Any]:
        """A column by its name."""
        return self._kept[name]


class Lived(NamedTuple):
    """What every life of a group has left of one scenario."""

    scenario: str
    columns: list[Columns]


def flat(figures: Mapping[str, Any]) -> dict[str, Any]:
    """The figures as columns of a table: value, low and high of each estimate."""
    row: dict[str, Any] = {}
    named = {name: figures[name] for name in ESTIMATES}
    named |= {f"{m}_{level:g}": figures[m][f"{level:g}"] for m in ("var", "es") for level in LEVELS}
    for name, found in named.items():
        row |= {name: found["value"], f"{name}_low": found["low"], f"{name}_high": found["high"]}
    return row | {"time_to_liquidation_h_median": figures["time_to_liquidation_h"]["median"]}


class Together:
    """Sums over the accounts, path by path, under one scenario and mode; USD except the count."""

    def __init__(self, paths: int) -> None:
        self.shortfall, self.fund, self.liquidated = np.zeros((3, paths))

    @classmethod
    def of(cls, array: Float2D) -> "Together":
        """The sums of an `array` that was kept."""
        found = cls(array.shape[1])
        found.shortfall[:], found.fund[:], found.liquidated[:] = array
        return found

    def array(self) -> Float2D:
        """The sums (3, paths), to be kept."""
        return np.array([self.shortfall, self.fund, self.liquidated])

    def add(self, first: int, record: Record) -> None:
        """Add one account's block of paths, the first of which has index `first`."""
        here = slice(first, first + len(record.fund))
        self.shortfall[here] += record.shortfall
        self.fund[here] += record.fund
        self.liquidated[here] += record.first_step >= 0

    def figures(self) -> dict[str, Any]:
        """``fund_draw``: shortfall less what takeovers left the insurance fund, where that is above zero."""
        draw = np.maximum(self.shortfall - self.fund, 0.0)
        return {
            "p_any_liquidation": figure(PLAIN.share(self.liquidated > 0)),
            "p_any_shortfall": figure(PLAIN.share(self.shortfall > 0)),
            "liquidated_accounts": _law_of(self.liquidated),
            "total_shortfall": _law_of(self.shortfall),
            "fund_draw": _law_of(draw),
        }


def _law_of(values: Float1D) -> dict[str, Any]:
    """Mean with its interval, and the tail by level."""
    quantiles, averages = PLAIN.tails(values)
    names = [f"{level:g}" for level in LEVELS]
    return {
        "mean": figure(PLAIN.mean(values, floor=0.0)),
        "var": dict(zip(names, map(figure, quantiles), strict=True)),
        "es": dict(zip(names, map(figure, averages), strict=True)),
    }
