"""The Student-t law scaled to unit variance; infinite degrees of freedom mean normal.

Partial moments: with T a plain Student-t of density f and distribution F,
``E[T 1(T<c)] = -(nu + c^2)/(nu - 1) f(c)`` and ``E[T^2 1(T<c)] = nu (nu-1)/(nu-2) F_{nu-2}(c
sqrt((nu-2)/nu)) - nu F(c)``.
"""

import math

import numpy as np
from scipy import special

from stresskit.arrays import Float1D


def _scale(nu: float) -> float:
    """Standard deviation of the plain law is one over this.

    Raises
    ------
    ValueError
        If there are 2 or fewer degrees of freedom: no variance to standardize.
    """
    if not nu > 2:
        raise ValueError(f"degrees of freedom above 2, got {nu}")
    return math.sqrt((nu - 2) / nu) if math.isfinite(nu) else 1.0


def lower_quantile(nu: float, tail: Float1D) -> Float1D:
    """Quantile below which there is the probability `tail` (n,)."""
    scale = _scale(nu)
    found = special.stdtrit(nu, tail) * scale if math.isfinite(nu) else special.ndtri(tail)
    return np.asarray(found, dtype=np.float64)


def cdf(nu: float, x: Float1D) -> Float1D:
    """Probability below `x` (n,)."""
    scale = _scale(nu)
    found = special.stdtr(nu, x / scale) if math.isfinite(nu) else special.ndtr(x)
    return np.asarray(found, dtype=np.float64)


def log_density(nu: float, x: Float1D) -> Float1D:
    """Logarithm of the density at `x` (n,)."""
    _scale(nu)
    if not math.isfinite(nu):
        return -0.5 * x * x - 0.5 * math.log(2 * math.pi)
    peak = math.lgamma((nu + 1) / 2) - math.lgamma(nu / 2) - 0.5 * math.log(math.pi * (nu - 2))
    return np.asarray(peak - (nu + 1) / 2 * np.log1p(x * x / (nu - 2)), dtype=np.float64)


def density(nu: float, x: Float1D) -> Float1D:
    """Density at `x` (n,)."""
    return np.asarray(np.exp(log_density(nu, x)), dtype=np.float64)


def mean_size(nu: float) -> float:
    """E|z|."""
    scale = _scale(nu)
    if not math.isfinite(nu):
        return math.sqrt(2 / math.pi)
    ratio = math.exp(math.lgamma((nu - 1) / 2) - math.lgamma(nu / 2))
    return scale * math.sqrt(nu / math.pi) * ratio


def partial_moments(nu: float, c: float) -> tuple[float, float, float]:
    """``E[z^k 1(z < c)]`` for k = 0, 1, 2."""
    scale = _scale(nu)
    below, here = float(cdf(nu, np.array([c]))[0]), float(density(nu, np.array([c]))[0])
    if not math.isfinite(nu):
        return below, -here, below - c * here
    first = -(nu - 2 + c * c) / (nu - 1) * here
    inner = float(special.stdtr(nu - 2, c / scale * math.sqrt((nu - 2) / nu)))
    return below, first, (nu - 1) * inner - (nu - 2) * below
