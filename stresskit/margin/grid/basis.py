"""Basis or roll charge: the net delta of each expiry at a rate of its own.

``sum over expiries of max(minimum, annualised * years) * |net delta|``; perpetuals are an expiry of
their own, spot in use another.

Sources: Deribit, roll shock (the minimum branch is exact in its published example, the branch in
years inferred); OKX, MR4 (0.2 % of a lone BTC perpetual in its published example).
"""

import math
from typing import Any

from stresskit.numerics.jit import inline

DAYS = 365.0


def basis_rate(minimum: float, annualised: float, expiry_days: float | None) -> float:
    """Rate of one expiry; a perpetual pays the minimum."""
    return max(minimum, annualised * (expiry_days or 0.0) / DAYS)


@inline
def basis_charge(rule: Any, legs: Any, values: Any, used: Any, partial: Any) -> Any:
    """Charge of a scope's legs with the shares `used` (units,) of spot; adds its slopes."""
    heads, group, rates, charged = rule.head, rule.group, rule.basis, rule.charged
    hedging, unit = rule.hedging, rule.unit
    total = 0.0
    for head in legs:
        rate = rates[group[head]]
        if heads[head] == head and rate > 0.0:
            delta = 0.0
            for p in legs:
                if heads[p] == head:
                    delta += values[p] * charged[p] * (used[unit[p]] if hedging[p] > 0.0 else 1.0)
            total += rate * abs(delta)
            for p in legs:
                if heads[p] == head:
                    share = used[unit[p]] if hedging[p] > 0.0 else 1.0
                    partial[p] += math.copysign(rate, delta) * charged[p] * share
    return total
