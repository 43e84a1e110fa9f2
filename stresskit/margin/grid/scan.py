"""The worst cell of a scope: every leg revalued, gains and losses of a unit netted first.

A unit's loss less its dampener counts in full. Its gain counts against the losses of the other units
of the scope by its `offset`, and up to its limit; a unit that is a scope of its own has nothing to
relieve. An unmoved price is always a cell, so that the worst loss is never below zero.

Source: Deribit, "Portfolio Margin" (bucket, pnl_offset, max_offsetable_pnl, extended_dampener).
"""

from typing import Any

from stresskit.margin.grid.spot import in_use
from stresskit.numerics.jit import inline, part


@inline
def profit(rule: Any, p: Any, c: Any, value: Any) -> Any:
    """Revalue leg `p` under cell `c`: futures and spot gain in proportion to their value."""
    return value * rule.moved[p] * rule.gains[p, c]


@inline
def unit_loss(rule: Any, s: Any, u: Any, c: Any, values: Any, used: Any) -> Any:
    """Loss of unit `u` in cell `c` after its dampener; a gain is negative."""
    loss = 0.0
    for k in range(rule.first[s], rule.first[s + 1]):
        p = rule.member[k]
        if rule.unit[p] == u:
            loss -= profit(rule, p, c, values[p] * in_use(rule, p, used))
    return max(loss - rule.relief[u, c], 0.0) if loss > 0.0 else loss


@inline
def counted(rule: Any, u: Any, loss: Any) -> Any:
    """What a unit's loss or gain counts in its scope."""
    return loss if loss >= 0.0 else max(rule.offset[u] * loss, -rule.offset_limit[u])


@part
def worst_cell(rule: Any, s: Any, family: Any, values: Any, used: Any) -> Any:
    """Largest loss of scope `s` over the cells of a family and its cell, -1 where nothing is lost."""
    worst, at = 0.0, -1
    for c in range(rule.family.size):
        if rule.family[c] != family:
            continue
        loss = 0.0
        for k in range(rule.unit_first[s], rule.unit_first[s + 1]):
            u = rule.units[k]
            loss += counted(rule, u, unit_loss(rule, s, u, c, values, used[u]))
        if loss > worst:
            worst, at = loss, c
    return worst, at


@part
def scan_slopes(rule: Any, s: Any, c: Any, values: Any, used: Any, partial: Any) -> None:
    """Add the slopes of the scope's loss in cell `c`."""
    for n in range(rule.unit_first[s], rule.unit_first[s + 1] if c >= 0 else 0):
        u = rule.units[n]
        loss = unit_loss(rule, s, u, c, values, used[u])
        weight = 1.0 if loss > 0.0 else 0.0
        if loss < 0.0:
            weight = rule.offset[u] if -rule.offset[u] * loss < rule.offset_limit[u] else 0.0
        for k in range(rule.first[s], rule.first[s + 1]):
            p = rule.member[k]
            if rule.unit[p] == u:
                partial[p] -= weight * profit(rule, p, c, in_use(rule, p, used[u]))
