"""Densities of the Clayton and Gumbel copulas in any dimension, by derivatives of the generator.

``c(u) = (-1)^d psi^(d)(t) / prod |psi'(t_i)|``, ``t_i = psi^-1(u_i)`` and t their sum. For Gumbel,
``(-1)^n psi^(n)(t) = psi(t) t^-n P_n(t^a)`` with a = 1/theta, P_0 = 1 and
``P_{n+1}(x) = (a x + n) P_n(x) - a x P_n'(x)``: its coefficients are sums of positive terms, so that
nothing cancels.

Source: Hofert, Maechler, McNeil, Journal of Multivariate Analysis 110 (2012), for the densities.
"""

import math

import numpy as np

from stresskit.domain import Archimedean, Float1D, Float2D


def archimedean_log_density(dependence: Archimedean, u: Float2D) -> Float1D:
    """Log-density (observations,) at levels u (observations, assets) inside (0, 1)."""
    survival = dependence.family.startswith("survival_")
    minus_log = -np.log1p(-u) if survival else -np.log(u)
    density = _clayton if dependence.family.endswith("clayton") else _gumbel
    return density(minus_log, dependence.theta)


def _clayton(minus_log: Float2D, theta: float) -> Float1D:
    d = minus_log.shape[1]
    constant = math.fsum(np.log1p(theta * np.arange(d)))
    total = np.log1p(np.sum(np.expm1(theta * minus_log), axis=1))
    found: Float1D = constant + (1 + theta) * np.sum(minus_log, axis=1) - (d + 1 / theta) * total
    return found


def _gumbel(minus_log: Float2D, theta: float) -> Float1D:
    d, alpha = minus_log.shape[1], 1 / theta
    log_t = np.log(np.sum(minus_log**theta, axis=1))
    x = np.exp(alpha * log_t)
    slopes = math.log(theta) + (theta - 1) * np.log(minus_log) + minus_log
    polynomial = np.polynomial.polynomial.polyval(x, gumbel_polynomial(alpha, d))
    found: Float1D = np.log(polynomial) - x - d * log_t + np.sum(slopes, axis=1)
    return found


def gumbel_polynomial(alpha: float, order: int) -> Float1D:
    """Coefficients (order + 1,) of P_order, constant term first."""
    p = np.array([1.0])
    for n in range(order):
        k = np.arange(len(p))
        p = np.append((n - alpha * k) * p, 0.0) + np.append(0.0, alpha * p)
    return p
