"""The contingencies of a scope on a whole block of paths; each as its own file defines it.

`legs` are those of the scope, `values` (legs, paths) their signed USD; other columns are (paths,).
"""

from typing import Any

import numpy as np

from stresskit.margin.grid.depeg import matched_volume
from stresskit.numerics.elementary import greater, smaller
from stresskit.numerics.jit import part


@part
def slice_all(rate: Any, allowance: Any, amount: Any, charge: Any) -> None:
    """Fill `charge` by slices, line after line while some amount lies above its edge; as `sliced`."""
    first = rate[0]
    for b in range(charge.size):
        charge[b] = first * amount[b]
    for k in range(1, rate.size):
        if rate[k] == rate[k - 1] or allowance[k] == np.inf:
            continue
        edge, above = (allowance[k] - allowance[k - 1]) / (rate[k] - rate[k - 1]), 0
        for b in range(amount.size):
            above += amount[b] > edge
        if above == 0:
            return
        slope, less = rate[k], allowance[k]
        for b in range(charge.size):
            charge[b] = greater(charge[b], slope * amount[b] - less)


@part
def add_outside(rule: Any, legs: Any, values: Any, out: Any) -> None:
    """Fill `out` with the rates on gross values that the factor does not touch."""
    out[:] = 0.0
    for k in range(legs.size):
        rate, value = rule.outside[legs[k]] * rule.charged[legs[k]], values[k]
        if rate > 0.0:
            for b in range(out.size):
                out[b] += rate * abs(value[b])


@part
def add_minimum(rule: Any, u: Any, legs: Any, values: Any, raw: Any, charge: Any, least: Any) -> None:
    """Add the minimum charge of unit `u`."""
    net_rate, gross_rate, net = rule.net_rate[u], rule.gross_rate[u], charge
    raw[:] = 0.0
    net[:] = 0.0
    for k in range(legs.size):
        p, value = legs[k], values[k]
        if rule.unit[p] == u:
            charged, rate = rule.charged[p], rule.charged[p] * rule.minimum[p]
            for b in range(raw.size):
                raw[b] += rate * abs(value[b])
            if net_rate != 0.0 or gross_rate > 0.0:
                for b in range(net.size):
                    net[b] += charged * value[b]
                    least[b] += gross_rate * charged * abs(value[b])
    if net_rate != 0.0:
        for b in range(net.size):
            least[b] += net_rate * abs(net[b])
    slice_all(rule.factor[u], rule.allowance[u], raw, charge)
    for b in range(least.size):
        least[b] += charge[b]


@part
def add_shock(rule: Any, u: Any, legs: Any, values: Any, delta: Any, inside: Any) -> None:
    """Add the delta shock of unit `u`."""
    threshold, slope, largest = rule.shock[u, 0], rule.shock[u, 1], rule.shock[u, 2]
    if slope == 0.0:
        return
    delta[:] = 0.0
    for k in range(legs.size):
        if rule.unit[legs[k]] == u:
            charged, value = rule.charged[legs[k]], values[k]
            for b in range(delta.size):
                delta[b] += charged * value[b]
    for b in range(delta.size):
        size = abs(delta[b])
        inside[b] += greater(smaller((size - threshold) * slope, largest), 0.0) * size


@part
def add_depeg(rule: Any, u: Any, legs: Any, values: Any, usdt: Any, usd: Any, usdc: Any, inside: Any) -> None:
    """Add the charge on the matched opposite deltas of unit `u`."""
    if rule.matching[u] == 0:
        return
    for column in (usdt, usd, usdc):
        column[:] = 0.0
    for k in range(legs.size):
        p, value = legs[k], values[k]
        if rule.unit[p] == u and rule.quote[p] >= 0:
            delta = usdt if rule.quote[p] == 0 else usd if rule.quote[p] == 1 else usdc
            charged = rule.charged[p]
            for b in range(delta.size):
                delta[b] += charged * value[b]
    for b in range(usdt.size):
        usdt[b] = matched_volume(usdt[b], usd[b], usdc[b])[0]
    slice_all(rule.depeg[u], rule.depeg_allowance[u], usdt, usd)
    for b in range(inside.size):
        inside[b] += usd[b]


@part
def add_basis(rule: Any, legs: Any, values: Any, delta: Any, inside: Any) -> None:
    """Add the basis charge of every expiry; the spot among `values` is what is in use of it."""
    for n in range(legs.size):
        head = legs[n]
        rate = rule.basis[rule.group[head]]
        if rule.head[head] != head or rate == 0.0:
            continue
        delta[:] = 0.0
        for k in range(n, legs.size):
            if rule.head[legs[k]] == head:
                charged, value = rule.charged[legs[k]], values[k]
                for b in range(delta.size):
                    delta[b] += charged * value[b]
        for b in range(inside.size):
            inside[b] += rate * abs(delta[b])
