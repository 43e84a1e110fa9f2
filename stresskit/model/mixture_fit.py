"""Mixture of two copulas from ranks, by expectation and maximization.

Each row belongs to the first copula with the probability that the densities give it; each copula is
then fitted to the rows so weighted, and the weight is their mean. The correlation of an elliptical
component is that of the weighted quantiles, scaled to a unit diagonal (for the Student-t with the
weights of its own EM). From several starts, on a thinned sample, the most likely goes on.

Source: Dempster, Laird, Rubin, Journal of the Royal Statistical Society B 39 (1977).
"""

from typing import Any

import numpy as np
from scipy import special

from stresskit.domain import Dependence, Float1D, Float2D, Mixture
from stresskit.model.copula_density import log_density
from stresskit.model.copula_report import bound_hits, fit_report, pseudo_observations
from stresskit.model.mixture_errors import component_ranges, mixture_errors, scalars
from stresskit.model.mixture_parts import Kind, Part, fit_part

START_ROWS = 1500
START_ROUNDS = 15
MOST_ROUNDS = 500
GAIN = 1e-7  # of the mean log-density, at which the search ends
WEIGHT = (0.01, 0.99)


def fit_mixture(residuals: Float2D, first: Kind, second: Kind) -> tuple[Mixture, dict[str, Any]]:
    """Fit on `residuals` (observations, assets): rows in which every asset has one.

    The correlation of a component counts among its parameters and has no standard error here.

    Raises
    ------
    ValueError
        If a residual is not finite, or there are fewer than 100 rows or 2 assets.
    """
    u = pseudo_observations(residuals)
    thin = u[:: max(1, len(u) // START_ROWS)]
    starts = [_search(thin, first, second, share, START_ROUNDS) for share in _starts(thin)]
    best = max(starts, key=lambda found: found[1])[0]
    fit, loglik, converged = _search(u, first, second, _share(best, u), MOST_ROUNDS)
    ranges = component_ranges(fit) | {"weight": WEIGHT}
    bounds = bound_hits(scalars(fit), ranges)
    pairs = u.shape[1] * (u.shape[1] - 1) // 2
    count = len(scalars(fit)) + pairs * sum(isinstance(p, Dependence) for p in (fit.first, fit.second))
    errors = mixture_errors(fit, u, bounds)
    return fit, fit_report(len(u), loglik, count, errors, bounds, converged)


def _starts(u: Float2D) -> list[Float1D]:
    """Shares of the first copula: more of it where it storms, where all falls, where all agrees; or less."""
    scores = special.ndtri(u)
    signs = (np.mean(np.abs(scores), axis=1), np.mean(scores, axis=1), np.std(scores, axis=1))
    ranks = [np.argsort(np.argsort(s)) / len(u) for s in signs]
    return [0.1 + 0.8 * r for r in ranks] + [0.9 - 0.8 * r for r in ranks]


def _share(fit: Mixture, u: Float2D) -> Float1D:
    """Probability (observations,) that a row is of the first copula."""
    one, other = log_density(fit.first, u), log_density(fit.second, u)
    share: Float1D = special.expit(special.logit(fit.weight) + one - other)
    return share


def _search(
    u: Float2D, first: Kind, second: Kind, share: Float1D, rounds: int
) -> tuple[Mixture, float, bool]:
    """Most likely of the rounds from `share`, its log-likelihood, and whether it had settled."""
    parts: tuple[Part | None, Part | None] = (None, None)
    best: tuple[Mixture | None, float] = (None, -np.inf)
    for _ in range(rounds):
        one, other = fit_part(u, first, share, parts[0]), fit_part(u, second, 1 - share, parts[1])
        fit = Mixture(one, other, float(np.clip(np.mean(share), *WEIGHT)))
        loglik = float(np.sum(log_density(fit, u)))
        settled = loglik < best[1] + GAIN * len(u)
        best = (fit, loglik) if loglik > best[1] else best
        if settled:
            break
        share, parts = _share(fit, u), (one, other)
    assert best[0] is not None
    return best[0], best[1], settled
