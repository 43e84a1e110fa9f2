"""Probability integral transform: what a law's distribution function makes of residuals."""

import numpy as np
from scipy import special

from stresskit.domain import Float1D, Innovation, SemiParametric, SkewT
from stresskit.model.semi_parametric import body, scores
from stresskit.numerics import skew_t, student_t

POINTS = 4097  # of the body, whose distribution function is read off its quantiles


def uniforms(law: Innovation, residuals: Float1D) -> Float1D:
    """Probabilities below the residuals (observations,), uniform where the law is theirs."""
    if isinstance(law, SemiParametric):
        return _semi_parametric(law, residuals)
    if isinstance(law, SkewT):
        return skew_t.cdf(law.eta, law.lam, residuals)
    return student_t.cdf(law.nu, residuals)


def _semi_parametric(law: SemiParametric, z: Float1D) -> Float1D:
    grid = scores(law.tail, POINTS)
    inner = special.ndtr(np.interp(z, body(law)(grid), grid))
    low = law.tail * _beyond(law, 0, law.quantiles[0] - z)
    high = 1.0 - law.tail * _beyond(law, 1, z - law.quantiles[-1])
    return np.where(z < law.quantiles[0], low, np.where(z > law.quantiles[-1], high, inner))


def _beyond(law: SemiParametric, side: int, excess: Float1D) -> Float1D:
    """Share of a tail that lies farther out than `excess` (n,) beyond its threshold."""
    xi, scaled = float(law.shape[side]), np.maximum(excess, 0.0) / law.scale[side]
    inside = np.maximum(1.0 + xi * scaled, 0.0)
    return np.asarray(special.inv_boxcox(-np.where(inside > 0, scaled, 0.0), -xi) * (inside > 0))
