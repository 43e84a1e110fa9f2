"""Rosenblatt's transform: each level given those before it, from the copulas' formulas.

If the draws have the law that they claim, the transform's rows are independent uniforms. Nothing
here is shared with the samplers: conditional laws come from closed forms and plain quadrature.
"""

import math

import numpy as np
from scipy import special

from stresskit.domain import AnyDependence, Archimedean, Dependence, Float1D, Float2D, GroupedT, Mixture
from stresskit.model.copula_density import log_density
from tests.model.variates import probability

GRID = np.arange(-7, 7, 0.1)


def rosenblatt(dependence: AnyDependence, u: Float2D) -> Float2D:
    """Transform of levels u (assets, observations)."""
    return np.array([conditional(dependence, u[: k + 1]) for k in range(len(u))])


def leading(dependence: AnyDependence, k: int) -> AnyDependence:
    """The copula of the first k assets."""
    if isinstance(dependence, Dependence):
        return Dependence(dependence.correlation[:k, :k], dependence.nu)
    if isinstance(dependence, GroupedT):
        return GroupedT(dependence.correlation[:k, :k], dependence.group[:k], dependence.nu)
    if isinstance(dependence, Archimedean):
        return Archimedean(dependence.family, dependence.theta, k)
    raise TypeError(dependence)


def conditional(dependence: AnyDependence, u: Float2D) -> Float1D:
    """P(U_k <= u_k) given the levels before it; `u` (k, observations)."""
    if len(u) == 1:
        return u[0]
    if isinstance(dependence, Dependence):
        return elliptical(dependence, u)
    if isinstance(dependence, GroupedT):
        return grouped(dependence, u)
    if isinstance(dependence, Archimedean):
        survival = dependence.family.startswith("survival_")
        found = archimedean(dependence, 1 - u if survival else u)
        return 1 - found if survival else found
    assert isinstance(dependence, Mixture)
    parts = (dependence.first, dependence.second)
    weights = [dependence.weight, 1 - dependence.weight]
    if len(u) > 2:
        past = [np.exp(log_density(leading(part, len(u) - 1), u[:-1].T)) for part in parts]
    else:
        past = [np.ones(u.shape[1])] * 2
    top = sum(w * c * conditional(part, u) for w, c, part in zip(weights, past, parts, strict=True))
    return np.asarray(top / (weights[0] * past[0] + weights[1] * past[1]))


def elliptical(dependence: Dependence, u: Float2D) -> Float1D:
    k, nu = len(u), dependence.nu
    x = special.stdtrit(nu, u) if np.isfinite(nu) else special.ndtri(u)
    e = np.linalg.solve(np.linalg.cholesky(dependence.correlation[:k, :k]), x)
    if not np.isfinite(nu):
        return np.asarray(special.ndtr(e[-1]))
    past = np.sum(e[:-1] ** 2, axis=0)
    return np.asarray(special.stdtr(nu + k - 1, e[-1] * np.sqrt((nu + k - 1) / (nu + past))))


def grouped(dependence: GroupedT, u: Float2D) -> Float1D:
    """Given the driving normal everything is Gaussian: average over its law given the past."""
    k = len(u)
    nu = dependence.nu[dependence.group[:k]]
    y = special.stdtrit(nu[:, None], u)
    root = np.linalg.cholesky(dependence.correlation[:k, :k])
    weight, value = np.zeros(u.shape[1]), np.zeros(u.shape[1])
    for x in GRID:
        lower, upper = (
            special.gammaincinv(nu / 2, special.ndtr(x)),
            special.gammainccinv(nu / 2, special.ndtr(-x)),
        )
        w = np.sqrt(nu / (2 * (lower if x < 0 else upper)))
        e = np.linalg.solve(root, y / w[:, None])
        density = np.exp(-(x * x + np.sum(e[:-1] ** 2, axis=0)) / 2 - np.sum(np.log(w[:-1])))
        weight += density
        value += density * special.ndtr(e[-1])
    return np.asarray(value / weight)


def archimedean(dependence: Archimedean, u: Float2D) -> Float1D:
    """Ratio of the generator's derivatives of order k - 1 at the sums with and without the last."""
    order, theta = len(u) - 1, dependence.theta
    if dependence.family.endswith("clayton"):
        t = u**-theta - 1
        whole, past = t.sum(axis=0), t[:-1].sum(axis=0)
        return np.asarray(((1 + whole) / (1 + past)) ** -(1 / theta + order))
    t = (-np.log(u)) ** theta
    whole, past = t.sum(axis=0), t[:-1].sum(axis=0)
    return np.asarray(gumbel_slope(whole, 1 / theta, order) / gumbel_slope(past, 1 / theta, order))


def gumbel_slope(t: Float1D, alpha: float, order: int) -> Float1D:
    """Derivative of exp(-t^alpha) up to its sign, by Faa di Bruno's sum over Bell polynomials."""
    inner = [math.prod(alpha - i for i in range(j)) * t ** (alpha - j) for j in range(1, order + 1)]
    bell = [np.ones_like(t)]  # complete Bell polynomials of the derivatives of -t^alpha
    for n in range(order):
        bell.append(sum(math.comb(n, i) * bell[n - i] * -inner[i] for i in range(n + 1)))  # type: ignore[arg-type]
    return np.asarray(np.abs(bell[order]) * np.exp(-(t**alpha)))


def levels(dependence: AnyDependence, y: Float2D) -> Float2D:
    """Levels of variates, inside (0, 1)."""
    return np.clip(probability(dependence, y), 1e-15, 1 - 1e-15)
