"""Expected variances of an EGARCH, whose logarithm is what recurs.

With g = alpha (|z| - E|z|) + gamma z of the held z and K(c) = ln E exp(c g), the variance k steps
after one of h is expected to be ``exp(omega (1 + .. + beta^(k-1)) + beta^k ln h + K(1) + K(beta) + ..
+ K(beta^(k-1)))``; as k grows it tends to the long-run variance. K is fitted by a polynomial without
constant term, so that the sums over powers of beta are geometric.
"""

import math
from functools import cache

import numpy as np
from numpy.polynomial import chebyshev, polynomial
from numpy.polynomial.legendre import leggauss

from stresskit.domain import Float1D, Float2D, Innovation, SemiParametric, SkewT
from stresskit.model import semi_parametric
from stresskit.model.egarch import CAP
from stresskit.model.innovations import mean_size
from stresskit.numerics import skew_t

NODES = 96
DEGREE = 20


@cache
def _legendre() -> tuple[Float1D, Float1D]:
    at, weight = leggauss(NODES)
    return at, weight


@cache
def _interpolation() -> tuple[Float1D, Float2D, Float2D]:
    """Chebyshev nodes (n,) in [0, 1], and the matrices (n, n) from values there to powers of c.

    First to Chebyshev coefficients, then to powers: in one step the large numbers of the second would
    meet values whose high coefficients have not vanished yet.
    """
    angle = (np.arange(DEGREE) + 0.5) * np.pi / DEGREE
    transform: Float2D = 2 / DEGREE * np.cos(np.outer(np.arange(DEGREE), angle))
    transform[0] /= 2
    basis = [chebyshev.Chebyshev.basis(k, domain=[0.0, 1.0]) for k in range(DEGREE)]
    rows = [np.pad(t.convert(kind=polynomial.Polynomial).coef, (0, DEGREE - 1 - t.degree())) for t in basis]
    return (1 + np.cos(angle)) / 2, transform, np.array(rows, dtype=np.float64).T


def held_law(law: Innovation) -> tuple[Float1D, Float1D]:
    """Values and probabilities of a quadrature over z held between -10 and 10, its ends included."""
    if isinstance(law, SemiParametric):
        return _held_semi_parametric(law)
    eta, lam = (law.eta, law.lam) if isinstance(law, SkewT) else (law.nu, 0.0)
    shift, scale = skew_t.constants(eta, lam)
    edges = np.unique([-CAP, -shift / scale, 0.0, CAP])  # smooth between these
    at, weight = _legendre()
    half = np.diff(edges)[:, None] / 2
    inner = (edges[:-1, None] + half * (at + 1)).ravel()
    mass = (half * weight).ravel() * skew_t.density(eta, lam, inner)
    end = np.array([-CAP])
    beyond = skew_t.cdf(eta, lam, end), skew_t.cdf(eta, -lam, end)
    return np.concatenate([inner, [-CAP, CAP]]), np.concatenate([mass, *beyond])


def _held_semi_parametric(law: SemiParametric) -> tuple[Float1D, Float1D]:
    z, mass = semi_parametric.body_nodes(law)
    at, weight = _legendre()
    share = (at + 1) / 2  # of a tail, on a grid that is fine towards its end
    for side, sign, edge in ((0, -1.0, law.quantiles[0]), (1, 1.0, law.quantiles[-1])):
        far = edge + sign * semi_parametric.excess(law, side, share**4)
        z = np.concatenate([z, np.clip(far, -CAP, CAP)])
        mass = np.concatenate([mass, law.tail * weight / 2 * 4 * share**3])
    return z, mass


class LogVariance:
    """What the expectations need of one asset's law and news: the polynomial of K."""

    def __init__(self, alpha: float, gamma: float, beta: float, law: Innovation) -> None:
        z, mass = held_law(law)
        g = alpha * (np.abs(z) - mean_size(law)) + gamma * z
        nodes, transform, powers = _interpolation()
        highest = max(float(g.max()), 0.0)
        k = np.log(np.exp(nodes[:, None] * (g - highest)) @ mass) + nodes * highest
        self._slopes = powers @ (transform @ (k / nodes))
        self._beta = beta

    def sums(self, steps: Float1D) -> Float1D:
        """``K(1) + .. + K(beta^(k-1))`` for k in `steps` (n,), which may be infinite."""
        order = np.arange(1, self._slopes.size + 1)
        left = np.log(self._beta) * np.multiply.outer(steps, order) if self._beta > 0 else -np.inf
        share = -np.expm1(left) / (1 - self._beta**order)
        return np.where(steps > 0, share @ self._slopes, 0.0)

    def omega(self, long_run_variance: float) -> float:
        """The omega whose long-run variance is the given one."""
        return (1 - self._beta) * (math.log(long_run_variance) - float(self.sums(np.array([np.inf]))[0]))

    def forecast(self, omega: float, variance: float, steps: int) -> Float1D:
        """Expected variances (steps,): the first is `variance` itself, that of the coming step."""
        k = np.arange(steps, dtype=np.float64)
        left = self._beta**k
        level = omega / (1 - self._beta) * (1 - left) + left * math.log(variance)
        return np.asarray(np.exp(level + self.sums(k)), dtype=np.float64)
