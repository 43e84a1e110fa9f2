"""Distribution margin with a clearing house's add-ons for correlations that fail.

``maintenance = max(ES(x) + max(dependence, concentration, 0), minimum_charge * gross)``; see
`clearing_addons`. Three scenario sets are drawn from the calm model with its own correlations (H), with
perfect ones (P) and with none (Z); the deeper tail is half as wide as the base's (0.995 for 0.99).

The residual of a book of more than two factors jumps when the order of its factors changes: there the
requirement is not convex, and closings are found by a scan.
"""

import math
from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import (
    Float1D,
    convex,
    requirement,
)
from stresskit.margin.clearing_addons import SHARE, add_on, concentration_charge, dependence_charge
from stresskit.margin.far_scenarios import ScenarioSet, length_of, tail_of_book
from stresskit.margin.tail import add_slopes, weigh_mean
from stresskit.margin.var import VarRule, net_exposure
from stresskit.numerics.jit import allocating, implements, part
from stresskit.numerics.notional import unit_notional

TERMS = {0: "expected_shortfall", 1: "minimum_charge", 3: "dependence", 4: "concentration"}


class ClearingRule(NamedTuple):
    """The rule as arrays.

    `base`: the ``var`` rule on historical correlations; `bound`: the same with the stand-alone A of a
    unit exposure; `perfect`, `zero`: the other sets; `deep_count`: scenarios in the deeper tail;
    `single_long`, `single_short` (assets,): deep ES of a unit exposure.
    """

    base: VarRule
    bound: VarRule
    perfect: ScenarioSet
    zero: ScenarioSet
    deep_count: float
    single_long: Float1D
    single_short: Float1D


@part
def tail_of(scenarios: Any, exposure: Any, count: Any, weight: Any, breakdown: Any) -> Any:
    """ES of the exposures over a set; adds `weight` times its gradient to ``breakdown.gradient``."""
    if not length_of(scenarios.root, exposure) > 0.0:
        return 0.0
    shortfall, edge, kept = tail_of_book(scenarios, exposure, count, 0, -1, breakdown)
    if weight != 0.0:
        each = breakdown.scratch[:kept]
        weigh_mean(breakdown.loss[:kept], count, edge, each)
        add_slopes(scenarios.losses, breakdown.tail[:kept], each, weight, breakdown.gradient)
    return shortfall


@part
def single(rule: Any, i: Any, x: Any) -> Any:
    """Deep ES of one factor by itself."""
    return max(x * rule.single_long[i], -x * rule.single_short[i])


@part
def two_largest(rule: Any, exposure: Any) -> Any:
    """Places of the two factors with the largest deep ES by themselves; -1 where there are fewer."""
    first, second = -1, -1
    for i in range(exposure.size):
        own = single(rule, i, exposure[i])
        if first < 0 or own > single(rule, first, exposure[first]):
            first, second = i, first
        elif second < 0 or own > single(rule, second, exposure[second]):
            second = i
    return first, second


@allocating
def concentrated(rule: Any, exposure: Any, weight: Any, breakdown: Any) -> Any:
    """The two largest single tails and the tail of the rest; adds `weight` times their gradient."""
    rest = exposure.copy()
    largest = np.zeros(2)
    for k, i in enumerate(two_largest(rule, exposure)):
        if i >= 0:
            largest[k] = single(rule, i, exposure[i])
            slope = rule.single_long[i] if exposure[i] >= 0.0 else -rule.single_short[i]
            breakdown.gradient[i] += weight * slope
            rest[i] = 0.0
    kept = breakdown.gradient.copy()
    residual = tail_of(rule.base.scenarios, rest, rule.base.tail_count, weight, breakdown)
    for i in range(exposure.size):
        if rest[i] == 0.0:
            breakdown.gradient[i] = kept[i]
    return largest[0], largest[1], residual


@allocating
def add_on_gradient(
    rule: Any, exposure: Any, dependence: Any, concentration: Any, deep: Any, breakdown: Any
) -> None:
    """Add the gradient of the add-on that binds to that of the base."""
    if max(dependence, concentration) <= 0.0:
        return
    breakdown.gradient[:] *= 1.0 - SHARE
    if concentration > dependence:
        concentrated(rule, exposure, SHARE, breakdown)
    elif deep[0] >= max(deep[1], deep[2]):
        tail_of(rule.base.scenarios, exposure, rule.deep_count, SHARE, breakdown)
    elif deep[1] >= deep[2]:
        tail_of(rule.perfect, exposure, rule.deep_count, SHARE, breakdown)
    else:
        tail_of(rule.zero, exposure, rule.deep_count, SHARE, breakdown)


@implements(requirement, ClearingRule, allocates=True)
def clearing_requirement(rule: Any, book: Any, view: Any, breakdown: Any) -> Any:
    """Evaluate all sets; `contribution` holds the Euler shares of the term that binds."""
    gross, exposure, terms = (
        net_exposure(rule.base, book, view, breakdown),
        breakdown.exposure,
        breakdown.terms,
    )
    breakdown.gradient[:] = 0.0
    base = tail_of(rule.base.scenarios, exposure, rule.base.tail_count, 1.0, breakdown)
    deep = np.empty(3)
    deep[0] = tail_of(rule.base.scenarios, exposure, rule.deep_count, 0.0, breakdown)
    deep[1] = tail_of(rule.perfect, exposure, rule.deep_count, 0.0, breakdown)
    deep[2] = tail_of(rule.zero, exposure, rule.deep_count, 0.0, breakdown)
    first, second, residual = concentrated(rule, exposure, 0.0, breakdown)
    dependence = dependence_charge(base, deep[0], deep[1], deep[2])
    concentration = concentration_charge(base, first, second, residual)
    charge = rule.base.minimum_charge * gross
    terms[0], terms[1], terms[3], terms[4] = base, charge, dependence, concentration
    terms[2] = base + dependence
    total = base + add_on(dependence, concentration)
    breakdown.binding[0] = 1 if charge > total else 4 if concentration > max(dependence, 0.0) else 3
    if charge <= total:
        add_on_gradient(rule, exposure, dependence, concentration, deep, breakdown)
    spread(rule.base, book, view, charge > total, breakdown)
    return max(total, charge)


@part
def spread(rule: Any, book: Any, view: Any, charged: Any, breakdown: Any) -> None:
    """Slopes, shares and drift of the positions from the gradient in scaled exposures."""
    breakdown.drift[:] = 0.0
    for c in range(book.wallet.asset.size):
        i = book.wallet.asset[c]
        if not charged:
            value = book.wallet.spot[c] * view.marks[i]
            breakdown.drift[i] += value * breakdown.scale[i] * breakdown.gradient[i]
    for p in range(book.asset.size):
        i = book.asset[p]
        value = view.quantity[p] * view.marks[i]
        slope = breakdown.scale[i] * breakdown.gradient[i]
        if charged:
            slope = math.copysign(rule.minimum_charge, value)
        breakdown.contribution[p] = value * slope
        breakdown.drift[i] += value * slope
        breakdown.slope[p] = slope * (view.marks[i] / unit_notional(book.face[p], view.marks[i]))


@implements(convex, ClearingRule)
def clearing_convex(rule: Any) -> Any:
    """With two factors at most there is no residual that could jump."""
    return rule.single_long.size <= 2
