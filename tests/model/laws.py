"""Innovation laws that tests share: one of each kind, and ones at the edge of what is allowed."""

import numpy as np
from scipy import special

from stresskit.domain import SemiParametric, SkewT, StudentT
from stresskit.model.semi_parametric import POINTS, scores, standardized


def made_semi_parametric(shape: tuple[float, float] = (0.3, 0.15), seed: int = 0) -> SemiParametric:
    """Uneven body from 2,000 draws, tails of chosen shapes."""
    draws = np.random.default_rng(seed).standard_t(3, 2000) / np.sqrt(3)
    quantiles = np.quantile(draws, special.ndtr(scores(0.05, POINTS)))
    return standardized(SemiParametric(0.05, quantiles, np.array(shape), np.array([0.6, 0.5])))


LAWS = {
    "normal": StudentT(np.inf),
    "student_t": StudentT(4.0),
    "skew_t": SkewT(5.0, -0.15),
    "semi_parametric": made_semi_parametric(),
}
WILD = {
    "heavy": SkewT(2.2, 0.5),
    "one-sided": SkewT(50.0, -0.8),
    "skewed normal": SkewT(np.inf, 0.3),
    "fat tails": made_semi_parametric((0.45, 0.45), 1),
    "bounded tails": made_semi_parametric((-0.4, 0.0), 2),
}
EVERY = LAWS | WILD
