"""Spot in use: coins held count as far as they hedge the contracts' delta, and no further.

With D the delta of the contracts and S the spot of one unit, ``clip(-D, 0, S)`` is in use for S > 0,
and likewise mirrored for coins that are owed.

Source: OKX, "Portfolio margin mode", spot in use.
"""

from typing import Any

from stresskit.numerics.jit import inline


@inline
def spot_in_use(rule: Any, legs: Any, u: Any, values: Any) -> Any:
    """Share of the spot of unit `u` that is in use."""
    unit, hedging, charged = rule.unit, rule.hedging, rule.charged
    contracts, spot = 0.0, 0.0
    for p in legs:
        if unit[p] == u:
            value = values[p] * charged[p]
            if hedging[p] > 0.0:
                spot += value
            else:
                contracts += value
    return min(abs(contracts / spot), 1.0) if spot * contracts < 0.0 else 0.0
