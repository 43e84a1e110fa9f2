"""Spot in use: coins held count as far as they hedge the contracts' delta, and no further.

With D the delta of the contracts and S the spot of one unit, ``clip(-D, 0, S)`` is in use for S > 0,
and likewise mirrored for coins that are owed.

Source: OKX, "Portfolio margin mode", spot in use.
"""

from typing import Any

from stresskit.numerics.jit import inline, part


@part
def spot_in_use(rule: Any, s: Any, u: Any, values: Any) -> Any:
    """Share of the unit's spot that is in use."""
    contracts, spot = 0.0, 0.0
    for k in range(rule.first[s], rule.first[s + 1]):
        p = rule.member[k]
        if rule.unit[p] == u:
            if rule.hedging[p] > 0.0:
                spot += values[p] * rule.charged[p]
            else:
                contracts += values[p] * rule.charged[p]
    if spot * contracts >= 0.0:
        return 0.0
    return min(abs(contracts / spot), 1.0)


@inline
def in_use(rule: Any, p: Any, used: Any) -> Any:
    """Share of leg `p` that counts, when `used` is the share of its unit's spot in use."""
    return used if rule.hedging[p] > 0.0 else 1.0
