"""Draws of the frailty copulas and of mixtures in plain Python, one path at a time, exact to rounding.

Philox words -> uniforms -> exponentials and a frailty -> levels u -> normal scores.
"""

import math

import numpy as np
from scipy import stats

from stresskit.domain import Archimedean, Float1D
from tests.reference.paths import CHI_SQUARE, NORMALS, box_muller
from tests.reference.philox import words

MIXTURE = 7


def uniform(word: int) -> float:
    return (word + 0.5) / 2**32


def log_frailty(dependence: Archimedean, w: tuple[int, ...]) -> float:
    """Logarithm of the variable whose Laplace transform is the generator."""
    alpha = 1 / dependence.theta
    if dependence.family.endswith("clayton"):
        x, _ = box_muller(w[0], w[1])
        law = stats.gamma(alpha)
        return math.log(law.ppf(stats.norm.cdf(x)) if x < 0 else law.isf(stats.norm.sf(x)))
    angle, wait = math.pi * uniform(w[0]), -math.log(uniform(w[1]))
    turned = math.sin(alpha * angle) * (math.sin((1 - alpha) * angle) / wait) ** ((1 - alpha) / alpha)
    return math.log(turned) - math.log(math.sin(angle)) / alpha


def scores(dependence: Archimedean, seed: int, path: int, step: int) -> Float1D:
    """Normal scores (assets,) of one path and step."""
    v = log_frailty(dependence, words(seed, path, step, CHI_SQUARE, 0))
    sign = -1.0 if dependence.family.startswith("survival_") else 1.0
    found = []
    for asset in range(dependence.assets):
        word = words(seed, path, step, NORMALS, asset // 4)[asset % 4]
        log_t = math.log(-math.log(uniform(word))) - v
        if dependence.family.endswith("clayton"):
            minus_log = math.log1p(math.exp(log_t)) / dependence.theta
        else:
            minus_log = math.exp(log_t / dependence.theta)
        upper = -math.expm1(-minus_log)
        found.append(sign * (stats.norm.isf(upper) if upper < 0.5 else stats.norm.ppf(math.exp(-minus_log))))
    return np.array(found)


def first_is_drawn(weight: float, seed: int, path: int, step: int) -> bool:
    """Whether a mixture takes its first component."""
    return uniform(words(seed, path, step, MIXTURE, 0)[0]) < weight
