"""The ``var`` rule's fixed set of scenarios, and how well it is known.

The set is given as relative prices over the margin period, drawn by the caller from the calm model
under a key of its own; here it becomes the rule's arrays.
"""

import hashlib
import math

import numpy as np

from stresskit.domain import Float1D, Float2D
from stresskit.margin.clearing import ClearingRule
from stresskit.margin.clearing_addons import SHARE
from stresskit.margin.coarse_losses import in_grains
from stresskit.margin.fan import NO_FAN, fan_of
from stresskit.margin.far_scenarios import ScenarioSet
from stresskit.margin.var import Var, VarRule

RIDGE = 1e-6  # of an asset's second moment
TINY = 1e-30  # of an asset that never moves
ROUNDING = 1e-9  # room for rounding, so that no scenario is missed
NEAR = 0.95  # of the level tried: scenarios beyond are looked at first
LEAST = 4  # times the scenarios of a tail: so many are looked at first at least
BEYOND = 1.25  # times that level: where a bound of the shortfall cuts tails off
KEY = -0x5CE7A510  # the scenario sets' own Philox key; seeds of runs are never negative


def worst_mean(loss: Float1D, count: float) -> float:
    """Mean of the `count` largest losses, the last of them by the fraction that is left."""
    worst = np.sort(loss)[::-1][: math.ceil(count)]
    return float((worst.sum() - (worst.size - count) * worst[-1]) / count)


def tail_count(spec: Var) -> float:
    """Number of scenarios in the tail, rounded where the product is whole but for rounding."""
    exact = spec.scenarios * (1.0 - spec.confidence)
    return float(round(exact)) if abs(exact - round(exact)) < 1e-6 else exact


def build_var(spec: Var, relative_prices: Float2D, long_run: Float1D, weight: Float1D) -> VarRule:
    """Arrays of the rule for the assets of `relative_prices` (assets, scenarios).

    `long_run` (assets,): variance of a step; `weight` (assets,): share of the present variance's
    excess over it in the mean forecast over the margin period.
    """
    count = tail_count(spec)
    scenarios = ordered(1.0 - relative_prices, count)
    losses = scenarios.losses
    return VarRule(
        scenarios=scenarios,
        unit_long=np.array([worst_mean(row, count) for row in losses]),
        unit_short=np.array([worst_mean(row, count) for row in -losses]),
        long_run=long_run,
        persistence_weight=weight,
        tail_count=count,
        minimum_charge=spec.minimum_charge,
        initial_factor=spec.initial_factor,
        lowest_scale=1.0 if spec.volatility_floor else 0.0,
        quantile=1.0 if spec.measure == "var" else 0.0,
        fan=fan_of(scenarios, count) if spec.measure == "es" else NO_FAN,
    )


def ordered(losses: Float2D, count: float) -> ScenarioSet:
    """Losses (assets, scenarios) of unit exposures in the order of their distance; see `far_scenarios`.

    A is their second moment with a little more on its diagonal, so that it stays definite where assets move
    as one.
    """
    moment = losses @ losses.T / losses.shape[1]
    moment += np.diag(RIDGE * np.diag(moment) + TINY)
    root = np.linalg.cholesky(moment)
    distance = np.sqrt((np.linalg.solve(root, losses) ** 2).sum(axis=0)) * (1.0 + ROUNDING)
    order = np.argsort(-distance, kind="stable")
    losses, distance = np.asfortranarray(losses[:, order]), np.ascontiguousarray(distance[order])
    level = lowest_level(losses, root, math.ceil(count))
    coarse, grain = in_grains(losses)
    least = min(LEAST * math.ceil(count), distance.size)
    return ScenarioSet(
        losses=losses,
        distance=distance,
        root=root,
        level=level,
        first=max(int((distance > NEAR * level).sum()), least),
        coarse=coarse,
        grain=grain,
        beyond=int((distance > BEYOND * level).sum()),
        cut=BEYOND * level,
        moment=moment,
        radius=worst_mean(distance, count),
    )


def lowest_level(losses: Float2D, root: Float2D, needed: int) -> float:
    """The `needed`-th largest loss over a book's length, the lowest of some books.

    They are the single assets, long and short, and each held against the next.
    """
    spread = np.linalg.norm(root, axis=1)
    single = np.diag(1.0 / spread)
    books = np.concatenate([single, -single, single - np.roll(single, 1, axis=0)])
    length = np.linalg.norm(books @ root, axis=1)
    edges = np.sort(books[length > 0.0] @ losses, axis=1)[:, -needed]
    return float((edges / length[length > 0.0]).min())


def build_clearing(base: VarRule, perfect: Float2D, zero: Float2D) -> ClearingRule:
    """The rule with add-ons; relative prices (assets, scenarios) of the perfect and the zero set."""
    deep = 0.5 * base.tail_count
    sets = [base.scenarios, *(ordered(1.0 - prices, deep) for prices in (perfect, zero))]
    long = [[worst_mean(row, deep) for row in one.losses] for one in sets]
    short = [[worst_mean(-row, deep) for row in one.losses] for one in sets]
    return ClearingRule(
        base=base,
        bound=base._replace(
            unit_long=(1 - SHARE) * base.unit_long + SHARE * np.max(long, axis=0),
            unit_short=(1 - SHARE) * base.unit_short + SHARE * np.max(short, axis=0),
        ),
        perfect=sets[1],
        zero=sets[2],
        deep_count=deep,
        single_long=np.array(long[0]),
        single_short=np.array(short[0]),
    )


def set_sha256(rule: VarRule) -> str:
    """Hash of the scenario set, for the manifest."""
    return hashlib.sha256(rule.scenarios.losses.astype("<f8").tobytes()).hexdigest()


def standard_error(rule: VarRule, exposure: Float1D) -> float:
    """Sampling error in USD of the measure at `exposure` (assets,).

    Of the expected shortfall by its influence function; of a quantile by half the distance between the
    order statistics one binomial standard error to either side.
    """
    loss = exposure @ rule.scenarios.losses
    if rule.quantile > 0.0:
        ranked, k = np.sort(loss)[::-1], math.ceil(rule.tail_count) - 1
        off = math.ceil(math.sqrt(rule.tail_count * (1.0 - rule.tail_count / loss.size)))
        return float(ranked[max(k - off, 0)] - ranked[min(k + off, loss.size - 1)]) / 2.0
    n, tail = loss.size, rule.tail_count / loss.size
    edge = np.sort(loss)[-math.ceil(rule.tail_count)]
    excess = np.maximum(loss - edge, 0.0) / tail
    return float(excess.std(ddof=1) / math.sqrt(n))
