"""Every kind of dependence: what its kernel draws from, and which law each asset's variate has."""

import numpy as np

from stresskit.domain import (
    AnyDependence,
    Archimedean,
    Bootstrap,
    Dcc,
    Dependence,
    Float1D,
    Float2D,
    GroupedT,
    Int1D,
    Mixture,
    Regime,
    Vine,
)
from stresskit.model.archimedean import ClaytonCopula, GumbelCopula, build_archimedean
from stresskit.model.bootstrap import BootstrapDraws, build_bootstrap
from stresskit.model.dcc import DccCopula, build_dcc
from stresskit.model.elliptical import GaussianCopula, StudentTCopula, build_elliptical
from stresskit.model.grouped_t import GroupedTCopula, build_grouped_t, checked_groups
from stresskit.model.mixture import MixtureCopula
from stresskit.model.regime import RegimeCopula, build_regime
from stresskit.model.scored import ScoredCopula, scored
from stresskit.model.vine import VineCopula, build_vine

Copula = (
    GaussianCopula
    | StudentTCopula
    | GroupedTCopula
    | ClaytonCopula
    | GumbelCopula
    | ScoredCopula
    | MixtureCopula
    | VineCopula
    | DccCopula
    | RegimeCopula
    | BootstrapDraws
)


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
    if isinstance(dependence, Archimedean):
        return build_archimedean(dependence, used)
    if isinstance(dependence, Vine):
        return build_vine(dependence, used)
    if isinstance(dependence, Mixture):
        return build_mixture(dependence, used)
    if isinstance(dependence, Dcc):
        return build_dcc(dependence, used)
    if isinstance(dependence, Regime):
        return build_regime(dependence, used)
    return build_bootstrap(dependence, used)


def tilted(copula: Copula, tilt: Float2D) -> Copula:
    """`copula` with its normals moved by `tilt` (2, rows), if there are any.

    Raises
    ------
    ValueError
        If its likelihood ratio is not known: where its normals do not pass one fixed factor.
    """
    if tilt.shape[1] == 0:
        return copula
    if not isinstance(copula, GaussianCopula | StudentTCopula | GroupedTCopula):
        raise ValueError("a Gaussian, Student-t or grouped t copula to be tilted")
    return copula._replace(tilt=tilt)


def build_mixture(dependence: Mixture, used: Int1D) -> MixtureCopula:
    """Arrays for the kernel of a mixture of two copulas.

    Raises
    ------
    ValueError
        If the weight does not lie between 0 and 1, or a component is itself refused or mixed.
    """
    parts = (dependence.first, dependence.second)
    if not all(isinstance(part, Dependence | GroupedT | Archimedean) for part in parts):
        raise ValueError("a mixture of two elliptical, grouped or Archimedean copulas")
    if asset_count(dependence.first) != asset_count(dependence.second):
        raise ValueError("a mixture of two copulas of as many assets")
    if not 0 <= dependence.weight <= 1:
        raise ValueError(f"a weight from 0 to 1, got {dependence.weight}")
    first, second = (scored(build_copula(part, used), _static_nu(part, used)) for part in parts)
    return MixtureCopula(first, second, float(dependence.weight))


def asset_count(dependence: AnyDependence) -> int:
    """Number of assets."""
    if isinstance(dependence, Dependence | GroupedT | Dcc):
        return len(dependence.correlation)
    if isinstance(dependence, Mixture):
        return asset_count(dependence.first)
    if isinstance(dependence, Regime):
        return asset_count(dependence.calm)
    return dependence.residuals.shape[1] if isinstance(dependence, Bootstrap) else dependence.assets


def variate_nu(dependence: AnyDependence, used: Int1D) -> Float1D | None:
    """Degrees of freedom (used,) of the law of each asset's variate; infinite: standard normal.

    None where the variates are innovations already.
    """
    if isinstance(dependence, Bootstrap):
        return None
    if isinstance(dependence, Regime):
        return np.full(len(used), dependence.calm.nu)
    if isinstance(dependence, Dcc):
        return np.full(len(used), dependence.nu)
    return _static_nu(dependence, used)


def _static_nu(dependence: Dependence | GroupedT | Archimedean | Mixture | Vine, used: Int1D) -> Float1D:
    if isinstance(dependence, Dependence):
        return np.full(len(used), dependence.nu)
    if isinstance(dependence, GroupedT):
        return np.asarray(checked_groups(dependence).nu[dependence.group[used]], dtype=np.float64)
    return np.full(len(used), np.inf)


def work_shape(copula: Copula) -> tuple[int, int]:
    """Rows of variates and rows of scratch that a draw needs."""
    if isinstance(copula, DccCopula | RegimeCopula | BootstrapDraws):
        return copula.shape
    if isinstance(copula, ClaytonCopula | GumbelCopula | VineCopula):
        return copula.asset.size, 0
    if isinstance(copula, ScoredCopula):
        return work_shape(copula.copula)
    if isinstance(copula, MixtureCopula):
        (a, b), (c, d) = work_shape(copula.first), work_shape(copula.second)
        return max(a, c), max(a, c) + max(b, d)
    rows, columns = copula.factor.shape
    return rows, columns
