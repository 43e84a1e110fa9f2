"""Log-density of every kind of dependence at levels u."""

import numpy as np
from scipy import special

from stresskit.domain import AnyDependence, Archimedean, Dependence, Float1D, Float2D, GroupedT, Mixture, Vine
from stresskit.model.archimedean_density import archimedean_log_density
from stresskit.model.copula_likelihood import elliptical_log_density
from stresskit.model.grouped_density import grouped_log_density
from stresskit.model.vine import read_vine


def log_density(dependence: AnyDependence, u: Float2D) -> Float1D:
    """Log-density (observations,) of the copula at `u` (observations, assets).

    Raises
    ------
    ValueError
        If a level is NaN or not inside (0, 1), the correlation is singular, or the dependence has a memory.
    """
    if not np.all((u > 0) & (u < 1)):
        raise ValueError("levels inside (0, 1)")
    if isinstance(dependence, Dependence):
        finite = np.isfinite(dependence.nu)
        x: Float2D = np.asarray(special.stdtrit(dependence.nu, u) if finite else special.ndtri(u))
        return elliptical_log_density(x, dependence.correlation, dependence.nu)
    if isinstance(dependence, GroupedT):
        return grouped_log_density(dependence, u)
    if isinstance(dependence, Archimedean):
        return archimedean_log_density(dependence, u)
    if isinstance(dependence, Vine):
        density: Float1D = read_vine(dependence.text).logpdf(np.asfortranarray(u))
        return density
    if not isinstance(dependence, Mixture):
        raise ValueError(f"a copula that does not depend on time, not {type(dependence).__name__}")
    parts = [log_density(part, u) for part in (dependence.first, dependence.second)]
    with np.errstate(divide="ignore"):
        weights = np.log([[dependence.weight], [1 - dependence.weight]])
    both: Float1D = np.logaddexp(*(np.array(parts) + weights))
    return both
