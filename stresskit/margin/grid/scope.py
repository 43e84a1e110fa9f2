"""The requirement of one scope: ``core * max(worst cell + charges, minimum) + outside``."""

import math
from typing import Any

from stresskit.margin.grid.attribution import attribute
from stresskit.margin.grid.basis import basis_charge
from stresskit.margin.grid.delta_shock import delta_shock
from stresskit.margin.grid.depeg import depeg_charge
from stresskit.margin.grid.minimum import minimum_charge
from stresskit.margin.grid.scan import at_stake, scan_slopes, worst_cell
from stresskit.margin.grid.spot import spot_in_use
from stresskit.margin.grid.table import BASIS, DELTA_SHOCK, DEPEG, EXTREME, MINIMUM, OUTSIDE, PRICE
from stresskit.numerics.jit import inline


@inline
def outside_charge(rule: Any, legs: Any, values: Any, partial: Any) -> Any:
    """Rates on the gross value that the factor does not touch; adds the slopes."""
    outside, charged, total = rule.outside, rule.charged, 0.0
    for p in legs:
        rate = outside[p] * charged[p]
        total += rate * abs(values[p])
        partial[p] += math.copysign(rate, values[p])
    return total


@inline
def shock_of_scope(rule: Any, units: Any, legs: Any, values: Any, partial: Any) -> Any:
    """Delta shock of all units of a scope; adds the slopes."""
    total = 0.0
    for u in units:
        total += delta_shock(rule, legs, u, values, partial)
    return total


@inline
def depeg_of_scope(rule: Any, units: Any, legs: Any, values: Any, partial: Any) -> Any:
    """Depeg charge of all units of a scope in which quotes can be opposite; adds the slopes."""
    matching, total = rule.matching, 0.0
    for u in units:
        if matching[u] != 0:
            total += depeg_charge(rule, legs, u, values, partial)
    return total


@inline
def minimum_of_scope(rule: Any, units: Any, legs: Any, values: Any, partial: Any) -> Any:
    """Minimum of all units of a scope; adds the slopes."""
    total = 0.0
    for u in units:
        total += minimum_charge(rule, legs, u, values, partial)
    return total


@inline
def forget(legs: Any, partial: Any) -> None:
    """Clear the slopes of these legs: they do not bind."""
    for p in legs:
        partial[p] = 0.0


@inline
def scope_requirement(
    rule: Any, s: Any, values: Any, used: Any, moved: Any, partial: Any, slope: Any, share: Any, terms: Any
) -> Any:
    """Set slopes and shares of scope `s`, add its terms; return its requirement and what binds."""
    legs = rule.member[rule.first[s] : rule.first[s + 1]]
    units = rule.units[rule.unit_first[s] : rule.unit_first[s + 1]]
    for u in units:
        used[u] = spot_in_use(rule, legs, u, values)
    forget(legs, slope)
    forget(legs, share)
    at_stake(rule, legs, values, used, moved)
    price, at_price = worst_cell(rule, units, legs, 0, moved)
    extreme, at_extreme = worst_cell(rule, units, legs, 1, moved)
    terms[PRICE] += price
    terms[EXTREME] += extreme
    inside, core = max(price, extreme), rule.core
    cell = at_extreme if extreme > price else at_price
    scan_slopes(rule, units, legs, cell, moved, used, partial)
    attribute(legs, values, partial, inside, core, slope, share)
    charge = basis_charge(rule, legs, values, used, partial)
    attribute(legs, values, partial, charge, core, slope, share)
    terms[BASIS] += charge
    inside += charge
    charge = shock_of_scope(rule, units, legs, values, partial)
    attribute(legs, values, partial, charge, core, slope, share)
    terms[DELTA_SHOCK] += charge
    inside += charge
    charge = depeg_of_scope(rule, units, legs, values, partial)
    attribute(legs, values, partial, charge, core, slope, share)
    terms[DEPEG] += charge
    inside += charge
    least = minimum_of_scope(rule, units, legs, values, partial)
    terms[MINIMUM] += least
    if least > inside:
        forget(legs, slope)
        forget(legs, share)
        attribute(legs, values, partial, least, core, slope, share)
    forget(legs, partial)
    outside = outside_charge(rule, legs, values, partial)
    terms[OUTSIDE] += outside
    attribute(legs, values, partial, outside, 1.0, slope, share)
    binding = MINIMUM if least > inside else EXTREME if extreme > price else PRICE
    return core * max(inside, least) + outside, binding
