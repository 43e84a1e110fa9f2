"""The requirement of one scope: ``core * max(worst cell + charges, minimum) + outside``."""

import math
from typing import Any

from stresskit.margin.grid.attribution import attribute
from stresskit.margin.grid.basis import basis_charge
from stresskit.margin.grid.delta_shock import delta_shock
from stresskit.margin.grid.depeg import depeg_charge
from stresskit.margin.grid.minimum import minimum_charge
from stresskit.margin.grid.scan import scan_slopes, worst_cell
from stresskit.margin.grid.spot import spot_in_use
from stresskit.margin.grid.table import BASIS, DELTA_SHOCK, DEPEG, EXTREME, MINIMUM, OUTSIDE, PRICE
from stresskit.numerics.jit import part


@part
def outside_charge(rule: Any, s: Any, values: Any, partial: Any) -> Any:
    """Rates on the gross value that the factor does not touch; adds the slopes."""
    total = 0.0
    for k in range(rule.first[s], rule.first[s + 1]):
        p = rule.member[k]
        rate = rule.outside[p] * rule.charged[p]
        total += rate * abs(values[p])
        partial[p] += math.copysign(rate, values[p])
    return total


@part
def charge_of_scope(rule: Any, s: Any, kind: Any, values: Any, used: Any, partial: Any) -> Any:
    """One kind of charge, summed over the units of scope `s`; adds the slopes."""
    total = 0.0
    for n in range(rule.unit_first[s], rule.unit_first[s + 1]):
        u = rule.units[n]
        if kind == BASIS:
            total += basis_charge(rule, s, u, values, used[u], partial)
        elif kind == DELTA_SHOCK:
            total += delta_shock(rule, s, u, values, partial)
        elif kind == DEPEG:
            total += depeg_charge(rule, s, u, values, partial)
        else:
            total += minimum_charge(rule, s, u, values, partial)
    return total


@part
def forget(legs: Any, partial: Any) -> None:
    """Clear the slopes of these legs: they do not bind."""
    for p in legs:
        partial[p] = 0.0


@part
def scope_requirement(
    rule: Any, s: Any, values: Any, used: Any, partial: Any, slope: Any, share: Any, terms: Any
) -> Any:
    """Set slopes and shares of scope `s`, add its terms; return its requirement and what binds."""
    legs = rule.member[rule.first[s] : rule.first[s + 1]]
    for n in range(rule.unit_first[s], rule.unit_first[s + 1]):
        u = rule.units[n]
        used[u] = spot_in_use(rule, s, u, values)
    forget(legs, slope)
    forget(legs, share)
    price, at_price = worst_cell(rule, s, 0, values, used)
    extreme, at_extreme = worst_cell(rule, s, 1, values, used)
    terms[PRICE] += price
    terms[EXTREME] += extreme
    inside = max(price, extreme)
    cell = at_extreme if extreme > price else at_price
    scan_slopes(rule, s, cell, values, used, partial)
    attribute(legs, values, partial, inside, rule.core, slope, share)
    for kind in (BASIS, DELTA_SHOCK, DEPEG):
        charge = charge_of_scope(rule, s, kind, values, used, partial)
        terms[kind] += charge
        inside += charge
        attribute(legs, values, partial, charge, rule.core, slope, share)
    least = charge_of_scope(rule, s, MINIMUM, values, used, partial)
    terms[MINIMUM] += least
    if least > inside:
        forget(legs, slope)
        forget(legs, share)
        attribute(legs, values, partial, least, rule.core, slope, share)
    forget(legs, partial)
    outside = outside_charge(rule, s, values, partial)
    terms[OUTSIDE] += outside
    attribute(legs, values, partial, outside, 1.0, slope, share)
    binding = MINIMUM if least > inside else EXTREME if extreme > price else PRICE
    return rule.core * max(inside, least) + outside, binding
