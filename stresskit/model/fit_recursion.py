"""Conditional variances of given returns, as the fits need them: one series, one pass.

Each fills h (observations + 1,): the last is the variance of the coming step.
"""

import math

from stresskit.domain import Float1D
from stresskit.numerics.jit import kernel


@kernel
def gjr_variances(
    returns: Float1D, first: float, omega: float, alpha: float, gamma: float, beta: float, h: Float1D
) -> None:
    """GJR-GARCH from the variance `first`."""
    h[0] = first
    for t in range(returns.size):
        news = alpha + gamma if returns[t] < 0.0 else alpha
        h[t + 1] = omega + news * returns[t] * returns[t] + beta * h[t]


@kernel
def egarch_variances(
    returns: Float1D,
    first: float,
    drift: float,
    alpha: float,
    gamma: float,
    beta: float,
    cap: float,
    h: Float1D,
) -> None:
    """EGARCH from the variance `first`; `drift` is omega - alpha E|z|, z is held within +-`cap`."""
    level = math.log(first)
    h[0] = first
    for t in range(returns.size):
        z = min(max(returns[t] * math.exp(-0.5 * level), -cap), cap)
        level = drift + alpha * abs(z) + gamma * z + beta * level
        h[t + 1] = math.exp(level)
