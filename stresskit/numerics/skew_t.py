"""Hansen's skewed Student-t of mean zero and unit variance; lam = 0 is the Student-t.

Two halves of a unit-variance Student-t u, stretched by 1 - lam on the left of the mode and 1 + lam
on the right, then shifted and scaled: ``z = (w - a) / b`` with ``a = 2 lam E|u|`` and
``b^2 = 1 + 3 lam^2 - a^2``. lam < 0 makes the falls the longer side.

Source: Hansen, "Autoregressive conditional density estimation", International Economic Review 35 (1994).
"""

import math

import numpy as np

from stresskit.arrays import Float1D
from stresskit.numerics import student_t


def constants(eta: float, lam: float) -> tuple[float, float]:
    """Shift a and scale b.

    Raises
    ------
    ValueError
        If `lam` is not inside (-1, 1) or `eta` not above 2.
    """
    if not -1 < lam < 1:
        raise ValueError(f"a skewness between -1 and 1, got {lam}")
    a = 2 * lam * student_t.mean_size(eta)
    return a, math.sqrt(1 + 3 * lam * lam - a * a)


def lower_quantile(eta: float, lam: float, tail: Float1D) -> Float1D:
    """Quantile below which there is the probability `tail` (n,)."""
    a, b = constants(eta, lam)
    left = tail < (1 - lam) / 2
    u = student_t.lower_quantile(eta, np.where(left, tail / (1 - lam), (1 - tail) / (1 + lam)))
    return np.asarray((np.where(left, (1 - lam) * u, -(1 + lam) * u) - a) / b, dtype=np.float64)


def upper_quantile(eta: float, lam: float, tail: Float1D) -> Float1D:
    """Quantile above which there is the probability `tail` (n,)."""
    return -lower_quantile(eta, -lam, tail)


def cdf(eta: float, lam: float, x: Float1D) -> Float1D:
    """Probability below `x` (n,)."""
    a, b = constants(eta, lam)
    w = b * x + a
    left = (1 - lam) * student_t.cdf(eta, w / (1 - lam))
    right = 1 - (1 + lam) * student_t.cdf(eta, -w / (1 + lam))
    return np.where(w < 0, left, right)


def log_density(eta: float, lam: float, x: Float1D) -> Float1D:
    """Logarithm of the density at `x` (n,)."""
    a, b = constants(eta, lam)
    w = b * x + a
    return math.log(b) + student_t.log_density(eta, w / np.where(w < 0, 1 - lam, 1 + lam))


def density(eta: float, lam: float, x: Float1D) -> Float1D:
    """Density at `x` (n,)."""
    return np.asarray(np.exp(log_density(eta, lam, x)), dtype=np.float64)


def lower_half(eta: float, lam: float) -> tuple[float, float]:
    """``E[z 1(z < 0)]`` and ``E[z^2 1(z < 0)]``: half of -E|z|, and the share of falls in the variance."""
    a, b = constants(eta, lam)
    left = student_t.partial_moments(eta, min(a, 0.0) / (1 - lam))
    right = student_t.partial_moments(eta, max(a, 0.0) / (1 + lam))
    middle = student_t.partial_moments(eta, 0.0)
    m0, m1, m2 = (
        (1 - lam) ** (k + 1) * left[k] + (1 + lam) ** (k + 1) * (right[k] - middle[k]) for k in range(3)
    )
    return (m1 - a * m0) / b, (m2 - 2 * a * m1 + a * a * m0) / (b * b)
