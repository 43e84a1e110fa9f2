"""A clearing house's charges for correlations that fail: dependence and concentration.

With ES99(H) the base margin on historical correlations::

    dependence    = 1/4 (max(ES99.5(H), ES99.5(P), ES99.5(Z)) - ES99(H))
    concentration = 1/4 (the two largest single-factor ES99.5 + ES99(residual) - ES99(H))

P has single factors perfectly correlated, Z uncorrelated; the residual is the book without its two
largest factors. The add-on is the larger of the two, and never below zero.

Source: a 2025 restatement of the margin methodology page of the Options Clearing Corporation (STANS);
compare 85 FR 85788. Neither the page itself nor the whole filing was read.
"""

from typing import Any

from stresskit.numerics.jit import part

SHARE = 0.25


@part
def dependence_charge(base: Any, historical: Any, perfect: Any, zero: Any) -> Any:
    """A quarter of what the worst of three correlation sets adds to the base."""
    return SHARE * (max(historical, perfect, zero) - base)


@part
def concentration_charge(base: Any, largest: Any, second: Any, residual: Any) -> Any:
    """A quarter of what the two largest factors and the rest by themselves add to the base."""
    return SHARE * (largest + second + residual - base)


@part
def add_on(dependence: Any, concentration: Any) -> Any:
    """The larger charge, never below zero."""
    return max(dependence, concentration, 0.0)
