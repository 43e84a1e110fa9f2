"""Basis or roll charge: the net delta of each expiry at a rate of its own.

``sum over expiries of max(minimum, annualised * years) * |net delta|``; perpetuals are an expiry of
their own, spot in use another.

Sources: Deribit, roll shock (the minimum branch is exact in its published example, the branch in
years inferred); OKX, MR4 (0.2 % of a lone BTC perpetual in its published example).
"""

import math
from typing import Any

from stresskit.margin.grid.spot import in_use
from stresskit.numerics.jit import part

DAYS = 365.0


def basis_rate(minimum: float, annualised: float, expiry_days: float | None) -> float:
    """Rate of one expiry; a perpetual pays the minimum."""
    return max(minimum, annualised * (expiry_days or 0.0) / DAYS)


@part
def basis_charge(rule: Any, s: Any, u: Any, values: Any, used: Any, partial: Any) -> Any:
    """Charge of unit `u` of scope `s` with the share `used` of its spot; adds its slopes."""
    total = 0.0
    for n in range(rule.first[s], rule.first[s + 1]):
        head = rule.member[n]
        rate = rule.basis[rule.group[head]]
        if rule.unit[head] != u or rule.head[head] != head or rate == 0.0:
            continue
        delta = 0.0
        for k in range(n, rule.first[s + 1]):
            p = rule.member[k]
            if rule.head[p] == head:
                delta += values[p] * rule.charged[p] * in_use(rule, p, used)
        total += rate * abs(delta)
        for k in range(n, rule.first[s + 1]):
            p = rule.member[k]
            if rule.head[p] == head:
                partial[p] += math.copysign(rate, delta) * rule.charged[p] * in_use(rule, p, used)
    return total
