"""What is made as large as possible: P(liquidation) of a mode, or the shortfall of a ``var`` requirement."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stresskit.config_file import Loaded, Override, altered
from stresskit.domain import Estimate, Float2D
from stresskit.margin.var import Var
from stresskit.measure.law import PLAIN, Law
from stresskit.pipeline.accounts import Prepared
from stresskit.pipeline.setting import Setting, prepare, restressed
from stresskit.simulate.blocks import stream
from stresskit.study.dial.illusion import asked, losses

SCENARIO = "worst_plausible"
P_LIQUIDATION, SHORTFALL = "p_liquidation", "requirement_shortfall"
Sample = tuple[Any, Law]


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """One account under one mode, on one seed: figures at any correlation of its assets."""

    setting: Setting
    assets: tuple[str, ...]
    mode: str
    workers: int

    @property
    def account(self) -> Prepared:
        """The only one."""
        return self.setting.accounts[0]

    def figures(self) -> list[str]:
        """Names of what can be asked."""
        known = self.account.modes[self.mode].spec
        own = isinstance(known, Var) and bool(asked(self.at(None), self.account, SCENARIO))
        return [P_LIQUIDATION, SHORTFALL] if own else [P_LIQUIDATION]

    def at(self, matrix: Float2D | None) -> Setting:
        """The setting at a correlation; None: the calm one."""
        return restressed(self.setting, broken(self.setting.loaded, self.assets, matrix))

    def sample(self, figure: str, matrix: Float2D | None) -> Sample:
        """Per path whether it is liquidated, or USD lost beyond the requirement; and the law of paths."""
        setting = self.at(matrix)
        if figure == SHORTFALL:
            (ask,) = asked(setting, self.account, SCENARIO)
            loss, law = losses(setting, self.account, SCENARIO, ask, self.workers)
            return np.maximum(loss - ask.book, 0.0), law
        simulation = setting.loaded.run.simulation
        hits, weights = [], []
        for outcome in stream(setting.plan(SCENARIO), simulation.paths, simulation.block, self.workers):
            hits.append(outcome.records[0].first_step >= 0)
            weights.append(outcome.weight)
        law = PLAIN if setting.importance() is None else Law(np.concatenate(weights))
        return np.concatenate(hits), law


def estimated(figure: str, sample: Sample) -> Estimate:
    """The figure of a sample, with its interval."""
    values, law = sample
    return law.share(values) if figure == P_LIQUIDATION else law.mean(values, floor=0.0)


def paired(figure: str, worst: Sample, calm: Sample) -> Estimate:
    """By how much the figure is larger than in the calm model, on the same draws."""
    values, law = worst
    if figure == P_LIQUIDATION:
        gap = law.paired(values, calm[0])["difference"]
        return Estimate(gap["value"], gap["low"], gap["high"], gap.get("reason"))
    return law.mean(values - calm[0])


def worlds(loaded: Loaded, name: str, seed: int, paths: int) -> Callable[[str, tuple[str, ...], int], World]:
    """Worlds of one account on a seed, by mode, assets and workers."""
    keys = {"seed": seed, "paths": paths}
    changes = [Override(f"--{key} {value}", ("simulation", key), value) for key, value in keys.items()]
    calm = altered(broken(loaded, (), None), [*changes, Override("worst", ("limits",), {})])
    setting = prepare(calm)
    account = next(one for one in setting.accounts if one.name == name)

    def world(mode: str, assets: tuple[str, ...], workers: int) -> World:
        only = replace(account, modes={mode: account.modes[mode]})
        return World(replace(setting, accounts=[only], endowed={name: []}), assets, mode, workers)

    return world


def broken(loaded: Loaded, assets: tuple[str, ...], matrix: Float2D | None) -> Loaded:
    """The config with the calm model, or `matrix` among `assets` throughout, as its only scenario."""
    spec: dict[str, Any] = {"kind": "baseline"}
    if matrix is not None:
        rows = [list(map(float, row)) for row in matrix]
        spec = {"kind": "correlation_breakdown", "toward": "matrix", "strength": 1.0}
        spec |= {"assets": list(assets), "matrix": rows}
    changes = {"scenarios": {SCENARIO: spec}, "limits": {}, "comparison": {"equal_efficiency": False}}
    return altered(
        loaded, [Override("the worst correlation", (key,), value) for key, value in changes.items()]
    )
