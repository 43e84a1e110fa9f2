"""The whole law of the draws in plain Python, numpy and scipy: the engine's slow, obvious twin.

Philox words -> Box-Muller -> ``L z`` -> one chi-square a path and step -> quantiles -> GJR-GARCH or
EGARCH -> floored simple returns -> compounded prices. One path at a time, one asset at a time. The quantile
transforms come in two spellings: exact, through scipy's distributions, and as the polynomials that
the kernels evaluate, for a comparison down to rounding.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import optimize, stats

from stresskit.domain import (
    Dependence,
    Float1D,
    Float2D,
    JointModel,
    Marginals,
    SemiParametric,
    SkewT,
    StudentT,
)
from stresskit.model.innovations import mean_size
from stresskit.numerics.quantile_map import chi_square_scale, innovation_map, map_reach, map_scale
from tests.reference.philox import words

NORMALS, CHI_SQUARE = 0, 1
FLOOR = -0.95


class Maps(NamedTuple):
    """`scale` takes a standard normal to sqrt(nu / chi2), `innovation` a variate to (asset, y) -> z."""

    scale: Callable[[float], float]
    innovation: Callable[[int, float], float]


def box_muller(a: int, b: int) -> tuple[float, float]:
    """Two normals of two 32-bit words.

    The low 30 bits of `b`, read as a signed number, place the angle within a quarter of the circle
    around zero; bit 30 swaps the coordinates, bit 31 flips both signs.
    """
    radius = math.sqrt(-2 * math.log((a + 0.5) / 2**32))
    low = b % 2**30
    turn = (4 * (low - 2**30 if low >= 2**29 else low) + 0.5) / 2**32
    pair = radius * math.cos(math.pi / 2 * turn), radius * math.sin(math.pi / 2 * turn)
    if b >> 30 & 1:
        pair = pair[::-1]
    return (-pair[0], -pair[1]) if b >> 31 else pair


def normals(seed: int, path: int, step: int, assets: int) -> Float1D:
    """Independent normals (assets,) of one path and step: asset j has its own fixed place."""
    found: list[float] = []
    for group in range(-(-assets // 4)):
        w = words(seed, path, step, NORMALS, group)
        found += [*box_muller(w[0], w[1]), *box_muller(w[2], w[3])]
    return np.array(found[:assets])


def degrees_of(marginals: Marginals, asset: int) -> float:
    """Degrees of freedom of an asset's Student-t innovations."""
    law = marginals.innovations[asset]
    assert isinstance(law, StudentT)
    return law.nu


def exact_maps(marginals: Marginals, copula_nu: float) -> Maps:
    """The transforms as their definitions say, by scipy's distributions."""

    def scale(x: float) -> float:
        chi = (
            stats.chi2.ppf(stats.norm.cdf(x), copula_nu)
            if x < 0
            else stats.chi2.isf(stats.norm.sf(x), copula_nu)
        )
        return math.sqrt(copula_nu / float(chi))

    def innovation(asset: int, y: float) -> float:
        law = marginals.innovations[asset]
        tail = float(stats.t.sf(abs(y), copula_nu) if np.isfinite(copula_nu) else stats.norm.sf(abs(y)))
        if isinstance(law, SkewT):
            return hansen(law, tail, up=y > 0)
        if isinstance(law, SemiParametric):
            return spliced(law, tail, up=y > 0)
        nu = law.nu
        size = stats.t.isf(tail, nu) * math.sqrt((nu - 2) / nu) if np.isfinite(nu) else stats.norm.isf(tail)
        return math.copysign(float(size), y)

    return Maps(scale, innovation)


def hansen(law: SkewT, tail: float, *, up: bool) -> float:
    """Quantile of Hansen's skewed t by the root of its distribution function, written out anew."""
    eta, lam = law.eta, law.lam
    c = math.gamma((eta + 1) / 2) / (math.sqrt(math.pi * (eta - 2)) * math.gamma(eta / 2))
    a = 4 * lam * c * (eta - 2) / (eta - 1)
    b = math.sqrt(1 + 3 * lam**2 - a**2)
    stretch = math.sqrt(eta / (eta - 2))

    def left(z: float) -> float:
        """Tail of the side that is asked for."""
        w, side = (-(b * z + a), -lam) if up else (b * z + a, lam)
        if w < 0:
            return float((1 - side) * stats.t.cdf(stretch * w / (1 - side), eta))
        return float(1 - (1 + side) * stats.t.sf(stretch * w / (1 + side), eta))

    return float(optimize.brentq(lambda z: math.log(left(z) / tail), -60.0, 60.0, xtol=1e-13))


