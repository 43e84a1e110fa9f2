"""Minimum charges: what the requirement never falls below, however well the book is hedged.

OKX, MR7: a rate on every contract's value, for slippage and fee of closing it; slices of the unit's
sum count by rising multipliers. Paradex: ``net * |D| + hedged * (gross - |D|) / 2``, with the net
delta D of the underlying, here as ``net_rate * |D| + gross_rate * gross``.

Sources: OKX, "MR7" scale of December 2021 (worked example); Paradex documentation, "Portfolio margin".
"""

import math
from typing import Any

from stresskit.margin.grid.slices import sliced
from stresskit.numerics.jit import inline


@inline
def minimum_charge(rule: Any, legs: Any, u: Any, values: Any, partial: Any) -> Any:
    """Minimum of unit `u`; adds the slopes."""
    unit, charged, minimum = rule.unit, rule.charged, rule.minimum
    net_rate, gross_rate = rule.net_rate[u], rule.gross_rate[u]
    raw, net, gross = 0.0, 0.0, 0.0
    for p in legs:
        if unit[p] == u:
            value = values[p] * charged[p]
            raw += minimum[p] * abs(value)
            net += value
            gross += abs(value)
    charge, multiplier = sliced(rule.factor[u], rule.allowance[u], raw)
    for p in legs:
        if unit[p] == u:
            side = math.copysign(charged[p], values[p])
            rate = multiplier * minimum[p] + gross_rate
            partial[p] += side * rate + math.copysign(net_rate, net) * charged[p]
    return charge + net_rate * abs(net) + gross_rate * gross
