"""Whose is a term: its slope in every leg's value, and each leg's share of its amount.

The shares are Euler's, value times slope, scaled so that they sum to the term where it is not
homogeneous (slices with rising rates, dampened cells).
"""

from typing import Any

from stresskit.numerics.jit import part


@part
def attribute(
    rule: Any, s: Any, values: Any, partial: Any, amount: Any, weight: Any, slope: Any, share: Any
) -> None:
    """Add `weight` times a term of this `amount` and the slopes `partial` of scope `s`; clears them."""
    total = 0.0
    for k in range(rule.first[s], rule.first[s + 1]):
        p = rule.member[k]
        total += values[p] * partial[p]
    scale = amount / total if total != 0.0 else 0.0
    for k in range(rule.first[s], rule.first[s + 1]):
        p = rule.member[k]
        slope[p] += weight * partial[p]
        share[p] += weight * scale * values[p] * partial[p]
        partial[p] = 0.0
