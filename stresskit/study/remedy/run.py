"""The smallest top-up, and the smallest change of one leg, that brings P(liquidation) under a target.

More collateral never brings the first breach forward, so the top-up is found by bisection, several
amounts at a time. A leg is another matter: cutting it may take a hedge away, so P is not monotone in
it, and every leg is looked at on a grid, smaller and larger, with the order paid for. All candidates
live on the same paths; what is recommended was itself simulated, and is judged by the upper end of its
interval.
"""

from collections.abc import Callable, Sequence
from typing import Any

from stresskit.config_file import Loaded, Override, altered
from stresskit.measure.figure import figure
from stresskit.pipeline.accounts import Prepared
from stresskit.pipeline.admissible import refuse_what_cannot_run
from stresskit.pipeline.setting import prepare
from stresskit.study.remedy.ask import Ask
from stresskit.study.remedy.changes import legs, order_cost, resized, topped_up
from stresskit.study.remedy.trial import Show, Told, Trial

GRID = tuple(round(0.1 * i, 1) for i in range(1, 11))  # shares of a leg
FINER = 5  # parts of the grid's interval in which the first success lies
FIRST = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)  # of the equity
SPLIT, ROUNDS = 7, 2
TOO_MUCH = "sixteen times the equity would not do"


def remedies(loaded: Loaded, ask: Ask, workers: int = 1, show: Show | None = None) -> dict[str, Any]:
    """What brings each mode of each account under the target.

    Parameters
    ----------
    ask : the target, and the scenarios it must hold in.

    Returns
    -------
    dict
        ``accounts.<name>.<mode>``: ``now`` by scenario, ``met``, ``top_up`` and ``legs``; every estimate with
        its 95 % interval, money in USD. What does not exist is null with the reason.

    Raises
    ------
    ConfigError, DataError
        As a run of the config would, or if `ask` cannot be answered.
    """
    scenarios, paths = ask.chosen(loaded), ask.number(loaded)
    loaded = altered(loaded, [Override("--paths", ("simulation", "paths"), paths)])
    setting = prepare(loaded)
    refuse_what_cannot_run(setting)
    trial = Trial(setting, scenarios, paths, ask.target, workers, show)
    return {
        "kind": "remedy",
        "name": loaded.run.name,
        "target": ask.target,
        "scenarios": list(scenarios),
        "paths": paths,
        "seed": loaded.run.simulation.seed,
        "accounts": {
            account.name: {mode: _mode(trial, account, mode) for mode in account.modes}
            for account in setting.accounts
        },
    }


def _mode(trial: Trial, account: Prepared, mode: str) -> dict[str, Any]:
    (now,) = trial.of([account], mode)
    found = {"now": _written(now), "hypothetical": account.modes[mode].hypothetical}
    if trial.passes(now):
        return {**found, "met": True, "top_up": None, "legs": [], "reason": "met as it is"}
    changes = [_leg(trial, account, mode, p, sign) for p in legs(account) for sign in (-1.0, 1.0)]
    return {**found, "met": False, "top_up": _top_up(trial, account, mode), "legs": changes}


def _written(told: Told) -> dict[str, Any]:
    return {name: figure(estimate) for name, estimate in told.items()}


def _top_up(trial: Trial, account: Prepared, mode: str) -> dict[str, Any]:
    """Bisection with several amounts at once, in whole dollars."""

    def candidate(usd: float) -> Prepared:
        return topped_up(account, usd)

    low, amounts = 0.0, [float(round(share * account.equity)) for share in FIRST]
    met = _first(trial, mode, candidate, amounts)
    if met is None:
        return {"usd": None, "reason": TOO_MUCH}
    for _ in range(ROUNDS + 1):
        place, told = met
        low, high = (amounts[place - 1] if place else low), amounts[place]
        inner = {float(round(low + (high - low) * i / (SPLIT + 1))) for i in range(1, SPLIT + 1)}
        amounts = [*sorted(inner - {low, high}), high]
        met = _first(trial, mode, candidate, amounts[:-1]) or (len(amounts) - 1, told)
    return {"usd": amounts[met[0]], "p_liquidation": _written(met[1])}


def _leg(trial: Trial, account: Prepared, mode: str, position: int, sign: float) -> dict[str, Any]:
    """The smallest change of a position on the grid, then on a finer one below it."""

    def candidate(share: float) -> Prepared:
        return resized(account, position, sign * share)

    given = account.spec.positions[position]
    found: dict[str, Any] = {"symbol": given.symbol, "kind": "cut" if sign < 0 else "add"}
    met = _first(trial, mode, candidate, GRID)
    if met is None:
        most = "closing it would not do" if sign < 0 else "doubling it would not do"
        return {**found, "share": None, "usd": None, "reason": f"none on the grid: {most}"}
    share, told = GRID[met[0]], met[1]
    finer = [round(share - GRID[0] * (1.0 - i / FINER), 6) for i in range(1, FINER)]
    better = _first(trial, mode, candidate, finer)
    if better is not None:
        share, told = finer[better[0]], better[1]
    return {
        **found,
        "share": share,
        "usd": abs(share * given.notional),
        "order_cost": order_cost(account, position, share),
        "p_liquidation": _written(told),
    }


def _first(
    trial: Trial, mode: str, candidate: Callable[[float], Prepared], sizes: Sequence[float]
) -> tuple[int, Told] | None:
    """Place of the first size that passes, and what it came to."""
    told = trial.of([candidate(size) for size in sizes], mode) if sizes else []
    return next(((i, one) for i, one in enumerate(told) if trial.passes(one)), None)
