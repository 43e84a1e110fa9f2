"""Closing a position under a clearing house's add-ons: every term along the line of the books between."""

import math
from typing import Any

from stresskit.domain import focus, requirement_of_leg
from stresskit.margin.clearing import ClearingRule, single, tail_of
from stresskit.margin.clearing_addons import SHARE, add_on, concentration_charge, dependence_charge
from stresskit.margin.tail import tail_gradient
from stresskit.margin.tail_on_line import draw_line, tail_on_line
from stresskit.numerics.jit import implements, part
from stresskit.numerics.notional import unit_notional

BASE, DEEP, PERFECT, ZERO, RESIDUAL = range(5)


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
    """Draw the lines of books on which position `p` is closed, from the last full evaluation."""
    i, exposure, base = book.asset[p], breakdown.exposure, rule.base
    value, held = view.quantity[p] * view.marks[i], exposure[i]
    rest = held - value * breakdown.scale[i]
    draw_line(base.scenarios, exposure, i, rest, base.tail_count, BASE, 0, breakdown)
    draw_line(base.scenarios, exposure, i, rest, rule.deep_count, DEEP, 0, breakdown)
    draw_line(rule.perfect, exposure, i, rest, rule.deep_count, PERFECT, 0, breakdown)
    draw_line(rule.zero, exposure, i, rest, rule.deep_count, ZERO, 0, breakdown)
    breakdown.aside[0] = breakdown.terms[1] - base.minimum_charge * abs(value)
    breakdown.aside[1] = rest
    first, second = two_others(rule, exposure, i)
    largest = exposure[first] if first >= 0 else 0.0
    if first >= 0:
        exposure[first] = 0.0
    if second >= 0:
        next_largest, exposure[second] = exposure[second], 0.0
        draw_line(base.scenarios, exposure, i, rest, base.tail_count, RESIDUAL, 0, breakdown)
        exposure[second] = next_largest
    exposure[i] = 0.0
    breakdown.aside[2] = tail_of(base.scenarios, exposure, base.tail_count, 0.0, breakdown)
    exposure[i] = held
    if first >= 0:
        exposure[first] = largest


@part
def on_line(rule: Any, k: Any, x: Any, count: Any, breakdown: Any) -> Any:
    """ES on line `k` with `x` more of the factor than at its end, and its slope."""
    mean, edge, kept = tail_on_line(k, x, count, breakdown)
    return mean, tail_gradient(breakdown.lines.unit[k], breakdown.loss, count, edge, breakdown.tail[:kept])


@part
def concentrated_leg(rule: Any, i: Any, x: Any, breakdown: Any) -> Any:
    """The two largest single tails, the tail of the rest, and the slope of their sum in factor `i`."""
    exposure, whole = breakdown.exposure, breakdown.aside[1] + x
    first, second = two_others(rule, exposure, i)
    own = single(rule, i, whole)
    largest = single(rule, first, exposure[first]) if first >= 0 else 0.0
    following = single(rule, second, exposure[second]) if second >= 0 else 0.0
    if second < 0 or own > following or (own == following and i < second):
        slope = rule.single_long[i] if whole >= 0.0 else -rule.single_short[i]
        return largest, own, breakdown.aside[2], slope
    residual, slope = on_line(rule, RESIDUAL, x, rule.base.tail_count, breakdown)
    return largest, following, residual, slope


@implements(requirement_of_leg, ClearingRule)
def clearing_leg(rule: Any, book: Any, view: Any, p: Any, breakdown: Any) -> Any:
    """All sets with position `p` as it is and the rest as it was at `clearing_focus`."""
    i, deep = book.asset[p], rule.deep_count
    value = view.quantity[p] * view.marks[i]
    x = value * breakdown.scale[i]
    base, slope = on_line(rule, BASE, x, rule.base.tail_count, breakdown)
    historical, worst_slope = on_line(rule, DEEP, x, deep, breakdown)
    worst = historical
    for k in range(PERFECT, ZERO + 1):
        other, other_slope = on_line(rule, k, x, deep, breakdown)
        if other > worst:
            worst, worst_slope = other, other_slope
    dependence = dependence_charge(base, historical, worst, worst)
    first, second, residual, mixed = concentrated_leg(rule, i, x, breakdown)
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
