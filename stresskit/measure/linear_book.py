"""Exact value at risk and expected shortfall of a linear book under a normal or a Student-t law.

The P&L is ``w' r`` with r centred and of dispersion Sigma; with s = sqrt(w' Sigma w) and q the quantile of
the standard law, VaR = s q and ES = s e, e the mean of the standard law beyond q: density(q) / (1 - a) for
the normal and ``density(q) / (1 - a) (nu + q^2) / (nu - 1)`` for Student-t. Euler contributions are
``w_i (Sigma w)_i / s`` times q or e. Sigma is the *dispersion*: of a Student-t it is the covariance times
(nu - 2) / nu.

Source: McNeil, Frey, Embrechts, "Quantitative Risk Management", 2015, sections 2.3 and 8.5; Dobrev, Nesmith
and Oh (2017), Journal of Risk and Financial Management 10(1), on the widely copied wrong formula.
"""

from math import exp, inf, isinf, lgamma, log, pi, sqrt
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri, stdtrit

from stresskit.domain import Float1D, Float2D


class LinearFigures(NamedTuple):
    """VaR and ES of the book in USD, and the Euler contributions (legs,) that add up to each."""

    value_at_risk: float
    expected_shortfall: float
    value_at_risk_components: Float1D
    expected_shortfall_components: Float1D


def standard_figures(level: float, nu: float = inf) -> tuple[float, float]:
    """VaR and ES of the standard normal, or of Student's t with `nu` degrees of freedom (scale 1).

    Raises
    ------
    ValueError
        If `level` does not lie between 0 and 1, or `nu` is not above 1.
    """
    if not 0.0 < level < 1.0 or not nu > 1.0:
        raise ValueError(f"a level between 0 and 1 and more than 1 degree of freedom, not {level} and {nu}")
    if isinf(nu):
        q = float(ndtri(level))
        return q, exp(-q * q / 2) / sqrt(2 * pi) / (1 - level)
    q = float(stdtrit(nu, level))
    constant = lgamma((nu + 1) / 2) - lgamma(nu / 2) - 0.5 * log(nu * pi)
    density = exp(constant - (nu + 1) / 2 * np.log1p(q * q / nu))
    return q, density / (1 - level) * (nu + q * q) / (nu - 1)


def linear_figures(exposure: Float1D, dispersion: Float2D, level: float, nu: float = inf) -> LinearFigures:
    """VaR, ES and their Euler contributions.

    Parameters
    ----------
    exposure : array (legs,), USD
        Signed.
    dispersion : array (legs, legs)
        Positive semidefinite; of returns over the horizon.
    level, nu : float
        As for `standard_figures`.

    Raises
    ------
    ValueError
        If the dispersion of the book is negative, or as for `standard_figures`.
    """
    pull = dispersion @ exposure
    variance = float(exposure @ pull)
    if not variance >= 0.0:
        raise ValueError("a dispersion that is positive semidefinite")
    q, e = standard_figures(level, nu)
    scale = sqrt(variance)
    each = exposure * pull / scale if scale else np.zeros_like(exposure)
    return LinearFigures(scale * q, scale * e, each * q, each * e)
