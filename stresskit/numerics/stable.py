"""Positive stable variable V of Laplace transform ``exp(-t^alpha)``, from a uniform and an exponential.

``alpha ln V = alpha ln sin(alpha pi u) - ln sin(pi u) + (1 - alpha) (ln sin((1 - alpha) pi u) - ln W)``,
u uniform on (0, 1), W exponential: Kanter's form of the Chambers-Mallows-Stuck method. The sines
are taken at the distance to the nearer end of (0, pi), so that none loses digits there.

Sources: Kanter, Annals of Probability 3 (1975); Chambers, Mallows, Stuck, Journal of the American
Statistical Association 71 (1976).
"""

from typing import Any

import numpy as np

from stresskit.numerics.elementary import fma, log2, quarter_cosine, quarter_sine, smaller
from stresskit.numerics.jit import inline


@inline
def sine_of_pi(x: Any) -> Any:
    """sin(pi x) for 0 <= x <= 1/2; relative error below 3e-14 (twice sine times cosine of half)."""
    s = x * x
    return 2.0 * x * quarter_sine(s) * quarter_cosine(s)


@inline
def log2_stable(alpha: Any, word: Any, wait: Any) -> Any:
    """alpha log2 V of a 32-bit word and an exponential `wait`; absolute error below 1e-10."""
    u = fma(float(np.int64(word)), 2.0**-32, 2.0**-33)
    rest = 1.0 - u  # exact
    whole = log2(sine_of_pi(smaller(u, rest)))
    beta = 1.0 - alpha
    most = log2(sine_of_pi(smaller(alpha * u, fma(alpha, rest, beta))))
    least = log2(sine_of_pi(smaller(beta * u, fma(beta, rest, alpha))))
    return fma(alpha, most, fma(beta, least - log2(wait), -whole))
