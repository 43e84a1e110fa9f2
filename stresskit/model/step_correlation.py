"""The correlation of one step's returns that a bridge between two steps assumes.

The matrix itself where the dependence is elliptical; its long-run value where it moves (dynamic
correlation, regime); that of the residuals for a bootstrap; ``sin(pi tau / 2)`` for an exchangeable
family; a weighted mean for a mixture; that of drawn normal scores for a vine.
"""

import math
from itertools import combinations

import numpy as np

from stresskit.domain import (
    AnyDependence,
    Archimedean,
    Bootstrap,
    Dcc,
    Float2D,
    Int1D,
    Mixture,
    Regime,
    Vine,
)
from stresskit.model.regime import crisis_share
from stresskit.model.vine import build_vine, vine_scores

VINE_DRAWS = 2000


def step_correlation(dependence: AnyDependence, used: Int1D) -> Float2D:
    """Correlation (used, used) of the returns of the sorted places `used` over one step."""
    if isinstance(dependence, Archimedean):
        return _exchangeable(math.sin(math.pi / 2 * kendall_tau(dependence)), len(used))
    if isinstance(dependence, Mixture):
        first, second = (step_correlation(part, used) for part in (dependence.first, dependence.second))
        return dependence.weight * first + (1.0 - dependence.weight) * second
    if isinstance(dependence, Regime):
        return _of_the_regime(dependence, used)
    if isinstance(dependence, Bootstrap):
        return _of_rows(np.asarray(dependence.residuals, dtype=np.float64)[:, used].T)
    if isinstance(dependence, Vine):
        return _of_rows(vine_scores(build_vine(dependence, used), 0, 0, 0, 1, VINE_DRAWS)[0])
    matrix = dependence.correlation
    if isinstance(dependence, Dcc) and dependence.blend is not None:
        matrix = dependence.blend(matrix)
    return np.ascontiguousarray(matrix[np.ix_(used, used)])


def kendall_tau(dependence: Archimedean) -> float:
    """Kendall's tau of any pair: ``theta / (theta + 2)`` (Clayton), ``1 - 1 / theta`` (Gumbel)."""
    theta = dependence.theta
    return theta / (theta + 2.0) if dependence.family.endswith("clayton") else 1.0 - 1.0 / theta


def _exchangeable(rho: float, assets: int) -> Float2D:
    found = np.full((assets, assets), rho)
    np.fill_diagonal(found, 1.0)
    return found


def _of_the_regime(dependence: Regime, used: Int1D) -> Float2D:
    """Mean of both states, weighted by their shares of the long-run variance."""
    share = crisis_share(dependence)
    weight = share * dependence.multiplier**2
    weight /= 1.0 - share + weight
    calm, crisis = (step_correlation(state, used) for state in (dependence.calm, dependence.crisis))
    return (1.0 - weight) * calm + weight * crisis


def _of_rows(rows: Float2D) -> Float2D:
    """Correlation of the rows (assets, observations), summed in fixed order."""
    centred = rows - rows.mean(axis=1, keepdims=True)
    size = [math.sqrt(math.fsum(row * row)) for row in centred]
    found = np.eye(len(rows))
    for i, j in combinations(range(len(rows)), 2):
        found[i, j] = found[j, i] = math.fsum(centred[i] * centred[j]) / (size[i] * size[j])
    return found
