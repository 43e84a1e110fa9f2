"""Whose is a term: its slope in every leg's value, and each leg's share of its amount.

The shares are Euler's, value times slope, scaled so that they sum to the term where it is not
homogeneous (slices with rising rates, dampened cells).
"""

from typing import Any

from stresskit.numerics.jit import inline


@inline
def attribute(legs: Any, values: Any, partial: Any, amount: Any, weight: Any, slope: Any, share: Any) -> None:
    """Add `weight` times a term of this `amount` and the slopes `partial` of these legs; clears them."""
    total = 0.0
    for p in legs:
        total += values[p] * partial[p]
    scale = amount / total if total != 0.0 else 0.0
    for p in legs:
        slope[p] += weight * partial[p]
        share[p] += weight * scale * values[p] * partial[p]
        partial[p] = 0.0
