"""Paths in single precision: Gaussian and Student-t copulas, GJR-GARCH with normal or Student-t innovations.

Normals, variates, innovations, variances and marks are computed in single precision, from the words that
double precision takes, so that a path is the same path to about six digits. What is handed on are doubles
that hold single values: accounts, margin and liquidation compute in double precision as ever.

The polynomials stand in a variable from -1 to 1: as powers of their own variable they lose up to five
digits to cancellation, which double precision can spare and single cannot.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.polynomial import Polynomial

from stresskit.arrays import Single1D, Single2D
from stresskit.domain import AnyDependence, Dependence, Float1D, Float2D, Int1D, JointModel
from stresskit.model.elliptical import StudentTCopula, build_elliptical, correlate4, last_used, used_rows
from stresskit.model.gjr import FLOOR, GjrGarch, build_gjr
from stresskit.model.innovation_map import EvenMap
from stresskit.model.step_correlation import step_correlation
from stresskit.numerics.elementary import fma, greater, polynomial16, sixteen, smaller, sqrt
from stresskit.numerics.float32 import exp2_32, log2_32, normal_rows_32, single_normals_32
from stresskit.numerics.jit import inline, kernel, part
from stresskit.numerics.normals import fill_pair
from stresskit.numerics.philox import CHI_SQUARE, NORMALS
from stresskit.numerics.quantile_map import NORMAL_REACH

WHAT = "gaussian or student_t with a volatility other than egarch and normal or student_t innovations"
_ONE, _ZERO = np.float32(1.0), np.float32(0.0)
_FLOOR = np.float32(FLOOR)
_REACH = np.float32(1.0 / NORMAL_REACH)


class Copula32(NamedTuple):
    """As `StudentTCopula`; `scale` (16,) in units of the normals' reach, of no length for a Gaussian."""

    factor: Single2D
    scale: Single1D


class Garch32(NamedTuple):
    """As `GjrGarch` with an even map: `coefficients` (assets, 16) of the place between 0 and `reach`."""

    mean: Single1D
    omega: Single1D
    alpha: Single1D
    alpha_down: Single1D
    beta: Single1D
    coefficients: Single2D
    inverse_scale: Single1D
    reach: Single1D
    stretch: Single1D


class Sampler32(NamedTuple):
    """As `Sampler`, in single precision but for the correlation that the bridge takes."""

    copula: Copula32
    marginals: Garch32
    correlation: Float2D


def build_sampler_32(model: JointModel, dependence: AnyDependence, used: Int1D) -> Sampler32:
    """Compile `model` with `dependence` in place of its own, for the sorted places `used`.

    Raises
    ------
    ValueError
        If the model is of a kind that is not drawn in single precision, or impossible.
    """
    if not isinstance(dependence, Dependence) or model.marginals.kind == "egarch":
        raise ValueError(WHAT)
    copula = build_elliptical(dependence, used)
    marginals = build_gjr(model.marginals, dependence.nu, used)
    if not isinstance(marginals.map, EvenMap):
        raise ValueError(WHAT)
    scale = _centred(copula.scale, -NORMAL_REACH, NORMAL_REACH) if isinstance(copula, StudentTCopula) else ()
    return Sampler32(
        Copula32(_single(copula.factor), _single(scale)),
        _garch(marginals, marginals.map),
        step_correlation(dependence, used),
    )


def _single(values: Any) -> Any:
    return np.ascontiguousarray(values, dtype=np.float32)


def _centred(coefficients: Float1D, low: float, high: float) -> Float1D:
    """Coefficients of the same polynomial in the place between `low` (-1) and `high` (1)."""
    found = Polynomial(coefficients)(Polynomial([(low + high) / 2, (high - low) / 2])).coef
    return np.concatenate([found, np.zeros(coefficients.size - found.size)])


def _garch(marginals: GjrGarch, law: EvenMap) -> Garch32:
    rows = [_centred(row, 0.0, float(high)) for row, high in zip(law.coefficients, law.reach, strict=True)]
    own = (getattr(marginals, name) for name in ("mean", "omega", "alpha", "alpha_down", "beta"))
    mean, omega, up, down, beta = map(_single, own)
    rest = map(_single, (rows, law.inverse_scale, law.reach, 2.0 / law.reach))
    return Garch32(mean, omega, up, down, beta, *rest)


@part
def variates_32(copula: Any, key: Any, path: Any, step: Any, work: Any) -> None:
    """Fill ``work.y`` (rows, paths) with the copula's variates."""
    normal_rows_32(key, path, step, NORMALS, last_used(copula.factor), work.words, work.z)
    for row in range(0, copula.factor.shape[0], 4):
        correlate4(copula.factor, row, work.z, work.y)
    if copula.scale.size == 0:
        return
    fill_pair(key, path, step, CHI_SQUARE, np.uint64(0), work.words)
    single_normals_32(work.words[0], work.words[1], work.w)
    c, w = sixteen(copula.scale), work.w
    for b in range(w.shape[0]):
        w[b] = exp2_32(polynomial16(c, w[b] * _REACH))
    for row in range(used_rows(copula.factor)):
        y = work.y[row]
        for b in range(y.shape[0]):
            y[b] *= w[b]


@part
def innovate_32(model: Any, k: Any, y: Any, x: Any) -> None:
    """Fill x (paths,) with the innovations of asset `k`."""
    c, inverse, reach, stretch = (
        sixteen(model.coefficients[k]),
        model.inverse_scale[k],
        model.reach[k],
        model.stretch[k],
    )
    for b in range(y.shape[0]):
        x[b] = smaller(log2_32(fma(y[b] * y[b], inverse, _ONE)), reach)
    for b in range(y.shape[0]):
        x[b] = y[b] * exp2_32(polynomial16(c, fma(x[b], stretch, -_ONE)))


@inline
def step_32(model: Any, k: Any, m: Any, x: Any, h: Any, returns: Any, variance: Any, marks: Any) -> int:
    """One asset, one step: `h` and `marks` (paths,) move on; returns how many returns are at the floor."""
    mean, omega, up, down, beta = (
        model.mean[k],
        model.omega[k],
        model.alpha[k],
        model.alpha_down[k],
        model.beta[k],
    )
    floored = 0
    for b in range(x.shape[0]):
        now = np.float32(h[b])
        e = sqrt(now) * x[b]
        a = down if e < _ZERO else up
        then = fma(a, e * e, fma(beta, now, omega))
        r = greater(fma(m, e, mean), _FLOOR)
        mark = np.float32(marks[b]) * (_ONE + r)
        floored += r <= _FLOOR
        h[b] = then
        variance[b] = then
        marks[b] = mark
        returns[b] = mark
    return floored


@kernel
def fill_tile_32(
    sampler: Any,
    key: Any,
    path: Any,
    step: Any,
    multiplier: Any,
    work: Any,
    h: Any,
    returns: Any,
    variance: Any,
    marks: Any,
) -> int:
    """As `fill_tile` with marks: fill marks and `variance` (steps, assets, paths); h and `marks` move on."""
    floored, m = 0, np.float32(multiplier)
    for s in range(returns.shape[0]):
        variates_32(sampler.copula, key, path, step + s, work)
        for k in range(returns.shape[1]):
            innovate_32(sampler.marginals, k, work.y[k], work.x)
            floored += step_32(sampler.marginals, k, m, work.x, h[k], returns[s, k], variance[s, k], marks[k])
            if work.shock.shape[0] > 0:
                for b in range(work.x.size):
                    work.shock[s, k, b] = work.x[b]
    return floored
