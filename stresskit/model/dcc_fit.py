"""Dynamic conditional correlation by Engle's two steps.

First the long-run matrix: the covariance of the scores. Then a and b, and the degrees of freedom of
Student-t scores, by maximum likelihood of ``Q' = (1 - a - b) C + a e e' + b Q`` from Q = C. The
scores of a copula fit are the ranks' quantiles under the copula's own law at unit variance, so that
the process that is fitted is the process that is drawn, whatever the marginals; standardized
residuals can also be taken as they are, which is Engle's DCC.

Source: Engle, Journal of Business & Economic Statistics 20 (2002).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize, special, stats

from stresskit.domain import Dcc, Float1D, Float2D
from stresskit.model.curvature import curvature_errors
from stresskit.model.dcc_likelihood import filter_correlations

FEWEST = 100
NU = (2.1, 100.0)
STARTS = ((0.05, 0.9), (0.02, 0.97), (0.1, 0.6))
SUM = (1e-4, 0.99999)
SHARE = (1e-6, 1.0 - 1e-6)
NAMES = ("a", "b", "nu")


@dataclass(frozen=True, slots=True, eq=False)
class DccFit:
    """`level`: covariance of the scores; `last`, `ahead`: Q of the last observation and of the next step."""

    a: float
    b: float
    nu: float
    level: Float2D
    last: Float2D
    ahead: Float2D
    loglik: float
    standard_errors: dict[str, float | None]
    converged: bool
    bounds: list[str]


def fit_dcc(residuals: Float2D, law: str = "student_t") -> tuple[Dcc, dict[str, Any]]:
    """Fit the copula of `residuals` (observations, assets); `law` is ``gaussian`` or ``student_t``.

    The diagnostics hold the copula's log-likelihood, standard errors given the long-run matrix, bounds
    hit, whether the search converged, and `ahead`, the Q of the coming step: ``Dcc.start`` for a run
    that begins where the data end.

    Raises
    ------
    ValueError
        If there are fewer than 100 rows, one is not finite, or two assets are copies of each other.
    """
    if len(residuals) < FEWEST or residuals.shape[1] < 2 or not np.isfinite(residuals).all():
        raise ValueError(f"at least {FEWEST} rows of finite residuals of two or more assets")
    ranks = stats.rankdata(residuals, axis=0) / (len(residuals) + 1)
    levels, place = np.unique(ranks, return_inverse=True)
    place = place.reshape(ranks.shape)

    def scores(nu: float) -> tuple[Float2D, float]:
        """Scores, and the sum of their marginal log-densities."""
        x = _scores(levels, nu)
        return x[place], float(np.sum(log_margin(x, nu)[place]))

    found = _fit(scores, law)
    unit = 1.0 / np.sqrt(np.diag(found.level))
    scale = np.outer(unit, unit)
    diagnostics = {
        "observations": len(residuals),
        "loglik": found.loglik,
        "standard_errors": found.standard_errors,
        "converged": found.converged,
        "bounds": found.bounds,
        "half_life_steps": math.log(0.5) / math.log(found.a + found.b),
        "ahead": (found.ahead * scale).tolist(),
    }
    level = found.level * scale
    np.fill_diagonal(level, 1.0)
    return Dcc((level + level.T) / 2, found.a, found.b, found.nu), diagnostics


def fit_engle(residuals: Float2D, law: str = "gaussian") -> DccFit:
    """Fit standardized `residuals` (observations, assets) as they are: the log-likelihood is theirs.

    Raises
    ------
    ValueError
        If there are fewer than 100 rows or one is not finite.
    """
    if len(residuals) < FEWEST or not np.isfinite(residuals).all():
        raise ValueError(f"at least {FEWEST} rows of finite residuals")
    return _fit(lambda _nu: (residuals, 0.0), law)


def coming_correlation(dcc: Dcc, residuals: Float2D) -> Float2D:
    """Q after the last row of `residuals` (observations, assets), under the parameters of `dcc`.

    For the residuals that `dcc` was fitted to it is the `ahead` of the fit.
    """
    e = _scores(stats.rankdata(residuals, axis=0) / (len(residuals) + 1), dcc.nu)
    level = np.cov(e.T)
    ahead = filter_correlations(e, level, dcc.a, dcc.b, dcc.nu)[2]
    unit = 1.0 / np.sqrt(np.diag(level))
    return np.asarray(ahead * np.outer(unit, unit))


def _scores(levels: Float1D, nu: float) -> Float1D:
    """Quantiles of the copula's own law at unit variance."""
    if not np.isfinite(nu):
        return np.asarray(special.ndtri(levels), dtype=np.float64)
    return np.asarray(math.sqrt((nu - 2.0) / nu) * special.stdtrit(nu, levels), dtype=np.float64)


def log_margin(x: Float1D, nu: float) -> Float1D:
    """Log-density of the unit-variance Student-t, of the normal where `nu` is infinite."""
    if not np.isfinite(nu):
        return np.asarray(-0.5 * (x * x + math.log(2 * math.pi)), dtype=np.float64)
    constant = math.lgamma((nu + 1) / 2) - math.lgamma(nu / 2) - 0.5 * math.log(math.pi * (nu - 2))
    return np.asarray(constant - (nu + 1) / 2 * np.log1p(x * x / (nu - 2)), dtype=np.float64)


def _logit(p: float) -> float:
    return math.log(p / (1.0 - p))


def _fit(scores: Callable[[float], tuple[Float2D, float]], law: str) -> DccFit:
    heavy = law == "student_t"

    def value(a: float, b: float, nu: float) -> float:
        e, margins = scores(nu)
        level = np.cov(e.T)
        return filter_correlations(e, level, a, b, nu)[0] - margins

    def point(x: Float1D) -> tuple[float, float, float]:
        total, share = special.expit(x[0]), special.expit(x[1])
        return float(total * share), float(total * (1 - share)), float(np.exp(x[2])) if heavy else np.inf

    bounds = [(_logit(low), _logit(high)) for low, high in (SUM, SHARE)]
    bounds += [(math.log(NU[0]), math.log(NU[1]))] if heavy else []
    n = len(scores(5.0)[0])

    def cost(x: Float1D) -> float:
        return -value(*point(x)) / n

    options: Any = {"ftol": 1e-13, "gtol": 1e-7}
    found = [
        optimize.minimize(
            cost,
            np.array([_logit(a + b), _logit(a / (a + b)), math.log(8.0)][: len(bounds)]),
            method="L-BFGS-B",
            bounds=bounds,
            options=options,
        )
        for a, b in STARTS[: 1 if n > 20_000 else 3]
    ]
    best = min(found, key=lambda result: float(result.fun))
    a, b, nu = point(best.x)
    near = [bool(min(x - low, high - x) < 1e-3) for x, (low, high) in zip(best.x, bounds, strict=True)]
    hits = [text for text, hit in zip(("a + b", "a / (a + b)", "nu"), near, strict=False) if hit]
    e, margins = scores(nu)
    level = np.cov(e.T)
    loglik, last, ahead = filter_correlations(e, level, a, b, nu)
    free = np.array([a, b, nu] if heavy else [a, b])
    errors = curvature_errors(lambda x: value(x[0], x[1], x[2] if heavy else np.inf), free)
    return DccFit(
        a, b, nu, level, last, ahead, loglik - margins,
        dict(zip(NAMES, [*errors, None][:3], strict=True)) if not hits else dict.fromkeys(NAMES),
        bool(best.success), [f"{name} at a bound" for name in hits],
    )  # fmt: skip
