"""Scenario grid: the margin of real venues' portfolio modes, driven by a dated parameter file.

Per scope (an underlying, or a settlement currency):
``core * max(worst cell + basis + delta shock + depeg, minimum) + outside``; scopes add up. A cell is a
price move under a volatility move, and a leg's gain in it one function a kind (`grid/revaluation.py`).
Each contingency is a file of its own in ``margin/grid/``; the numbers are in ``margin/grids/*.toml``.
No venue here nets one underlying against another but Deribit, and that only gains within limits.

Where legs net, the requirement is convex and, but for dampeners and rising slices, homogeneous;
spot in use, quote matching and the delta shock bend it (`GridTable.convex`).

Sources: in the parameter files, table by table.
"""

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from stresskit.domain import (
    convex,
    focus,
    loan_factor,
    remember,
    requirement,
    requirement_of_leg,
    steepest,
)
from stresskit.margin.grid.borrowing import borrowing_charge
from stresskit.margin.grid.ceiling import lone_requirement
from stresskit.margin.grid.drift import scope_drift
from stresskit.margin.grid.scope import scope_requirement
from stresskit.margin.grid.table import BORROWING, EXTREME, MINIMUM, PRICE, GridTable
from stresskit.margin.grid.values import leg_value
from stresskit.numerics.elementary import greater
from stresskit.numerics.jit import implements, inline, part
from stresskit.policy import NoLadder, Steps
from stresskit.spec import Duration, NonNegative, Spec


class ScenarioGrid(Spec):
    """``rule = "scenario_grid"``: a venue's portfolio margin.

    `parameters` names a shipped file or one beside the config, one older than `max_age` is refused;
    `initial_factor` is for venues that do
    not publish theirs.
    """

    rule: Literal["scenario_grid"]
    parameters: str
    max_age: Duration | None = None
    initial_factor: Annotated[float, Field(ge=1, le=10)] | None = None
    liquidation: NoLadder = "venue"
    steps: Steps | None = None
    buffer: NonNegative = 0.10


@inline
def evaluate_scope(rule: Any, s: Any, breakdown: Any) -> Any:
    """Requirement of one scope at the values in ``breakdown.base``, and the term that binds."""
    legs = rule.unit.size
    slope, share = breakdown.scratch[:legs], breakdown.scratch[legs : 2 * legs]
    used = breakdown.scratch[3 * legs :]
    moved, partial = breakdown.loss[legs:], breakdown.loss[:legs]
    return scope_requirement(rule, s, breakdown.base, used, moved, partial, slope, share, breakdown.terms)


@implements(requirement, GridTable)
def grid_requirement(rule: Any, book: Any, view: Any, breakdown: Any) -> Any:
    """Sum over scopes; `contribution` holds each position's share of the terms that bind."""
    legs = rule.unit.size
    slope, share = breakdown.scratch[:legs], breakdown.scratch[legs : 2 * legs]
    of_scope = breakdown.scratch[2 * legs :]
    by_price, by_extreme, by_minimum = 0.0, 0.0, 0.0
    for p in range(book.asset.size):
        breakdown.base[p] = leg_value(rule, book, view, p)
    total = borrowing_charge(rule, book, view, breakdown.drift)
    breakdown.terms[:] = 0.0
    breakdown.terms[BORROWING] = total
    for s in range(rule.lone.size):
        found, binding = evaluate_scope(rule, s, breakdown)
        used = breakdown.scratch[3 * legs :]
        scope_drift(rule, book, s, breakdown.base, used, slope, binding != MINIMUM, breakdown.drift)
        of_scope[s] = found
        by_price += found if binding == PRICE else 0.0
        by_extreme += found if binding == EXTREME else 0.0
        by_minimum += found if binding == MINIMUM else 0.0
        total += found
    cells = EXTREME if by_extreme > by_price else PRICE
    breakdown.binding[0] = MINIMUM if by_minimum > max(by_price, by_extreme) else cells
    for p in range(book.asset.size):
        breakdown.slope[p] = slope[p]
        breakdown.contribution[p] = share[p]
    return total


@implements(focus, GridTable)
def grid_focus(rule: Any, book: Any, view: Any, p: Any, breakdown: Any) -> None:
    """Sum what the other scopes require: closing `p` does not touch it."""
    of_scope = breakdown.scratch[2 * rule.unit.size :]
    breakdown.aside[0] = 0.0
    for s in range(rule.lone.size):
        if s != rule.scope[rule.unit[p]]:
            breakdown.aside[0] += of_scope[s]


@implements(requirement_of_leg, GridTable)
def grid_leg(rule: Any, book: Any, view: Any, p: Any, breakdown: Any) -> Any:
    """The requirement of the position's scope with the others as they were at `grid_focus`."""
    s, value = rule.scope[rule.unit[p]], leg_value(rule, book, view, p)
    rest = breakdown.aside[0] + borrowing_charge(rule, book, view, breakdown.gradient)
    if rule.lone[s] == p:
        own, breakdown.slope[p] = lone_requirement(rule, p, value)
        return rest + own
    breakdown.base[p] = value
    own, _ = evaluate_scope(rule, s, breakdown)
    breakdown.slope[p] = breakdown.scratch[p]
    return rest + own


@part
def charges_bound(rule: Any, p: Any) -> Any:
    """What the basis charge, the delta shock and the depeg charge can ask of one more USD of leg `p`."""
    u, matched = rule.unit[p], 0.0
    found = rule.basis[rule.group[p]]
    if rule.shock[u, 1] > 0.0:
        found += 2.0 * rule.shock[u, 2] + rule.shock[u, 0] * rule.shock[u, 1]
    if rule.matching[u] != 0:
        for k in range(rule.depeg.shape[1]):
            if rule.depeg_allowance[u, k] < np.inf:
                matched = greater(matched, rule.depeg[u, k])
    return found + 0.5 * matched


@part
def minimum_bound(rule: Any, p: Any) -> Any:
    """What the minimum charge can ask of one more USD of leg `p`."""
    u, largest = rule.unit[p], 0.0
    for k in range(rule.factor.shape[1]):
        if rule.allowance[u, k] < np.inf:
            largest = greater(largest, rule.factor[u, k])
    return largest * rule.minimum[p] + abs(rule.net_rate[u]) + rule.gross_rate[u]


@implements(steepest, GridTable)
def grid_steepest(rule: Any, book: Any, p: Any, multiplier: Any) -> Any:
    """The steepest line of a position alone; else the worst cell and every charge at once, or the minimum."""
    s, rate = rule.scope[rule.unit[p]], 0.0
    if rule.lone[s] == p:
        for k in range(rule.long_slope.shape[1]):
            rate = greater(rate, greater(rule.long_slope[p, k], rule.short_slope[p, k]))
    else:
        for c in range(rule.family.size):
            rate = greater(rate, abs(rule.gains[c, p]))
        inside = rule.moved[p] * rate + rule.charged[p] * charges_bound(rule, p)
        least = rule.charged[p] * minimum_bound(rule, p)
        rate = rule.core * greater(inside, least) + rule.charged[p] * rule.outside[p]
    return rate + rule.borrowing, 0.0


@implements(loan_factor, GridTable)
def grid_loan_factor(rule: Any) -> Any:
    """Once, if at all."""
    return 1.0


@implements(remember, GridTable)
def grid_remember(rule: Any, block: Any, path: Any, breakdown: Any) -> None:
    """Nothing to remember: the ceiling is exact."""


@implements(convex, GridTable)
def grid_convex(rule: Any) -> Any:
    """Whether no contingency of the book bends down."""
    return rule.convex != 0
