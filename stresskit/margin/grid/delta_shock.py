"""Delta shock: large net deltas pay a rate that rises with their size.

``min((|D| - threshold) * per_coin, largest) * |D|`` with the net delta D and the threshold in coins,
nothing below the threshold. Inferred from the parameters that the venue publishes; it is zero in its
printed examples. Where the largest rate is reached the slope falls: the charge is not convex.

Source: Deribit, ``public/pme/get_params`` (max_delta_shock, delta_total_liq_shock_threshold).
"""

import math
from typing import Any

from stresskit.numerics.jit import part


@part
def delta_shock(rule: Any, s: Any, u: Any, values: Any, partial: Any) -> Any:
    """Charge of unit `u`; adds the slopes."""
    threshold, slope, largest = rule.shock[u, 0], rule.shock[u, 1], rule.shock[u, 2]
    if slope == 0.0:
        return 0.0
    delta = 0.0
    for k in range(rule.first[s], rule.first[s + 1]):
        p = rule.member[k]
        if rule.unit[p] == u:
            delta += values[p] * rule.charged[p]
    size = abs(delta)
    if size <= threshold:
        return 0.0
    rising = (size - threshold) * slope
    marginal = largest if rising >= largest else (2.0 * size - threshold) * slope
    for k in range(rule.first[s], rule.first[s + 1]):
        p = rule.member[k]
        if rule.unit[p] == u:
            partial[p] += math.copysign(marginal, delta) * rule.charged[p]
    return min(rising, largest) * size
