"""Semi-parametric innovations from the residuals of a fitted volatility.

The residuals beyond their 5 % and 95 % quantiles give the Pareto tails by maximum likelihood, those
between them the body; the law is then brought to mean zero and unit variance. A shape is kept below
0.45, so that the variance exists with room to spare.

Source: McNeil, Frey, Journal of Empirical Finance 7 (2000), section 2.2.
"""

from typing import Any

import numpy as np
from scipy import special

from stresskit.domain import Float1D, SemiParametric
from stresskit.model.fit_errors import covariances
from stresskit.model.semi_parametric import POINTS, lower_half, scores, standardized, upper_half
from stresskit.numerics.pareto import FEWEST, SHAPES, ParetoFit, fit_pareto, pareto_terms

TAIL = 0.05
NEAR = 1e-4
SIDES = ("lower", "upper")


def pareto_errors(excesses: Float1D, fit: ParetoFit) -> tuple[float, float] | None:
    """Standard errors of shape and scale by the observed information; None where it shows no maximum."""
    steps = np.array([1e-4, 1e-4 * fit.scale])
    pair = covariances(lambda m: pareto_terms(excesses, fit.shape + m[0], fit.scale + m[1]), steps)
    if pair is None:
        return None
    shape, scale = np.sqrt(np.diag(pair[0])).tolist()
    return shape, scale


def fit_semi_parametric(residuals: Float1D) -> tuple[SemiParametric, dict[str, Any]]:
    """Law of the residuals (observations,), and a report of its tails.

    Raises
    ------
    ValueError
        If a tail holds fewer than 25 residuals.
    """
    quantiles = np.quantile(residuals, special.ndtr(scores(TAIL, POINTS)))
    if np.any(np.diff(quantiles) <= 0):
        raise ValueError("residuals that differ: too many are equal to have an empirical body")
    beyond = [quantiles[0] - residuals[residuals < quantiles[0]], residuals[residuals > quantiles[-1]]]
    beyond[1] = beyond[1] - quantiles[-1]
    if (fewest := min(excesses.size for excesses in beyond)) < FEWEST:
        raise ValueError(f"at least {FEWEST} returns in each tail of the residuals (found {fewest})")
    tails = [fit_pareto(excesses) for excesses in beyond]
    shape, scale = np.array([t.shape for t in tails]), np.array([t.scale for t in tails])
    raw = SemiParametric(TAIL, quantiles, shape, scale)
    low, high = lower_half(raw), upper_half(raw)
    report: dict[str, Any] = {
        "mean": low[0] + high[0],
        "variance": low[1] + high[1] - (low[0] + high[0]) ** 2,
        "converged": all(t.converged for t in tails),
    }
    law = standardized(raw)
    for side, name in enumerate(SIDES):
        report[name] = _tail_report(beyond[side], tails[side], law, side)
    return law, report


def _tail_report(excesses: Float1D, fit: ParetoFit, law: SemiParametric, side: int) -> dict[str, Any]:
    errors = pareto_errors(excesses, fit)
    hits = [
        end for end, bound in zip(("lowest", "highest"), SHAPES, strict=True) if abs(fit.shape - bound) < NEAR
    ]
    return {
        "excesses": excesses.size,
        "threshold": float(law.quantiles[-side]),
        "shape": fit.shape,
        "scale": float(law.scale[side]),
        "shape_standard_error": None if errors is None or hits else errors[0],
        "bounds": [f"shape of the {SIDES[side]} tail at the {end} allowed" for end in hits],
    }
