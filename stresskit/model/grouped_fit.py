"""Grouped t copula from ranks: correlation by Kendall's tau, degrees of freedom by likelihood.

``rho = sin(pi tau / 2)`` is exact inside a group and a close approximation between groups. All
groups' degrees of freedom are found together, by the joint density given that matrix, so that a
group of one asset has its own too; from the single Student-t that is most likely.

Source: Daul, De Giorgi, Lindskog, McNeil, Risk 16 (2003); they fit each group by itself.
"""

from typing import Any

import numpy as np
from scipy import optimize

from stresskit.domain import Float1D, Float2D, GroupedT, Int1D
from stresskit.model.copula_errors import rank_errors
from stresskit.model.copula_fit import NU, fit_copula
from stresskit.model.copula_report import bound_hits, fit_report, pseudo_observations
from stresskit.model.grouped_density import GroupedDensity, build_grouped_density


def fit_grouped_t(residuals: Float2D, group: Int1D) -> tuple[GroupedT, dict[str, Any]]:
    """Fit on `residuals` (observations, assets); `group` (assets,) are numbers from 0 without a gap.

    Raises
    ------
    ValueError
        If a residual is not finite, there are fewer than 100 rows or 2 assets, two assets are copies,
        the groups have a gap, or the correlation had to be repaired and is singular.
    """
    u = pseudo_observations(residuals)
    group = np.asarray(group, dtype=np.int64)
    groups = int(group.max()) + 1 if group.size else 0
    if group.shape != (u.shape[1],) or not np.array_equal(np.unique(group), np.arange(groups)):
        raise ValueError(f"a group for each of {u.shape[1]} assets, numbered from 0 without a gap")
    start = fit_copula(residuals)
    nu, loglik, converged = _most_likely(build_grouped_density(u, start.correlation, group), groups, start.nu)
    fit = GroupedT(start.correlation, group, nu)
    names = [f"nu_{g}" for g in range(groups)]
    bounds = bound_hits(dict(zip(names, nu.tolist(), strict=True)), dict.fromkeys(names, NU))
    errors = dict(zip(names, _errors(u, fit), strict=True))
    count = u.shape[1] * (u.shape[1] - 1) // 2 + groups
    report = fit_report(len(u), loglik, count, errors, bounds, converged)
    return fit, report | {"repair_distance": start.diagnostics["repair_distance"]}


def _most_likely(density: GroupedDensity, groups: int, start: float) -> tuple[Float1D, float, bool]:
    """Degrees of freedom (groups,), their log-likelihood, and whether the search had settled."""

    def cost(log_nu: Float1D) -> float:
        return -float(np.mean(density.log_density(np.exp(log_nu))))

    low, high = map(float, np.log(NU))
    begin: Float1D = np.full(groups, float(np.log(start)))
    options: Any = {"ftol": 1e-11, "gtol": 1e-6}
    found = optimize.minimize(cost, begin, method="L-BFGS-B", bounds=[(low, high)] * groups, options=options)
    nu: Float1D = np.exp(found.x)
    return nu, float(np.sum(density.log_density(nu))), bool(found.success)


def _errors(u: Float2D, fit: GroupedT) -> list[float | None]:
    """Standard errors of the groups that are inside their range, the others held where they are."""
    inside = (fit.nu > NU[0] * 1.001) & (fit.nu < NU[1] * 0.999)

    def log_density(v: Float2D, free: Float1D) -> Float1D:
        nu = fit.nu.copy()
        nu[inside] = free
        return build_grouped_density(v, fit.correlation, fit.group).log_density(nu)

    found = iter(rank_errors(log_density, u, fit.nu[inside].tolist()) if inside.any() else [])
    return [next(found) if known else None for known in inside]
