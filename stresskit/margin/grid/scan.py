"""The worst cell of a scope: every leg revalued, gains and losses of a unit netted first.

A unit's loss less its dampener counts in full. Its gain counts against the losses of the other units
of the scope by its `offset`, and up to its limit; a unit that is a scope of its own has nothing to
relieve. An unmoved price is always a cell, so that the worst loss is never below zero.

Source: Deribit, "Portfolio Margin" (bucket, pnl_offset, max_offsetable_pnl, extended_dampener).
"""

from typing import Any

from stresskit.numerics.jit import inline


@inline
def unit_loss(legs: Any, unit: Any, u: Any, gain: Any, relief: Any, moved: Any) -> Any:
    """Loss of unit `u` after its dampener in the cell of this `gain` (legs,); a gain is negative.

    `moved` (legs,): what each leg has at stake, so that its profit is ``moved * gain``. An option's
    profit would be a function of the cell here instead.
    """
    loss = 0.0
    for p in legs:
        if unit[p] == u:
            loss -= moved[p] * gain[p]
    return max(loss - relief, 0.0) if loss > 0.0 else loss


@inline
def counted(offset: Any, limit: Any, loss: Any) -> Any:
    """What a unit's loss or gain counts in its scope."""
    return loss if loss >= 0.0 else max(offset * loss, -limit)


@inline
def at_stake(rule: Any, legs: Any, values: Any, used: Any, moved: Any) -> None:
    """Fill moved (legs,) with what each leg of a scope has at stake in the cells."""
    price, hedging, unit = rule.moved, rule.hedging, rule.unit
    for p in legs:
        moved[p] = values[p] * price[p] * (used[unit[p]] if hedging[p] > 0.0 else 1.0)


@inline
def worst_cell(rule: Any, units: Any, legs: Any, family: Any, moved: Any) -> Any:
    """Largest loss over the cells of a family and its cell, -1 where nothing is lost."""
    worst, at = 0.0, -1
    families, gains, relief, unit = rule.family, rule.gains, rule.relief, rule.unit
    offset, limit = rule.offset, rule.offset_limit
    for c in range(families.size):
        if families[c] == family:
            loss = 0.0
            for u in units:
                own = unit_loss(legs, unit, u, gains[c], relief[u, c], moved)
                loss += counted(offset[u], limit[u], own)
            if loss > worst:
                worst, at = loss, c
    return worst, at


@inline
def scan_slopes(rule: Any, units: Any, legs: Any, c: Any, moved: Any, used: Any, partial: Any) -> None:
    """Add the slopes of the scope's loss in cell `c`."""
    gains, relief, unit, price, hedging = rule.gains, rule.relief, rule.unit, rule.moved, rule.hedging
    offset, limit = rule.offset, rule.offset_limit
    if c < 0:
        return
    for u in units:
        loss = unit_loss(legs, unit, u, gains[c], relief[u, c], moved)
        weight = 1.0 if loss > 0.0 else 0.0
        if loss < 0.0:
            weight = offset[u] if -offset[u] * loss < limit[u] else 0.0
        for p in legs:
            if unit[p] == u:
                partial[p] -= weight * price[p] * gains[c, p] * (used[u] if hedging[p] > 0.0 else 1.0)
