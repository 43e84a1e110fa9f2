"""Regular vine from ranks: pyvinecopulib chooses trees, families and parameters by AIC.

All families are tried: its preselection would drop some silently and return independence. The
parameters are found tree by tree; their errors are the sandwich of that step-wise estimate, and do
not know that margins were ranked.

Sources: Dissmann, Brechmann, Czado, Kurowicka, Computational Statistics and Data Analysis 59 (2013);
Stoeber, Schepsmeier, Computational Statistics 28 (2013) on standard errors.
"""

from typing import Any

import numpy as np

from stresskit.domain import Float1D, Float2D, Vine
from stresskit.model.copula_report import fit_report, pseudo_observations
from stresskit.model.vine import vine_library

FAMILIES = ("indep", "gaussian", "student", "clayton", "gumbel", "frank", "joe", "bb1", "bb7")
ROWS = 5000


def fit_vine(residuals: Float2D) -> tuple[Vine, dict[str, Any]]:
    """Fit on `residuals` (observations, assets): rows in which every asset has one.

    Raises
    ------
    ConfigError
        If pyvinecopulib is not installed.
    ValueError
        If a residual is not finite, or there are fewer than 100 rows or 2 assets.
    """
    library = vine_library()
    u = pseudo_observations(residuals)
    controls = library.FitControlsVinecop(
        family_set=[getattr(library.families, name) for name in FAMILIES],
        selection_criterion="aic",
        preselect_families=False,
        num_threads=1,
    )
    vine = library.Vinecop.from_data(np.asfortranarray(u), controls=controls)
    errors = _errors(vine, u)
    loglik = float(vine.loglik(np.asfortranarray(u)))
    report = fit_report(len(u), loglik, int(vine.npars), errors, [], bool(np.isfinite(loglik)))
    return Vine(vine.to_json(), u.shape[1]), report | {"pairs": [_pair(*p) for p in _pairs(vine)]}


def _pairs(vine: Any) -> list[tuple[int, int, Any]]:
    """Pair copulas with their tree and edge, in the order of the vine's parameter vector."""
    return [(t, e, pair) for t, tree in enumerate(vine.pair_copulas) for e, pair in enumerate(tree)]


def _pair(tree: int, edge: int, pair: Any) -> dict[str, Any]:
    return {
        "tree": tree + 1,
        "edge": edge + 1,
        "family": pair.family.name,
        "rotation": int(pair.rotation),
        "parameters": [float(p) for p in np.ravel(pair.parameters)],
        "tau": float(pair.tau),
    }


def _errors(vine: Any, u: Float2D) -> dict[str, float | None]:
    """Standard errors by name, ``tree.edge.parameter``, of every so many-th row."""
    names = [
        f"{tree + 1}.{edge + 1}.{k + 1}"
        for tree, edge, pair in _pairs(vine)
        for k in range(np.size(pair.parameters))
    ]
    if not names:
        return {}
    rows = np.asfortranarray(u[:: max(1, len(u) // ROWS)])
    hessian, spread = np.asarray(vine.hessian(rows)), np.asarray(vine.scores_cov(rows))
    if hessian.shape != (len(names),) * 2 or np.linalg.cond(hessian) > 1e14:
        return dict.fromkeys(names)
    bread = np.linalg.inv(hessian)
    variance: Float1D = np.diag(bread @ spread @ bread.T) / len(u)
    return {name: float(np.sqrt(v)) if v > 0 else None for name, v in zip(names, variance, strict=True)}
