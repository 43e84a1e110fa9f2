"""Variance-targeted maximum likelihood of every kind of marginal.

Volatility of simple returns is constant, an EWMA, GARCH(1,1), GJR-GARCH(1,1) or EGARCH(1,1). The
long-run variance v is the mean squared return and omega follows from it (an EWMA has none: v is
where its paths start). The half-life of the variance is guarded by a longest one in time, converted to
the step. The likelihood decides the rest; arch's free fit (no target, no guard) stands beside it.
Semi-parametric innovations are fitted to the residuals of the Student-t fit.

Sources: Glosten, Jagannathan, Runkle, Journal of Finance 48 (1993); Nelson, Econometrica 59 (1991);
Francq, Horvath, Zakoian, Journal of Financial Econometrics 9 (2011) on variance targeting.
"""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize

from stresskit.domain import Float1D, Innovation, Marginals
from stresskit.model.egarch import CAP
from stresskit.model.egarch_moments import LogVariance
from stresskit.model.fit_box import COORDINATES, SHAPES, Box, Parameters, build_box
from stresskit.model.fit_errors import standard_errors
from stresskit.model.fit_likelihood import Likelihood, free_fit
from stresskit.model.fit_semi_parametric import fit_semi_parametric
from stresskit.model.innovations import down_share

PERCENT = 100.0
FEWEST = 100
DAY_S = 86400
KINDS = tuple(COORDINATES)
INNOVATIONS = (*SHAPES, "semi_parametric")
MEANS = ("zero", "constant")
FREE = ("garch", "gjr_garch", "egarch")
STARTS = (Parameters(0.0, 0.05, 0.0, 0.93, 5.0), Parameters(0.0, 0.1, 0.0, 0.8, 5.0))
LOG_STARTS = (Parameters(0.0, 0.15, -0.02, 0.97, 5.0), Parameters(0.0, 0.3, 0.0, 0.85, 5.0))


@dataclass(frozen=True, slots=True, eq=False)
class MarginalFit:
    """One asset's fit: variances of simple returns over one step, `residuals` (observations,).

    The shape in `parameters` is that of the law under which the likelihood was searched; `law` is the
    law of the innovations.
    """

    kind: str
    mean: float
    parameters: Parameters
    law: Innovation
    long_run_variance: float
    current_variance: float
    residuals: Float1D
    diagnostics: dict[str, Any]


class Found(NamedTuple):
    """Where a search ended, as a point of the box, and whether it converged."""

    x: Float1D
    converged: bool


def fit_marginal(
    returns: Float1D,
    step_s: int,
    kind: str,
    innovations: str,
    max_half_life_s: int = 60 * DAY_S,
    mean: str = "zero",
) -> MarginalFit:
    """Fit one asset.

    Parameters
    ----------
    returns : simple returns (observations,) over one step, in time order, gaps left out.
    step_s : length of a step in seconds.
    kind : ``constant``, ``ewma``, ``garch``, ``gjr_garch`` or ``egarch``.
    innovations : ``normal``, ``student_t``, ``skew_t`` or ``semi_parametric``.
    max_half_life_s : longest half-life of the variance, in seconds.
    mean : ``zero``, or ``constant``: the average return, taken out first as the variance is targeted.

    Raises
    ------
    ValueError
        If there are fewer than 100 returns, one is not finite, they do not vary, the guard is below one
        step, a name is not known, or the tails are too short for semi-parametric innovations.
    """
    _refuse(returns, step_s, innovations, max_half_life_s, mean)
    centre = float(np.mean(returns)) if mean == "constant" else 0.0
    scaled = (np.ascontiguousarray(returns, dtype=np.float64) - centre) * PERCENT
    variance = float(np.mean(scaled**2))
    shape = "student_t" if innovations == "semi_parametric" else innovations
    box = build_box(kind, shape, max_half_life_s / step_s, variance)
    likelihood = Likelihood(scaled, variance, kind)
    best, free = _fit(box, likelihood, shape)
    fit = _finish(box, likelihood, best, step_s, centre)
    if free:
        fit.diagnostics["free"] = free
    return semi_parametric(fit) if innovations == "semi_parametric" else fit


def _refuse(returns: Float1D, step_s: int, innovations: str, max_half_life_s: int, mean: str) -> None:
    if not np.isfinite(returns).all():
        raise ValueError("finite returns (found NaN or infinity)")
    if len(returns) < FEWEST or np.ptp(returns) == 0.0:
        raise ValueError(f"at least {FEWEST} returns that vary (found {len(returns)})")
    if max_half_life_s < step_s:
        raise ValueError("a longest half-life of at least one step")
    if innovations not in INNOVATIONS:
        raise ValueError(f"innovations among {', '.join(INNOVATIONS)} (found {innovations})")
    if mean not in MEANS:
        raise ValueError(f"a mean among {', '.join(MEANS)} (found {mean})")


