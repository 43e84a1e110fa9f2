"""Semi-parametric innovations: an empirical body between generalized Pareto tails.

With `tail` the probability in each tail and u the upper threshold, ``P(z > x) = tail (1 + xi (x - u)
/ beta)^(-1/xi)`` for x > u, and likewise below. Between the thresholds the quantile function is a
monotone cubic in the normal score through `quantiles`, joined to the tails with their slope.

Source: McNeil, Frey, "Estimation of tail-related risk measures for heteroscedastic financial time
series", Journal of Empirical Finance 7 (2000).
"""

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.polynomial.legendre import leggauss
from scipy import special

from stresskit.domain import Float1D, SemiParametric

if TYPE_CHECKING:
    from scipy.interpolate import CubicHermiteSpline

POINTS = 33
NODES = 16


@cache
def _legendre() -> tuple[Float1D, Float1D]:
    at, weight = leggauss(NODES)
    return at, weight


def scores(tail: float, points: int) -> Float1D:
    """Normal scores of the quantiles."""
    reach = -float(special.ndtri(tail))
    return np.linspace(-reach, reach, points)


def refuse_impossible(law: SemiParametric) -> None:
    """Check that the numbers are a law with a variance.

    Raises
    ------
    ValueError
        If they are not finite, quantiles do not rise, a scale is not positive or a shape is 0.5 or more.
    """
    numbers = np.concatenate([[law.tail], law.quantiles, law.shape, law.scale])
    if not np.isfinite(numbers).all() or not 0 < law.tail < 0.5:
        raise ValueError("finite numbers and a tail probability between 0 and 0.5")
    if law.quantiles.size < 3 or np.any(np.diff(law.quantiles) <= 0):
        raise ValueError("three or more rising quantiles")
    if not law.quantiles[0] < 0 < law.quantiles[-1]:
        raise ValueError("a lower threshold below zero and an upper one above it")
    if law.shape.size != 2 or law.scale.size != 2 or np.any(law.scale <= 0) or np.any(law.shape >= 0.5):
        raise ValueError("two tails of positive scale and a shape below 0.5")


def body(law: SemiParametric) -> "CubicHermiteSpline":
    """Quantile as a function of the normal score, between the thresholds."""
    from scipy.interpolate import CubicHermiteSpline  # slow to load, and few runs need it

    s = scores(law.tail, law.quantiles.size)
    secant = np.diff(law.quantiles) / np.diff(s)
    slope = np.empty(s.size)
    slope[1:-1] = 2 / (1 / secant[:-1] + 1 / secant[1:])
    at_threshold = law.scale / law.tail * math.exp(-s[0] * s[0] / 2) / math.sqrt(2 * math.pi)
    slope[[0, -1]] = np.minimum(at_threshold, 3 * secant[[0, -1]])
    return CubicHermiteSpline(s, law.quantiles, slope)


def excess(law: SemiParametric, side: int, share: Float1D) -> Float1D:
    """Distance beyond the threshold of `side` (0 lower, 1 upper) that a `share` of its tail exceeds."""
    return np.asarray(-law.scale[side] * special.boxcox(share, -law.shape[side]), dtype=np.float64)


def lower_quantile(law: SemiParametric, tail: Float1D) -> Float1D:
    """Quantile below which there is the probability `tail` (n,)."""
    return _quantile(law, tail, special.ndtri(tail), 1 - tail)


def upper_quantile(law: SemiParametric, tail: Float1D) -> Float1D:
    """Quantile above which there is the probability `tail` (n,)."""
    return _quantile(law, 1 - tail, -special.ndtri(tail), tail)


def _quantile(law: SemiParametric, below: Float1D, score: Float1D, above: Float1D) -> Float1D:
    refuse_impossible(law)
    s = scores(law.tail, law.quantiles.size)
    inner = body(law)(np.clip(score, s[0], s[-1]))
    low = law.quantiles[0] - excess(law, 0, np.minimum(below / law.tail, 1.0))
    high = law.quantiles[-1] + excess(law, 1, np.minimum(above / law.tail, 1.0))
    found = np.where(score < s[0], low, np.where(score > s[-1], high, inner))
    return np.asarray(found, dtype=np.float64)


def body_nodes(law: SemiParametric) -> tuple[Float1D, Float1D]:
    """Values and probabilities of a quadrature over the body, exact to about 1e-12 for smooth functions."""
    s = scores(law.tail, law.quantiles.size)
    at, weight = _legendre()
    half = (s[1] - s[0]) / 2
    x = ((s[:-1] + s[1:]) / 2)[:, None] + half * at
    mass = half * weight * np.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    return np.asarray(body(law)(x).ravel(), dtype=np.float64), np.asarray(mass.ravel(), dtype=np.float64)


def tail_moments(law: SemiParametric, side: int) -> tuple[float, float]:
    """``E|z|`` and ``E z^2`` over one tail beyond its threshold (not conditional)."""
    xi, beta, u = float(law.shape[side]), float(law.scale[side]), abs(float(law.quantiles[-side]))
    first = beta / (1 - xi)
    second = 2 * beta * beta / ((1 - xi) * (1 - 2 * xi))
    return law.tail * (u + first), law.tail * (u * u + 2 * u * first + second)


def lower_half(law: SemiParametric) -> tuple[float, float]:
    """``E[z 1(z < 0)]`` and ``E[z^2 1(z < 0)]``."""
    refuse_impossible(law)
    z, mass = body_nodes(law)
    below = np.minimum(z, 0.0)
    first, second = tail_moments(law, 0)
    return float(mass @ below) - first, float(mass @ below**2) + second


def upper_half(law: SemiParametric) -> tuple[float, float]:
    """``E[z 1(z > 0)]`` and ``E[z^2 1(z > 0)]``."""
    z, mass = body_nodes(law)
    above = np.maximum(z, 0.0)
    first, second = tail_moments(law, 1)
    return float(mass @ above) + first, float(mass @ above**2) + second


def standardized(law: SemiParametric) -> SemiParametric:
    """Shift and stretch a law to mean zero and unit variance."""
    low, high = lower_half(law), upper_half(law)
    mean = low[0] + high[0]
    deviation = math.sqrt(low[1] + high[1] - mean * mean)
    return SemiParametric(law.tail, (law.quantiles - mean) / deviation, law.shape, law.scale / deviation)
