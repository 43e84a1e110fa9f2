"""From outcome columns to ``metrics.json``.

Every estimate is an object with value, low and high at 95 %; an undefined one is null with a reason.
Money is USD, losses are positive, probabilities are fractions, times are hours.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from stresskit.measure.across import against
from stresskit.measure.attribution import attribution
from stresskit.measure.carried import EARNED, carried, without_top_ups
from stresskit.measure.contribution_table import contribution_table
from stresskit.measure.efficiency import required_return
from stresskit.measure.envelope import envelope_object
from stresskit.measure.gain import said, share_gain, tail_gains
from stresskit.measure.law import LEVELS, PLAIN, Law
from stresskit.measure.legs import Leg, division
from stresskit.measure.life import Columns, life_figures, liquidated, tail_table
from stresskit.measure.limits import Limit
from stresskit.measure.pieces import Pieces
from stresskit.measure.stranded import stranded
from stresskit.measure.survival import survival_table
from stresskit.measure.verdict import Evidence, verdict
from stresskit.measure.weighted import effective_paths
from stresskit.results import EQUAL_COLLATERAL, EQUAL_EFFICIENCY, MAX_LEVERAGE, life, market

KEPT = 1 << 25  # bytes of columns that stay mapped

Reader = Callable[[str, str, str], npt.NDArray[Any]]
"""Gives the column (paths,) of a scenario, life and name."""


@dataclass(frozen=True, slots=True)
class Stake:
    """What a life starts with, USD: the collateral put up, and the equity from which losses count."""

    collateral: float
    equity: float


@dataclass(frozen=True, slots=True)
class AccountInput:
    """One account of the run.

    Attributes
    ----------
    name : name of the account.
    margin : the ``margin`` object of each mode, in the order of the config; the first is the present mode.
    limits : every limit, with its mode and scenario resolved.
    efficiency : stake of each mode (and variant) at equal efficiency, the present mode first; empty if
        the run has no such lives.
    terms : names of each mode's terms by their index.
    legs : what the book divides into; without any, nothing is divided.
    envelope : figures under further models by their names; see `stresskit.measure.envelope`.
    pledged : what of the collateral can bring it to a breach, by its index; empty if nothing can.
    """

    name: str
    margin: Mapping[str, Mapping[str, Any]]
    limits: Sequence[Limit] = ()
    efficiency: Mapping[str, Stake] = field(default_factory=dict)
    terms: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    legs: Sequence[Leg] = ()
    envelope: Mapping[str, Any] = field(default_factory=dict)
    pledged: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MetricsInput:
    """What is known about a run besides its outcome columns.

    Attributes
    ----------
    initial_volatility : annualized volatility at the start, by asset.
    scenarios : names in the order of the config.
    baseline_scenario : the one to which plain limits and the verdict's costs refer.
    listed : whether the config has ``[[accounts]]``: results then stand under ``accounts.<name>``.
    carried : ``funding``, ``basis``, ``adl``, ``actions`` and ``transfers``, those that the run has.
    weighted : whether the paths were drawn by importance sampling and carry weights.
    precision : how the number of paths was found, of a run that looked for it.
    """

    name: str
    seed: int
    paths: int
    steps: int
    step_h: float
    initial_volatility: Mapping[str, float]
    scenarios: Sequence[str]
    baseline_scenario: str
    accounts: Sequence[AccountInput]
    listed: bool = False
    carried: Sequence[str] = ()
    weighted: bool = False
    precision: Mapping[str, Any] = field(default_factory=dict)


def assemble(run: MetricsInput, read: Reader) -> dict[str, Any]:
    """Build the content of ``metrics.json``.

    Raises
    ------
    ValueError
        If a column holds a value that is not finite.
    """
    read = lru_cache(KEPT // max(8 * run.paths, 1))(read)  # of a large run nothing stays in memory
    facts = {
        "name": run.name,
        "seed": run.seed,
        "paths": run.paths,
        "steps": run.steps,
        "horizon_h": run.steps * run.step_h,
        "initial_volatility": dict(run.initial_volatility),
        **({"precision": dict(run.precision)} if run.precision else {}),
    }
    found = {account.name: _account(run, account, read) for account in run.accounts}
    if not run.listed:
        return {**facts, **found[run.accounts[0].name]}
    apart = {name: _stranded(run, partial(read, name)) for name in run.scenarios}
    return {**facts, "accounts": found, **({"stranded": apart} if len(found) > 1 else {})}


def _stranded(run: MetricsInput, read: Callable[[str, str], npt.NDArray[Any]]) -> dict[str, Any]:
    """Accounts shut while others live, each in its present mode."""
    modes = {account.name: next(iter(account.margin)) for account in run.accounts}
    columns = {name: partial(read, life(name, mode, listed=True).name) for name, mode in modes.items()}
    return {"modes": modes, **stranded(columns, _law(run, run.accounts[0], read))}


def _law(run: MetricsInput, account: AccountInput, read: Callable[[str, str], npt.NDArray[Any]]) -> Law:
    if not run.weighted:
        return PLAIN
    return Law(np.asarray(read(market(account.name, listed=run.listed).name, "weight")))


def _account(run: MetricsInput, account: AccountInput, read: Reader) -> dict[str, Any]:
    margin = {mode: dict(found) for mode, found in account.margin.items()}
    scenarios = {name: _scenario(run, account, partial(read, name)) for name in run.scenarios}
    for name, found in scenarios.items():
        if name != run.baseline_scenario:
            found["against"] = _against(run, account, partial(read, name), read)
    evidence = Evidence(tuple(margin), run.baseline_scenario, margin, scenarios, account.limits)
    found = {"margin": margin, "scenarios": scenarios, "verdict": verdict(evidence)}
    return {**found, "envelope": envelope_object(scenarios, account.envelope)} if account.envelope else found


def _scenario(
    run: MetricsInput, account: AccountInput, read: Callable[[str, str], npt.NDArray[Any]]
) -> dict[str, Any]:
    pnl = partial(read, market(account.name, listed=run.listed).name, "pnl")
    equity = {mode: float(found["equity"]) for mode, found in account.margin.items()}
    law = _law(run, account, read)
    found = {
        "market": tail_table(Pieces(run.paths, lambda some: 0.0 - pnl()[some]), law),
        **_lives(run, account, EQUAL_COLLATERAL, equity, read, law),
    }
    if account.legs:
        found["contributions"] = _contributions(run, account, read, law)
    if law.weight is not None:
        found["importance"] = {
            "effective_paths": effective_paths(law.weight),
            "toward_loss_of": run.accounts[0].name,
            "gain": _gains(run, account, pnl(), equity, read, law.weight),
        }
    if account.efficiency:
        equity = {mode: stake.equity for mode, stake in account.efficiency.items()}
        found["equal_efficiency"] = {
            "collateral": {mode: stake.collateral for mode, stake in account.efficiency.items()},
            **_lives(run, account, EQUAL_EFFICIENCY, equity, read, law),
        }
    return found


def _against(
    run: MetricsInput, account: AccountInput, here: Callable[[str, str], npt.NDArray[Any]], read: Reader
) -> dict[str, Any]:
    """Every mode less itself in the baseline scenario, at equal collateral and on the same draws."""
    calm = partial(read, run.baseline_scenario)
    names = {mode: life(account.name, mode, listed=run.listed).name for mode in account.margin}
    laws = _law(run, account, here), _law(run, account, calm)
    modes = {mode: against(partial(here, name), partial(calm, name), *laws) for mode, name in names.items()}
    return {"scenario": run.baseline_scenario, "modes": modes}


def _contributions(
    run: MetricsInput, account: AccountInput, read: Callable[[str, str], npt.NDArray[Any]], law: Law
) -> dict[str, Any]:
    """Who carries the risk, at equal collateral."""
    book = partial(read, market(account.name, listed=run.listed).name)
    lives = {mode: partial(read, life(account.name, mode, listed=run.listed).name) for mode in account.margin}
    symbols = [found["symbol"] for found in next(iter(account.margin.values()))["positions"]]
    return contribution_table(
        division(book, account.legs, [kind for kind in run.carried if kind in EARNED]), lives, symbols, law
    )


def _gains(
    run: MetricsInput,
    account: AccountInput,
    pnl: npt.NDArray[Any],
    equity: Mapping[str, float],
    read: Callable[[str, str], npt.NDArray[Any]],
    weight: npt.NDArray[Any],
) -> dict[str, Any]:
    """Variance ratios against as many plain paths of the market's and every mode's tail figures."""
    modes = {}
    for mode, start in equity.items():
        reader = partial(read, life(account.name, mode, listed=run.listed).name)
        column = without_top_ups(reader, run.carried)
        modes[mode] = {
            **said({"p_liquidation": share_gain(liquidated(column), weight)}),
            **tail_gains(start - column("terminal_equity"), weight, LEVELS),
        }
    return {"market": tail_gains(0.0 - pnl, weight, LEVELS), "modes": modes}


def _lives(
    run: MetricsInput,
    account: AccountInput,
    basis: str,
    equity: Mapping[str, float],
    read: Callable[[str, str], npt.NDArray[Any]],
    law: Law,
) -> dict[str, Any]:
    """``modes`` and ``paired`` of one basis; the first mode is the one the others are paired with."""
    columns: dict[str, Columns] = {
        mode: without_top_ups(
            partial(read, life(account.name, mode, basis, listed=run.listed).name), run.carried
        )
        for mode in equity
    }
    present, *others = columns
    modes = {
        mode: life_figures(columns[mode], equity[mode], run.step_h, law)
        | carried(columns[mode], run.carried, law)
        | {"first_breach": _first_breach(account, mode, columns[mode], law)}
        | {"over_time": survival_table(columns[mode]("first_step"), run.steps, run.step_h, law)}
        for mode in columns
    }
    for mode, found in modes.items():
        cost = found["expected_liquidation_cost"]
        found["required_return"] = required_return(cost, equity[mode], run.steps * run.step_h)
    hits = liquidated(columns[present])
    return {
        "modes": modes,
        "paired": {mode: law.paired(liquidated(columns[mode]), hits) for mode in others},
    }


def _first_breach(account: AccountInput, mode: str, column: Columns, law: Law) -> dict[str, Any]:
    """Which leg, which term and what of the collateral; a variant has those of its mode."""
    own = mode if mode in account.margin else mode.removesuffix(MAX_LEVERAGE)
    symbols = [found["symbol"] for found in account.margin[own]["positions"]]
    return attribution(column, symbols, account.terms[own], law, account.pledged)
