"""One strength: every account's life under every mode, from one set of paths."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from stresskit.domain import Estimate, Record
from stresskit.measure.law import PLAIN, Law
from stresskit.measure.life import COSTS, liquidated
from stresskit.measure.paired import Hits
from stresskit.pipeline.setting import Setting
from stresskit.simulate.blocks import stream

KEPT = ("first_step", "closed_step", *COSTS)
LEVEL = 2  # of the reported levels: 0.99
Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class LifeAt:
    """What one life came to: is it liquidated, closed out, at what cost (paths,)."""

    hits: Hits
    closed: Hits
    cost: Array

    def figures(self, law: Law) -> dict[str, Estimate]:
        """Probabilities, and the expected cost in USD."""
        return {
            "p_liquidation": law.share(self.hits),
            "p_closed_out": law.share(self.closed),
            "expected_liquidation_cost": law.mean(self.cost, floor=0.0),
        }

    def against(self, baseline: "LifeAt", law: Law) -> dict[str, Estimate]:
        """Paired differences from the baseline on the same paths."""
        gap = law.paired(self.hits, baseline.hits)["difference"]
        return {
            "p_liquidation": Estimate(gap["value"], gap["low"], gap["high"], gap.get("reason")),
            "expected_liquidation_cost": law.mean(self.cost - baseline.cost),
        }


@dataclass(frozen=True, slots=True, eq=False)
class PointAt:
    """All lives by name, and the loss (paths,) of each account's book without margin."""

    law: Law
    lives: dict[str, LifeAt]
    losses: dict[str, Array]

    def tails(self, account: str) -> tuple[Estimate, Estimate]:
        """VaR and ES 99 % of the mark-to-market loss over the horizon."""
        quantiles, averages = self.law.tails(self.losses[account])
        return quantiles[LEVEL], averages[LEVEL]


def simulate(setting: Setting, scenario: str, workers: int, told: Callable[[int], None]) -> PointAt:
    """Live through all paths of one scenario; `told` hears how many are done."""
    simulation, names = setting.loaded.run.simulation, [one.name for one, _ in setting.lives()]
    columns: list[list[tuple[Array, ...]]] = [[] for _ in names]
    profits: list[list[Array]] = [[] for _ in setting.accounts]
    weights: list[Array] = []
    for outcome in stream(setting.plan(scenario), simulation.paths, simulation.block, workers):
        for parts, record in zip(columns, outcome.records, strict=True):
            parts.append(_kept(record))
        for parts_of, profit in zip(profits, outcome.profits, strict=True):
            parts_of.append(profit)
        weights.append(outcome.weight)
        told(outcome.path + len(outcome.weight))
    law = PLAIN if setting.importance() is None else Law(np.concatenate(weights))
    return PointAt(
        law,
        {name: _life(parts) for name, parts in zip(names, columns, strict=True)},
        {a.name: 0.0 - np.concatenate(p) for a, p in zip(setting.accounts, profits, strict=True)},
    )


def _kept(record: Record) -> tuple[Array, ...]:
    return tuple(getattr(record, name) for name in KEPT)


def _life(parts: list[tuple[Array, ...]]) -> LifeAt:
    joined = dict(zip(KEPT, map(np.concatenate, zip(*parts, strict=True)), strict=True))
    cost: Array = np.sum([joined[name] for name in COSTS], axis=0)
    return LifeAt(liquidated(partial(_column, joined)), joined["closed_step"] >= 0, cost)


def _column(joined: dict[str, Array], name: str) -> Array:
    return joined[name]
