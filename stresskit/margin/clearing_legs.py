"""Closing a position under a clearing house's add-ons: every term with one exposure changed."""

import math
from typing import Any

from stresskit.domain import focus, requirement_of_leg
from stresskit.margin.clearing import ClearingRule, single, tail_of
from stresskit.margin.clearing_addons import SHARE, add_on, concentration_charge, dependence_charge
from stresskit.margin.far_scenarios import tail_of_book
from stresskit.margin.tail import slope_along, weigh_mean
from stresskit.numerics.jit import implements, inline, part
from stresskit.numerics.notional import unit_notional

HISTORICAL, PERFECT, ZERO, RESIDUAL = range(4)


@part
def two_others(rule: Any, exposure: Any, i: Any) -> Any:
    """As `two_largest`, of all factors but `i`."""
    first, second = -1, -1
    for j in range(exposure.size):
        own = single(rule, j, exposure[j])
        if j != i and (first < 0 or own > single(rule, first, exposure[first])):
            first, second = j, first
        elif j != i and (second < 0 or own > single(rule, second, exposure[second])):
            second = j
    return first, second


@implements(focus, ClearingRule)
def clearing_focus(rule: Any, book: Any, view: Any, p: Any, breakdown: Any) -> None:
    """Keep what stays while position `p` is closed, from the last full evaluation."""
    i, exposure, base = book.asset[p], breakdown.exposure, rule.base
    value, held = view.quantity[p] * view.marks[i], exposure[i]
    breakdown.aside[0] = breakdown.terms[1] - base.minimum_charge * abs(value)
    breakdown.aside[1] = held - value * breakdown.scale[i]
    first, largest = without(exposure, two_others(rule, exposure, i)[0])
    exposure[i] = 0.0
    breakdown.aside[2] = tail_of(base.scenarios, exposure, base.tail_count, 0.0, breakdown)
    exposure[i] = held
    if first >= 0:
        exposure[first] = largest
    breakdown.beside.known[:] = 0


@inline
def without(exposure: Any, i: Any) -> Any:
    """Set the exposure to factor `i` aside, if there is one; `i` and what it was."""
    if i < 0:
        return i, 0.0
    held, exposure[i] = exposure[i], 0.0
    return i, held


@part
def beside(scenarios: Any, exposure: Any, count: Any, i: Any, k: Any, breakdown: Any) -> Any:
    """ES of the book over set `k`, of which only factor `i` changes, and its slope there."""
    mean, edge, kept = tail_of_book(scenarios, exposure, count, i, k, breakdown)
    weight = breakdown.scratch[:kept]
    weigh_mean(breakdown.loss[:kept], count, edge, weight)
    return mean, slope_along(scenarios.losses[i], breakdown.tail[:kept], weight)


@part
def concentrated_leg(rule: Any, i: Any, breakdown: Any) -> Any:
    """The two largest single tails, the tail of the rest, and the slope of their sum in factor `i`."""
    exposure = breakdown.exposure
    first, second = two_others(rule, exposure, i)
    own = single(rule, i, exposure[i])
    largest = single(rule, first, exposure[first]) if first >= 0 else 0.0
    following = single(rule, second, exposure[second]) if second >= 0 else 0.0
    if second < 0 or own > following or (own == following and i < second):
        slope = rule.single_long[i] if exposure[i] >= 0.0 else -rule.single_short[i]
        return largest, own, breakdown.aside[2], slope
    (first, one), (second, two) = without(exposure, first), without(exposure, second)
    residual, slope = beside(rule.base.scenarios, exposure, rule.base.tail_count, i, RESIDUAL, breakdown)
    exposure[first], exposure[second] = one, two
    return largest, following, residual, slope


@implements(requirement_of_leg, ClearingRule)
def clearing_leg(rule: Any, book: Any, view: Any, p: Any, breakdown: Any) -> Any:
    """All sets with position `p` as it is and the rest as it was at `clearing_focus`."""
    i, deep = book.asset[p], rule.deep_count
    value = view.quantity[p] * view.marks[i]
    exposure, scenarios = breakdown.exposure, rule.base.scenarios
    held, exposure[i] = exposure[i], breakdown.aside[1] + value * breakdown.scale[i]
    base, slope = beside(scenarios, exposure, rule.base.tail_count, i, HISTORICAL, breakdown)
    historical, worst_slope = beside(scenarios, exposure, deep, i, HISTORICAL, breakdown)
    worst = historical
    for k, others in ((PERFECT, rule.perfect), (ZERO, rule.zero)):
        other, other_slope = beside(others, exposure, deep, i, k, breakdown)
        if other > worst:
            worst, worst_slope = other, other_slope
    dependence = dependence_charge(base, historical, worst, worst)
    first, second, residual, mixed = concentrated_leg(rule, i, breakdown)
    exposure[i] = held
    concentration = concentration_charge(base, first, second, residual)
    if concentration > max(dependence, 0.0):
        slope += SHARE * (mixed - slope)
    elif dependence > 0.0:
        slope += SHARE * (worst_slope - slope)
    total = base + add_on(dependence, concentration)
    charge = breakdown.aside[0] + rule.base.minimum_charge * abs(value)
    slope = math.copysign(rule.base.minimum_charge, value) if charge > total else breakdown.scale[i] * slope
    breakdown.slope[p] = slope * (view.marks[i] / unit_notional(book.face[p], view.marks[i]))
    return max(total, charge)
