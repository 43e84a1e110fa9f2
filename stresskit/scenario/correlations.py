"""What there is to say about the correlations of a dependence, whatever its kind."""

import numpy as np

from stresskit.domain import AnyDependence, Dcc, Dependence, Float2D, GroupedT, Mixture, Regime


def crisis_share(regime: Regime) -> float:
    """Long-run share of the steps in crisis."""
    out, back = 1.0 - regime.stay_calm, 1.0 - regime.stay_crisis
    return out / (out + back)


def matrices(dependence: AnyDependence) -> list[tuple[float, Float2D]]:
    """Each correlation matrix with its long-run share of the steps.

    Raises
    ------
    ValueError
        If it has no correlation matrix.
    """
    if isinstance(dependence, Regime):
        share = crisis_share(dependence)
        return [(1.0 - share, dependence.calm.correlation), (share, dependence.crisis.correlation)]
    if isinstance(dependence, Mixture):
        parts = ((dependence.weight, dependence.first), (1.0 - dependence.weight, dependence.second))
        return [(weight, matrices(part)[0][1]) for weight, part in parts]
    if isinstance(dependence, Dependence | GroupedT | Dcc):
        return [(1.0, dependence.correlation)]
    raise ValueError("a dependence with a correlation matrix")


def mean_matrix(weighted: list[tuple[float, Float2D]]) -> Float2D:
    """Weighted mean; the matrix itself if it is the only one."""
    if len(weighted) == 1:
        return weighted[0][1]
    total: Float2D = np.sum([weight * matrix for weight, matrix in weighted], axis=0)
    return total


def degrees_of_freedom(dependence: AnyDependence) -> float | list[float | None] | None:
    """Degrees of freedom, None where infinite; of a regime those of calm and crisis, of groups theirs."""
    if isinstance(dependence, Regime):
        return [_finite(state.nu) for state in (dependence.calm, dependence.crisis)]
    if isinstance(dependence, GroupedT):
        return [float(nu) for nu in dependence.nu]
    return _finite(dependence.nu) if isinstance(dependence, Dependence | Dcc) else None


def _finite(nu: float) -> float | None:
    return float(nu) if np.isfinite(nu) else None