def _fit(box: Box, likelihood: Likelihood, shape: str) -> tuple[Found, dict[str, Any]]:
    """Search from arch's free fit and our own starts; the better of two free fits is reported."""
    starts = LOG_STARTS if box.kind == "egarch" else STARTS
    if box.kind not in FREE:
        return _search(box, likelihood, list(starts)), {}
    data = likelihood.returns, likelihood.start, box.kind, shape
    free, report = free_fit(*data)
    best = _search(box, likelihood, [free, *starts])
    _, again = free_fit(*data, box.parameters(best.x))
    return best, max(report, again, key=lambda fit: float(fit["loglik"]))


def _search(box: Box, likelihood: Likelihood, starts: list[Parameters]) -> Found:
    """Maximize the mean log-likelihood from every start and keep the best."""

    def cost(x: Float1D) -> float:
        return -likelihood.value(box.parameters(x)) / len(likelihood.returns)

    if not box.names:
        return Found(np.empty(0), True)
    options: Any = {"maxiter": 500, "ftol": 1e-14, "gtol": 1e-7}
    found = [
        minimize(cost, box.point(s), method="L-BFGS-B", jac="3-point", bounds=box.bounds, options=options)
        for s in starts
    ]
    best = min(found, key=lambda result: float(result.fun))
    return Found(best.x, bool(best.success))


def _finish(box: Box, likelihood: Likelihood, best: Found, step_s: int, centre: float) -> MarginalFit:
    fit, hits = box.parameters(best.x), box.hits(best.x)
    h, ahead = likelihood.variances(fit)
    left = fit.beta if box.kind in ("ewma", "egarch") else fit.persistence
    residuals = likelihood.returns / np.sqrt(h)
    plain, robust = standard_errors(box, likelihood, best.x, set(hits))
    diagnostics = {
        "observations": len(h),
        "converged": best.converged,
        "loglik": likelihood.value(fit),
        "free_parameters": len(box.names) + 1 + (centre != 0.0),
        "persistence": 1.0 if box.kind == "ewma" else left,
        "half_life_days": float(np.log(0.5) / np.log(left)) * step_s / DAY_S if left > 0 else None,
        "bounds": list(hits.values()),
        "news_held": int((np.abs(residuals) > CAP).sum()) if box.kind == "egarch" else 0,
        "standard_errors": plain,
        "robust_standard_errors": robust,
    }
    unit = PERCENT**-2
    level = fit.omega + (1 - fit.beta) * np.log(unit) if box.kind == "egarch" else fit.omega * unit
    return MarginalFit(
        kind=box.kind,
        mean=centre,
        parameters=fit._replace(omega=float(level)),
        law=fit.law,
        long_run_variance=box.variance * unit,
        current_variance=ahead * unit,
        residuals=residuals,
        diagnostics=diagnostics,
    )


def semi_parametric(fit: MarginalFit) -> MarginalFit:
    """Put the law of the residuals in place of the Student-t, long-run variance and persistence kept.

    The likelihood is that of the Student-t filter: an empirical body has none of its own.

    Raises
    ------
    ValueError
        If a tail holds fewer than 25 residuals.
    """
    law, report = fit_semi_parametric(fit.residuals)
    told: dict[str, Any] = {name: fit.diagnostics[name] for name in ("loglik", "free_parameters")}
    tails = [hit for side in ("lower", "upper") for hit in report[side]["bounds"]]
    diagnostics = fit.diagnostics | {
        "loglik": None,
        "filter": told,
        "innovations": report,
        "converged": fit.diagnostics["converged"] and report["converged"],
        "bounds": [*fit.diagnostics["bounds"], *tails],
    }
    at = _retargeted(fit, law)
    return replace(fit, parameters=at, law=law, diagnostics=diagnostics)


def _retargeted(fit: MarginalFit, law: Innovation) -> Parameters:
    """Parameters whose long-run variance and persistence are the same under another law."""
    at = fit.parameters
    if fit.kind == "egarch":
        moving = LogVariance(at.alpha, at.gamma, at.beta, law)
        return at._replace(omega=moving.omega(fit.long_run_variance))
    if not at.gamma:
        return at
    news = (at.persistence - at.beta) / (at.alpha + at.gamma * down_share(law))
    return at._replace(alpha=at.alpha * news, gamma=at.gamma * news)


def marginals_of(fits: list[MarginalFit]) -> Marginals:
    """The fits of several assets, all EGARCH or none, as one noun.

    Raises
    ------
    ValueError
        If some are EGARCH and others not.
    """
    if len({fit.kind == "egarch" for fit in fits}) != 1:
        raise ValueError("fits that are all EGARCH or none")
    omega, alpha, gamma, beta = np.array([fit.parameters[:4] for fit in fits]).T.copy()
    return Marginals(
        mean=np.array([fit.mean for fit in fits]),
        omega=omega,
        alpha=alpha,
        gamma=gamma,
        beta=beta,
        innovations=tuple(fit.law for fit in fits),
        long_run_variance=np.array([fit.long_run_variance for fit in fits]),
        current_variance=np.array([fit.current_variance for fit in fits]),
        kind="egarch" if fits[0].kind == "egarch" else "gjr_garch",
    )
