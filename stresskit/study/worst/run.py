"""The correlation matrix in the plausibility ball at which each mode does worst, by common random numbers.

What is found on the paths of the search is judged again on another seed, where calm and worst see the same
draws: that figure is the answer, because a search picks what its own paths happen to favour.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from stresskit.config_file import Loaded
from stresskit.domain import Float1D, Float2D
from stresskit.errors import ConfigError, Problem
from stresskit.measure.figure import figure
from stresskit.pipeline import Progress
from stresskit.pipeline.accounts import Prepared
from stresskit.pipeline.admissible import refuse_what_cannot_run
from stresskit.pipeline.draws import exposures
from stresskit.pipeline.setting import Setting, prepare
from stresskit.scenario.correlations import matrices, mean_matrix
from stresskit.scenario.plausibility import history, percentile
from stresskit.study.worst.ball import Ball, ball
from stresskit.study.worst.figures import World, broken, estimated, paired, worlds
from stresskit.study.worst.search import Climb, climb

Show = Callable[[Progress], None]
PATH_ASSETS = 10_000
SEED_STEP = 1_000_003  # from the search's seed to that of the verdict
SPARE = "fewer than two assets with a net exposure: no correlation matters"


@dataclass(frozen=True, slots=True)
class Ask:
    """How far correlations may go, and how hard to look.

    Attributes
    ----------
    level : every pair stays between this quantile of its history and one minus it.
    evaluations : correlation matrices that the search of one figure may try.
    paths : of each; None: 10,000 over the number of assets, at most those of the config.
    """

    level: float = 0.01
    evaluations: int = 60
    paths: int | None = None

    def refuse_impossible(self) -> None:
        """Check what was asked.

        Raises
        ------
        ConfigError
            With every problem.
        """
        problems = []
        if not 0.0 <= self.level < 0.5:
            expected = f"a quantile from 0 to below 0.5, not {self.level:g}"
            problems.append(Problem("--level", "", expected))
        if self.evaluations < 2:
            problems.append(Problem("--evaluations", "", f"2 or more, not {self.evaluations}"))
        if problems:
            raise ConfigError(problems)


def worst(
    loaded: Loaded, ask: Ask | None = None, workers: int = 1, show: Show | None = None
) -> dict[str, Any]:
    """The worst plausible correlation of every account and mode.

    Returns
    -------
    dict
        ``ball``: its definition and level. ``accounts.<name>.modes.<mode>.<figure>``, the figure being
        ``p_liquidation`` or, of a ``var`` mode, ``requirement_shortfall`` (mean loss beyond the requirement
        over its margin period, USD): ``matrix`` of the ``assets``, ``pairs`` (``calm``, ``worst``, ``low``,
        ``high`` and ``percentile`` of the worst), ``searched`` and ``verified`` figures, each calm and worst
        with 95 % intervals, their paired ``difference``, and how many ``evaluations`` it took.

    Raises
    ------
    ConfigError, DataError
        As a run of the config would, if the dependence has no correlation matrix, or if `ask` is impossible.
    """
    ask = ask or Ask()
    ask.refuse_impossible()
    setting = prepare(broken(loaded, (), None))
    refuse_what_cannot_run(setting)
    known, simulation = history(), loaded.run.simulation
    paths = ask.paths or min(simulation.paths, PATH_ASSETS // max(setting.used.size, 1))
    window = f"{known['window']} windows, {known['first']} to {known['last']}"
    return {
        "kind": "worst",
        "name": loaded.run.name,
        "ball": {
            "level": ask.level,
            "history": f"rolling correlations of hourly returns, {window}",
            "definition": f"every pair between its {ask.level:g} and {1 - ask.level:g} quantile, and the "
            "whole a correlation matrix",
        },
        "paths": paths,
        "seed": simulation.seed,
        "verified_seed": simulation.seed + SEED_STEP,
        "accounts": {
            account.name: _account(loaded, setting, account, ask, paths, workers, show)
            for account in setting.accounts
        },
    }


def _account(
    loaded: Loaded,
    setting: Setting,
    account: Prepared,
    ask: Ask,
    paths: int,
    workers: int,
    show: Show | None,
) -> dict[str, Any]:
    hypothetical = [name for name, mode in account.modes.items() if mode.hypothetical]
    exposure, calm = _held(setting, account)
    held = np.flatnonzero(exposure)
    if held.size < 2:
        return {"hypothetical": hypothetical, "modes": None, "reason": SPARE}
    names = tuple(setting.assets[i] for i in held)
    matrix = np.ascontiguousarray(calm[np.ix_(held, held)])
    looked = Looked(names, matrix, exposure[held], ball(ask.level, names, matrix), ask.evaluations, show)
    seed = loaded.run.simulation.seed
    first, second = (worlds(loaded, account.name, s, paths) for s in (seed, seed + SEED_STEP))
    modes = {}
    for mode in account.modes:
        searching, judging = first(mode, names, workers), second(mode, names, workers)
        modes[mode] = {what: looked.answer(what, searching, judging) for what in searching.figures()}
    return {"hypothetical": hypothetical, "without_history": list(looked.within.unknown), "modes": modes}


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """Where to look for one account: its `names` and `calm` matrix, net `exposure` times volatility."""

    names: tuple[str, ...]
    calm: Float2D
    exposure: Float1D
    within: Ball
    most: int
    show: Show | None

    def answer(self, what: str, searching: World, judging: World) -> dict[str, Any]:
        """The worst matrix for one figure, and the figure there and in the calm model, on both seeds."""
        tried = 0

        def value(candidate: Float2D) -> float:
            nonlocal tried
            if self.show:
                self.show(Progress(tried, self.most, f"{searching.mode}: {what}"))
            tried += 1
            return float(estimated(what, searching.sample(what, candidate)).value or 0.0)

        found = climb(self.within, self.calm, self.exposure, value, self.most)
        own = _told(self.names, self.calm, self.within, found)
        return {**own, "searched": _both(what, searching, found), "verified": _both(what, judging, found)}


def _both(what: str, world: World, found: Climb) -> dict[str, Any]:
    before, after = (world.sample(what, one) for one in (None, found.best))
    return {
        "calm": figure(estimated(what, before)),
        "worst": figure(estimated(what, after)),
        "difference": figure(paired(what, after, before)),
    }


def _held(setting: Setting, account: Prepared) -> tuple[Float1D, Float2D]:
    """Net exposure times volatility (assets,), and the calm correlation (assets, assets).

    Raises
    ------
    ConfigError
        If the dependence has no correlation matrix.
    """
    net = np.zeros(setting.variance.size)
    np.add.at(net, *exposures(account.book))
    gross = float(np.abs(net).sum())
    net[np.abs(net) <= 1e-9 * gross] = 0.0
    try:
        whole = mean_matrix(matrices(setting.market.model.dependence))
    except ValueError as error:
        source = setting.loaded.source
        raise ConfigError([source.problem(("model", "dependence", "kind"), str(error))]) from None
    return net * np.sqrt(setting.variance), whole[np.ix_(setting.used, setting.used)]


def _told(names: tuple[str, ...], calm: Float2D, within: Ball, found: Climb) -> dict[str, Any]:
    pairs = {}
    for i, j in combinations(range(len(names)), 2):
        place = percentile(names[i], names[j], float(found.best[i, j]))
        pairs[f"{names[i]}/{names[j]}"] = {
            "calm": float(calm[i, j]),
            "worst": float(found.best[i, j]),
            "low": float(within.low[i, j]),
            "high": float(within.high[i, j]),
            **({} if place is None else {"percentile": place}),
        }
    return {
        "assets": list(names),
        "matrix": found.best.tolist(),
        "least_eigenvalue": float(np.linalg.eigvalsh(found.best)[0]),
        "pairs": pairs,
        "evaluations": found.made,
    }
