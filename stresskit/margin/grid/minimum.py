"""Minimum charges: what the requirement never falls below, however well the book is hedged.

OKX, MR7: a rate on every contract's value, for slippage and fee of closing it; slices of the unit's
sum count by rising multipliers. Paradex: ``net * |D| + hedged * (gross - |D|) / 2``, with the net
delta D of the underlying, here as ``net_rate * |D| + gross_rate * gross``.

Sources: OKX, "MR7" scale of December 2021 (worked example); Paradex documentation, "Portfolio margin".
"""

import math
from typing import Any

from stresskit.margin.grid.slices import sliced
from stresskit.numerics.jit import part


@part
def minimum_charge(rule: Any, s: Any, u: Any, values: Any, partial: Any) -> Any:
    """Minimum of unit `u`; adds the slopes."""
    raw, net, gross = 0.0, 0.0, 0.0
    for k in range(rule.first[s], rule.first[s + 1]):
        p = rule.member[k]
        if rule.unit[p] == u:
            value = values[p] * rule.charged[p]
            raw += rule.minimum[p] * abs(value)
            net += value
            gross += abs(value)
    charge, multiplier = sliced(rule.factor[u], rule.allowance[u], raw)
    for k in range(rule.first[s], rule.first[s + 1]):
        p = rule.member[k]
        if rule.unit[p] == u:
            side = math.copysign(rule.charged[p], values[p])
            rate = multiplier * rule.minimum[p] + rule.gross_rate[u]
            partial[p] += side * rate + math.copysign(rule.net_rate[u], net) * rule.charged[p]
    return charge + rule.net_rate[u] * abs(net) + rule.gross_rate[u] * gross
