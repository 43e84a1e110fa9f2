"""Figures of one account, and of all accounts together, from what their paths left."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import Float1D, Float2D, Record
from stresskit.measure.figure import figure
from stresskit.measure.law import LEVELS, PLAIN
from stresskit.measure.life import life_figures

KEPT = (
    "terminal_equity",
    "first_step",
    "closed_step",
    "fee",
    "slippage",
    "fund",
    "shortfall",
    "shortfall_price",
)
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


def account_figures(records: Sequence[Record], equity: float, step_h: float) -> dict[str, Any]:
    """The figures of ``metrics.json`` for one account: exactly those of a run of its own."""
    columns = {name: np.concatenate([getattr(record, name) for record in records]) for name in KEPT}
    return life_figures(columns.__getitem__, equity, step_h)


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
