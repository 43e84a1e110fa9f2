"""The law of an elliptical copula given the variates of some assets, and draws from it.

With R split into named (1) and other (2) assets, ``B = R21 R11^-1`` and d2 = y1' R11^-1 y1:
the others have location ``B y1`` and squared scale ``(nu + d2)/(nu + p) (R22 - B R12)`` with nu + p
degrees of freedom, p the number named; Gaussian: the same without the factor. A large move of one
asset thus widens the law of the others, and does not only shift it.

Source: Ding, The American Statistician 70 (2016), on the conditional Student-t.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import AnyDependence, Dependence, Float1D, Float2D, Int1D
from stresskit.model.elliptical import chi_square_scales, correlated_normals, used_factor, variates
from stresskit.numerics.elementary import fma
from stresskit.numerics.jit import implements
from stresskit.numerics.quantile_map import chi_square_scale

SINGULAR = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class ConditionalLaw:
    """Elliptical law of the assets at the places `others` (others,), in units of the copula's variates.

    `mean` (others,); `scale` (others, others): squared scale, `inflation` included; `nu` degrees of
    freedom, infinite: normal; `distance`: d2 of what is given.
    """

    others: Int1D
    mean: Float1D
    scale: Float2D
    nu: float
    inflation: float
    distance: float


class ConditionalGaussian(NamedTuple):
    """``y = shift + L z``: `factor` (rows, columns) as the Gaussian copula's, zero for a named asset."""

    factor: Float2D
    shift: Float1D


class ConditionalStudentT(NamedTuple):
    """``y = shift + w L z``, with the polynomial of the chi-square scale `scale` (16,)."""

    factor: Float2D
    shift: Float1D
    scale: Float1D


def conditional_law(dependence: AnyDependence, named: Int1D, values: Float1D) -> ConditionalLaw:
    """Law of the other assets given the variates `values` (named,) of the places `named`.

    Raises
    ------
    ValueError
        If the copula is neither Gaussian nor Student-t (of a grouped t copula no such law has a closed
        form), a value is not finite, a place is named twice or the named assets are redundant.
    """
    if not isinstance(dependence, Dependence):
        kind = type(dependence).__name__
        raise ValueError(f"a Gaussian or Student-t copula, to condition on moves (not {kind})")
    if not np.isfinite(values).all() or len(values) != len(named):
        raise ValueError("a finite value for each named asset")
    others = np.setdiff1d(np.arange(len(dependence.correlation)), named)
    own = dependence.correlation[np.ix_(named, named)]
    least = float(np.linalg.eigvalsh(own).min(initial=1.0))
    if others.size + len(named) != len(dependence.correlation) or least < SINGULAR:
        raise ValueError("named assets that do not determine each other")
    across = dependence.correlation[np.ix_(others, named)]
    distance = float(values @ np.linalg.solve(own, values))
    nu, p = dependence.nu, len(named)
    inflation = (nu + distance) / (nu + p) if np.isfinite(nu) else 1.0
    rest = dependence.correlation[np.ix_(others, others)] - across @ np.linalg.solve(own, across.T)
    mean: Float1D = across @ np.linalg.solve(own, values)
    return ConditionalLaw(others, mean, inflation * (rest + rest.T) / 2, nu + p, inflation, distance)


def build_conditional(
    dependence: AnyDependence, used: Int1D, named: Int1D, values: Float1D
) -> ConditionalGaussian | ConditionalStudentT:
    """Arrays for the kernel of the `used` assets, whose `named` ones deliver `values` on every path.

    Raises
    ------
    ValueError
        As `conditional_law`.
    """
    law = conditional_law(dependence, named, values)
    assets = law.others.size + len(named)
    whole, shift = np.zeros((assets, assets)), np.empty(assets)
    whole[np.ix_(law.others, law.others)] = law.scale
    shift[law.others], shift[named] = law.mean, values
    factor = used_factor(whole, used)
    padded = np.zeros(len(factor))
    padded[: len(used)] = shift[used]
    if np.isfinite(law.nu):
        return ConditionalStudentT(factor, padded, chi_square_scale(law.nu))
    return ConditionalGaussian(factor, padded)


@implements(variates, ConditionalGaussian)
def _gaussian(copula: Any, key: Any, path: Any, step: Any, work: Any) -> None:
    correlated_normals(copula.factor, key, path, step, work)
    for row in range(copula.shift.size):
        y = work.y[row]
        for b in range(y.shape[0]):
            y[b] += copula.shift[row]


@implements(variates, ConditionalStudentT)
def _student_t(copula: Any, key: Any, path: Any, step: Any, work: Any) -> None:
    correlated_normals(copula.factor, key, path, step, work)
    chi_square_scales(copula.scale, key, path, step, work.words, work.w)
    for row in range(copula.shift.size):
        y = work.y[row]
        for b in range(y.shape[0]):
            y[b] = fma(work.w[b], y[b], copula.shift[row])
