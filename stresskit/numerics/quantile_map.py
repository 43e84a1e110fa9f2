"""Quantile transforms as polynomials, fitted once per run.

From a copula variate y to a unit-variance innovation, ``g = F_marginal^-1(F_copula(y))``:
``g(y) = y exp2(Q(log2(1 + y^2/s)))`` with s the copula's degrees of freedom (8 for the Gaussian),
exact in sign and symmetry. Relative error below 6e-6 for degrees of freedom from 2.1 upward, on
abs(y) up to the tail probability 1e-15; beyond, the ratio g/y is held constant.

From a standard normal x to the scale of the t copula, ``w = sqrt(nu / chi2_nu^-1(Phi(x)))``:
``w = exp2(P(x))``; relative error below 1e-4 for nu from 2.1, below 2.5e-5 from 3.

Both are Chebyshev fits of degree 15 (sixteen coefficients, see ``elementary.polynomial16``).
"""

from functools import lru_cache

import numpy as np
from numpy.polynomial import chebyshev, polynomial
from scipy import special

from stresskit.arrays import Float1D

DEGREE = 15
NODES = 800
TAIL = 1e-15
NORMAL_REACH = 6.8
GAUSSIAN_SCALE = 8.0
MOST_FITS = 4096  # kept for when they are asked for again


def _nodes() -> Float1D:
    return np.cos((np.arange(NODES) + 0.5) * np.pi / NODES)


def _lower_tail(nu: float, y: Float1D) -> Float1D:
    return np.asarray(special.stdtr(nu, -y) if np.isfinite(nu) else special.ndtr(-y), dtype=np.float64)


def _upper_quantile(nu: float, tail: Float1D) -> Float1D:
    """Quantile of the unit-variance law whose upper tail is `tail`."""
    quantile: Float1D = (
        -special.stdtrit(nu, tail) * np.sqrt((nu - 2) / nu) if np.isfinite(nu) else -special.ndtri(tail)
    )
    return quantile


def _monomials(x: Float1D, y: Float1D, low: float, high: float) -> Float1D:
    fit = chebyshev.Chebyshev.fit(x, y, DEGREE, domain=[low, high])
    coefficients: Float1D = np.zeros(DEGREE + 1)
    found = fit.convert(kind=polynomial.Polynomial).coef
    coefficients[: found.size] = found
    return coefficients


def map_reach(copula_nu: float) -> float:
    """Upper end of ``log2(1 + y^2/s)`` over which the map is fitted."""
    scale = map_scale(copula_nu)
    edge = -special.stdtrit(copula_nu, TAIL) if np.isfinite(copula_nu) else -special.ndtri(TAIL)
    return float(np.log2(1 + edge * edge / scale))


def map_scale(copula_nu: float) -> float:
    """The s of ``log2(1 + y^2/s)``."""
    return copula_nu if np.isfinite(copula_nu) else GAUSSIAN_SCALE


def innovation_map(copula_nu: float, marginal_nu: float) -> Float1D:
    """Coefficients of Q, constant term first; infinite degrees of freedom mean normal.

    Raises
    ------
    ValueError
        If either has 2 or fewer degrees of freedom (no variance to standardize).
    """
    if not (copula_nu > 2 and marginal_nu > 2):
        raise ValueError(f"degrees of freedom above 2, got copula {copula_nu}, marginal {marginal_nu}")
    return _fitted_map(copula_nu, marginal_nu).copy()


@lru_cache(MOST_FITS)
def _fitted_map(copula_nu: float, marginal_nu: float) -> Float1D:
    """The fit of `innovation_map`; scenarios and accounts of a run ask for the same few ones."""
    high = map_reach(copula_nu)
    bend = (_nodes() + 1) / 2 * (high - 1e-9) + 1e-9
    y = np.maximum(np.sqrt(map_scale(copula_nu) * np.expm1(bend * np.log(2))), 1e-7)
    ratio = _upper_quantile(marginal_nu, _lower_tail(copula_nu, y)) / y
    return _monomials(bend, np.log2(ratio), 1e-9, high)


def chi_square_scale(nu: float) -> Float1D:
    """Coefficients of P, constant term first.

    Raises
    ------
    ValueError
        If `nu` is not a finite number above 2.
    """
    if not 2 < nu < np.inf:
        raise ValueError(f"finite degrees of freedom above 2, got copula {nu}")
    return _fitted_scale(nu).copy()


@lru_cache(MOST_FITS)
def _fitted_scale(nu: float) -> Float1D:
    x = _nodes() * NORMAL_REACH
    half = np.where(
        x < 0,
        special.gammaincinv(nu / 2, special.ndtr(x)),
        special.gammainccinv(nu / 2, special.ndtr(-x)),
    )
    return _monomials(x, 0.5 * np.log2(nu / (2 * half)), -NORMAL_REACH, NORMAL_REACH)
