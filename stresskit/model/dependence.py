"""Every kind of dependence: what its kernel draws from, and which law each asset's variate has."""

import numpy as np

from stresskit.domain import AnyDependence, Dependence, Float1D, GroupedT, Int1D
from stresskit.model.elliptical import GaussianCopula, StudentTCopula, build_elliptical
from stresskit.model.grouped_t import GroupedTCopula, build_grouped_t, checked_groups

Copula = GaussianCopula | StudentTCopula | GroupedTCopula


def build_copula(dependence: AnyDependence, used: Int1D) -> Copula:
    """Arrays for the kernel; `used` are the sorted places of the simulated assets.

    Raises
    ------
    ValueError
        If a parameter is NaN, infinite or outside its domain.
    """
    if isinstance(dependence, Dependence):
        return build_elliptical(dependence, used)
    if isinstance(dependence, GroupedT):
        return build_grouped_t(dependence, used)
    raise TypeError(f"no sampler of {type(dependence).__name__}")


def variate_nu(dependence: AnyDependence, used: Int1D) -> Float1D:
    """Degrees of freedom (used,) of the law of each asset's variate; infinite: standard normal."""
    if isinstance(dependence, Dependence):
        return np.full(len(used), dependence.nu)
    if isinstance(dependence, GroupedT):
        return np.asarray(checked_groups(dependence).nu[dependence.group[used]], dtype=np.float64)
    return np.full(len(used), np.inf)


def work_shape(copula: Copula) -> tuple[int, int]:
    """Rows of variates and rows of scratch that a draw needs."""
    rows, columns = copula.factor.shape
    return rows, columns
