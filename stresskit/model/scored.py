"""Any copula delivered as normal scores: ``Phi^-1(F(y))``, F the law of the asset's variate."""

from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import Float1D, Float2D
from stresskit.model.elliptical import variates
from stresskit.model.innovation_map import standardize
from stresskit.numerics.elementary import exp2, sixteen
from stresskit.numerics.jit import implements
from stresskit.numerics.quantile_map import innovation_map, map_reach, map_scale


class ScoredCopula(NamedTuple):
    """`copula` and, an asset, the map of its variate to a normal score (``numerics/quantile_map.py``)."""

    copula: Any
    map: Float2D
    inverse_scale: Float1D
    reach: Float1D


def scored(copula: Any, variate_nu: Float1D) -> Any:
    """`copula` itself where its variates, of `variate_nu` (assets,), are normal scores already."""
    if np.isinf(variate_nu).all():
        return copula
    return ScoredCopula(
        copula,
        np.array([innovation_map(float(nu), np.inf) for nu in variate_nu]),
        np.array([1 / map_scale(float(nu)) for nu in variate_nu]),
        np.array([map_reach(float(nu)) for nu in variate_nu]),
    )


@implements(variates, ScoredCopula)
def _scored(copula: Any, key: Any, path: Any, step: Any, work: Any) -> None:
    variates(copula.copula, key, path, step, work)
    for k in range(copula.map.shape[0]):
        y = work.y[k]
        standardize(y, sixteen(copula.map[k]), copula.inverse_scale[k], copula.reach[k], work.x)
        for b in range(y.shape[0]):
            y[b] *= exp2(work.x[b])