def spliced(law: SemiParametric, tail: float, *, up: bool) -> float:
    """Quantile of the semi-parametric law: Pareto beyond the thresholds, a cubic between two knots."""
    if tail < law.tail:
        side, sign = (1, 1.0) if up else (0, -1.0)
        beyond = stats.genpareto.isf(tail / law.tail, law.shape[side], scale=law.scale[side])
        return float(law.quantiles[-side] + sign * beyond)
    n, q = law.quantiles.size, law.quantiles
    reach = float(stats.norm.isf(law.tail))
    width = 2 * reach / (n - 1)
    score = float(stats.norm.isf(tail)) * (1.0 if up else -1.0)
    k = min(int((score + reach) / width), n - 2)

    def slope(i: int) -> float:
        if 0 < i < n - 1:
            before, after = (q[i] - q[i - 1]) / width, (q[i + 1] - q[i]) / width
            return float(2 * before * after / (before + after))
        near = abs(q[1] - q[0]) if i == 0 else abs(q[-1] - q[-2])
        at_end = law.scale[0 if i == 0 else 1] / law.tail * stats.norm.pdf(reach)
        return float(min(at_end, 3 * near / width))

    t = (score + reach) / width - k
    low, high = (1 + 2 * t) * (1 - t) ** 2 * q[k], (3 - 2 * t) * t**2 * q[k + 1]
    bend = t * (1 - t) ** 2 * slope(k) - t**2 * (1 - t) * slope(k + 1)
    return float(low + high + width * bend)


def next_variance(law: Marginals, asset: int, h: float, z: float) -> float:
    """The recursion of one asset: GJR-GARCH, or EGARCH with z held between -10 and 10."""
    omega, alpha, gamma, beta = (
        float(getattr(law, name)[asset]) for name in ("omega", "alpha", "gamma", "beta")
    )
    if law.kind == "egarch":
        held = min(max(z, -10.0), 10.0)
        news = alpha * (abs(held) - mean_size(law.innovations[asset])) + gamma * held
        return math.exp(omega + news + beta * math.log(h))
    e = math.sqrt(h) * z
    return omega + (alpha + (gamma if e < 0 else 0.0)) * e * e + beta * h


def polynomial_maps(marginals: Marginals, copula_nu: float) -> Maps:
    """The fitted polynomials, evaluated by numpy."""
    value = np.polynomial.polynomial.polyval
    of_scale = chi_square_scale(copula_nu) if np.isfinite(copula_nu) else None
    of_asset = [innovation_map(copula_nu, degrees_of(marginals, i)) for i in range(marginals.beta.size)]

    def innovation(asset: int, y: float) -> float:
        bend = min(math.log2(1 + y * y / map_scale(copula_nu)), map_reach(copula_nu))
        return y * 2.0 ** float(value(bend, of_asset[asset]))

    return Maps(lambda x: 2.0 ** float(value(x, of_scale)), innovation)


def variates(dependence: Dependence, maps: Maps, seed: int, path: int, step: int) -> Float1D:
    """Copula variates (assets,) of one path and step."""
    factor = np.linalg.cholesky(dependence.correlation)
    y = factor @ normals(seed, path, step, len(factor))
    if not np.isfinite(dependence.nu):
        return y
    first, _ = box_muller(*words(seed, path, step, CHI_SQUARE, 0)[:2])
    return maps.scale(first) * y


def path_returns(
    model: JointModel, maps: Maps, h0: Float1D, seed: int, path: int, steps: int, multiplier: float = 1.0
) -> tuple[Float2D, Float2D]:
    """Returns (steps, assets) of one path and the variances of the steps that follow them."""
    law, h = model.marginals, h0.copy()
    returns, variances = np.empty((steps, h.size)), np.empty((steps, h.size))
    for step in range(steps):
        y = variates(model.dependence, maps, seed, path, step)
        for i in range(h.size):
            z = maps.innovation(i, y[i])
            returns[step, i] = max(law.mean[i] + multiplier * math.sqrt(h[i]) * z, FLOOR)
            h[i] = next_variance(law, i, h[i], z)
        variances[step] = h
    return returns, variances


def simulate_gjr(
    marginals: Marginals, asset: int, h0: float, steps: int, paths: int, generator: np.random.Generator
) -> tuple[Float2D, Float2D]:
    """Returns and variances (steps, paths) of one asset, with numpy's own random numbers.

    An independent program for what a large sample must look like; `variances` are those that the
    returns of the same row were drawn with.
    """
    omega, alpha, gamma, beta = (
        float(getattr(marginals, name)[asset]) for name in ("omega", "alpha", "gamma", "beta")
    )
    nu = degrees_of(marginals, asset)
    h, returns, variances = np.full(paths, h0), np.empty((steps, paths)), np.empty((steps, paths))
    for step in range(steps):
        z = generator.standard_normal(paths)
        if np.isfinite(nu):
            z = generator.standard_t(nu, paths) * math.sqrt((nu - 2) / nu)
        variances[step] = h
        e = np.sqrt(h) * z
        returns[step] = np.maximum(e + marginals.mean[asset], FLOOR)
        h = omega + (alpha + gamma * (e < 0)) * e * e + beta * h
    return returns, variances
