"""Delta shock: large net deltas pay a rate that rises with their size.

``min((|D| - threshold) * per_coin, largest) * |D|`` with the net delta D and the threshold in coins,
nothing below the threshold. Inferred from the parameters that the venue publishes; it is zero in its
printed examples. Where the largest rate is reached the slope falls: the charge is not convex.

Source: Deribit, ``public/pme/get_params`` (max_delta_shock, delta_total_liq_shock_threshold).
"""

import math
from typing import Any

from stresskit.numerics.jit import inline


@inline
def delta_shock(rule: Any, legs: Any, u: Any, values: Any, partial: Any) -> Any:
    """Charge of unit `u`; adds the slopes."""
    threshold, slope, largest = rule.shock[u, 0], rule.shock[u, 1], rule.shock[u, 2]
    unit, charged = rule.unit, rule.charged
    delta = 0.0
    for p in legs:
        if unit[p] == u:
            delta += values[p] * charged[p]
    size = abs(delta)
    if slope == 0.0 or size <= threshold:
        return 0.0
    rising = (size - threshold) * slope
    marginal = largest if rising >= largest else (2.0 * size - threshold) * slope
    for p in legs:
        if unit[p] == u:
            partial[p] += math.copysign(marginal, delta) * charged[p]
    return min(rising, largest) * size
