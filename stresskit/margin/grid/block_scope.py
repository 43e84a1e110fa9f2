"""The requirement of one scope on a whole block of paths: what `scope` computes, column by column.

Every part is a few loops over the paths that vectorise; the value of each leg is filled once.
"""

from typing import Any

import numpy as np

from stresskit.margin.grid.block_charges import add_basis, add_depeg, add_minimum, add_outside, add_shock
from stresskit.margin.grid.values import fill_leg
from stresskit.numerics.elementary import greater, smaller
from stresskit.numerics.jit import allocating, part

ROUNDING = 1e-12  # room for rounding, so that "certainly healthy" stays certain
COLUMNS = 6  # inside, least, outside, and three of scratch


@part
def use_spot(rule: Any, u: Any, legs: Any, values: Any, contracts: Any, spot: Any) -> None:
    """Scale the spot of unit `u` by the share of it that is in use; as `spot_in_use`."""
    held = 0.0
    for p in legs:
        held += rule.hedging[p] if rule.unit[p] == u else 0.0
    if held == 0.0:
        return
    contracts[:] = 0.0
    spot[:] = 0.0
    for k in range(legs.size):
        p = legs[k]
        if rule.unit[p] == u:
            own, charged, value = spot if rule.hedging[p] > 0.0 else contracts, rule.charged[p], values[k]
            for b in range(own.size):
                own[b] += value[b] * charged
    for b in range(spot.size):
        opposite = spot[b] * contracts[b] < 0.0
        spot[b] = smaller(abs(contracts[b] / (spot[b] if opposite else 1.0)), 1.0) if opposite else 0.0
    for k in range(legs.size):
        if rule.unit[legs[k]] == u and rule.hedging[legs[k]] > 0.0:
            value = values[k]
            for b in range(spot.size):
                value[b] *= spot[b]


@part
def net_worst(rule: Any, s: Any, legs: Any, values: Any, net: Any, inside: Any) -> None:
    """Fill `inside` with the worst cell of a scope where one net value decides."""
    net[:] = 0.0
    for k in range(legs.size):
        value, moved = values[k], rule.moved[legs[k]]
        for b in range(net.size):
            net[b] += value[b] * moved
    falling, rising = rule.falling[s], rule.rising[s]
    for b in range(net.size):
        inside[b] = greater(net[b] * falling, -net[b] * rising)


@part
def unit_losses(rule: Any, u: Any, c: Any, legs: Any, values: Any, own: Any) -> None:
    """Fill `own` with the loss of unit `u` in cell `c` after its dampener, and what its gain counts."""
    own[:] = 0.0
    for k in range(legs.size):
        p = legs[k]
        if rule.unit[p] == u:
            value, lost = values[k], -rule.moved[p] * rule.gains[c, p]
            for b in range(own.size):
                own[b] += value[b] * lost
    relief, offset, limit = rule.relief[u, c], rule.offset[u], rule.offset_limit[u]
    for b in range(own.size):
        loss, gain = greater(own[b] - relief, 0.0), greater(offset * own[b], -limit)
        own[b] = loss if own[b] > 0.0 else gain


@part
def worst_cells(rule: Any, units: Any, legs: Any, values: Any, own: Any, loss: Any, inside: Any) -> None:
    """Fill `inside` with the worst cell of any scope."""
    inside[:] = 0.0
    for c in range(rule.family.size):
        loss[:] = 0.0
        for u in units:
            unit_losses(rule, u, c, legs, values, own)
            for b in range(loss.size):
                loss[b] += own[b]
        for b in range(loss.size):
            inside[b] = greater(inside[b], loss[b])


@part
def add_columns(rule: Any, s: Any, values: Any, work: Any, total: Any) -> None:
    """Add the requirement of the scope whose legs have these `values` (legs, paths) to the total."""
    legs = rule.member[rule.first[s] : rule.first[s + 1]]
    units = rule.units[rule.unit_first[s] : rule.unit_first[s + 1]]
    inside, least, outside, one, two, three = work[0], work[1], work[2], work[3], work[4], work[5]
    inside[:] = 0.0
    least[:] = 0.0
    add_outside(rule, legs, values, outside)
    for u in units:
        add_minimum(rule, u, legs, values, one, two, least)
        add_shock(rule, u, legs, values, one, inside)
        add_depeg(rule, u, legs, values, one, two, three, inside)
        use_spot(rule, u, legs, values, one, two)
    add_basis(rule, legs, values, one, inside)
    if rule.plain[s] != 0:
        net_worst(rule, s, legs, values, one, two)
    else:
        worst_cells(rule, units, legs, values, one, three, two)
    core = rule.core
    for b in range(total.size):
        own = core * greater(inside[b] + two[b], least[b]) + outside[b]
        total[b] += own * (1.0 + ROUNDING)


@allocating
def add_scope(rule: Any, s: Any, book: Any, tile: Any, step: Any, block: Any) -> None:
    """Add the requirement of scope `s` to the ceiling of every path."""
    legs, paths = rule.first[s + 1] - rule.first[s], block.ceiling.size
    work = np.empty((COLUMNS + legs, paths))
    for k in range(legs):
        fill_leg(rule, book, tile, step, block, rule.member[rule.first[s] + k], work[COLUMNS + k])
    add_columns(rule, s, work[COLUMNS:], work, block.ceiling)
