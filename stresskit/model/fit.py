"""Variance-targeted maximum likelihood of GARCH(1,1) and GJR-GARCH(1,1) marginals.

``h' = omega + (alpha + gamma 1(r < 0)) r^2 + beta h`` of zero-mean simple returns. The long-run
variance v is the mean squared return and ``omega = v (1 - p)`` follows from the persistence
``p = alpha + gamma/2 + beta``; p is guarded by a longest half-life in time, converted to the
step. The likelihood decides the rest; arch's free fit (no target, no guard) stands beside it.

Sources: Glosten, Jagannathan, Runkle, Journal of Finance 48 (1993); Francq, Horvath, Zakoian,
Journal of Financial Econometrics 9 (2011) on variance targeting.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import OptimizeResult, minimize

from stresskit.domain import Float1D
from stresskit.model.fit_box import Box, Parameters, build_box
from stresskit.model.fit_errors import standard_errors
from stresskit.model.fit_likelihood import Likelihood, build_likelihood, free_fit

PERCENT = 100.0
FEWEST = 100
DAY_S = 86400
STARTS = (Parameters(0.0, 0.05, 0.0, 0.93, 5.0), Parameters(0.0, 0.1, 0.0, 0.8, 5.0))


@dataclass(frozen=True, slots=True, eq=False)
class MarginalFit:
    """One asset's fit: variances of simple returns over one step, `residuals` (observations,)."""

    parameters: Parameters
    long_run_variance: float
    current_variance: float
    residuals: Float1D
    diagnostics: dict[str, Any]


def fit_marginal(
    returns: Float1D, step_s: int, kind: str, innovations: str, max_half_life_s: int = 60 * DAY_S
) -> MarginalFit:
    """Fit one asset.

    Parameters
    ----------
    returns : simple returns (observations,) over one step, in time order, gaps left out.
    step_s : length of a step in seconds.
    kind : ``garch`` or ``gjr_garch``.
    innovations : ``normal`` or ``student_t``.
    max_half_life_s : longest half-life of the variance, in seconds.

    Raises
    ------
    ValueError
        If there are fewer than 100 returns, they do not vary, or the guard is below one step.
    """
    if len(returns) < FEWEST or np.ptp(returns) == 0.0:
        raise ValueError(f"at least {FEWEST} returns that vary (found {len(returns)})")
    if max_half_life_s < step_s:
        raise ValueError("a longest half-life of at least one step")
    scaled = np.ascontiguousarray(returns, dtype=np.float64) * PERCENT
    variance = float(np.mean(scaled**2))
    likelihood = build_likelihood(scaled, variance, innovations)
    box = build_box(kind, innovations, max_half_life_s / step_s, variance)
    free, report = free_fit(scaled, variance, kind, innovations)
    best = _search(box, likelihood, [free, *STARTS])
    _, again = free_fit(scaled, variance, kind, innovations, box.parameters(best.x))
    return _finish(box, likelihood, best, step_s, max(report, again, key=lambda fit: float(fit["loglik"])))


def _search(box: Box, likelihood: Likelihood, starts: list[Parameters]) -> OptimizeResult:
    """Maximize the mean log-likelihood from every start and keep the best."""

    def cost(x: Float1D) -> float:
        return -likelihood.value(box.parameters(x)) / len(likelihood.returns)

    options: Any = {"maxiter": 500, "ftol": 1e-14, "gtol": 1e-7}
    found = [
        minimize(cost, box.point(s), method="L-BFGS-B", jac="3-point", bounds=box.bounds, options=options)
        for s in starts
    ]
    return min(found, key=lambda result: float(result.fun))


def _finish(
    box: Box, likelihood: Likelihood, best: OptimizeResult, step_s: int, free: dict[str, Any]
) -> MarginalFit:
    fit, hits = box.parameters(best.x), box.hits(best.x)
    h, ahead = likelihood.variances(fit)
    half_life = float(np.log(0.5) / np.log(fit.persistence))
    diagnostics = {
        "observations": len(h),
        "converged": bool(best.success),
        "loglik": likelihood.value(fit),
        "persistence": fit.persistence,
        "half_life_days": half_life * step_s / DAY_S,
        "bounds": list(hits.values()),
        "standard_errors": standard_errors(box, likelihood, best.x, set(hits)),
        "free": free,
    }
    unit = PERCENT**-2
    residuals = likelihood.returns / np.sqrt(h)
    return MarginalFit(
        fit._replace(omega=fit.omega * unit), box.variance * unit, ahead * unit, residuals, diagnostics
    )
