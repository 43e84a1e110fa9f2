"""Charges by slices: each slice of an amount is charged at its own, rising rate.

The charge is continuous and convex in the amount, so that it is the largest of its lines
``rate * amount - allowance``.
"""

from collections.abc import Sequence
from typing import Any

from stresskit.numerics.jit import inline


def lines(tiers: Sequence[tuple[float, float]], above: float) -> list[tuple[float, float]]:
    """Lines (rate, allowance) of slices (upper end, rate), and of what lies `above` them all.

    >>> lines([(10.0, 1.0)], 2.0)
    [(1.0, 0.0), (2.0, 10.0)]
    """
    found, edge = [], 0.0
    rate, allowance = 0.0, 0.0
    for upper, following in [*tiers, (float("inf"), above)]:
        allowance += edge * (following - rate)
        rate = following
        found.append((rate, allowance))
        edge = upper
    return found


@inline
def sliced(rate: Any, allowance: Any, amount: Any) -> Any:
    """The charge on an amount and the rate of its last dollar."""
    charge, marginal = rate[0] * amount - allowance[0], rate[0]
    for k in range(1, rate.size):
        line = rate[k] * amount - allowance[k]
        if line > charge:
            charge, marginal = line, rate[k]
    return charge, marginal
