"""Hamilton's filter and Kim's smoother of a two-state Markov chain, given the states' densities.

Source: Hamilton, "Time Series Analysis", 1994, section 22.4; Kim, Journal of Econometrics 60 (1994).
"""

import math

import numpy as np

from stresskit.domain import Float1D, Float2D
from stresskit.numerics.jit import kernel


def smooth_states(density: Float2D, stay: Float1D) -> tuple[float, Float2D, Float2D, Float2D]:
    """Log-likelihood, filtered and smoothed probabilities (observations, 2), expected changes (2, 2).

    `density` (observations, 2): log-densities in calm and crisis; `stay` (2,): probabilities to stay.
    The chain starts in its long-run distribution.
    """
    filtered, smoothed = np.empty_like(density), np.empty_like(density)
    changes = np.zeros((2, 2))
    loglik = _smooth(np.ascontiguousarray(density), stay, filtered, smoothed, changes)
    return loglik, filtered, smoothed, changes


@kernel
def _smooth(density: Float2D, stay: Float1D, filtered: Float2D, smoothed: Float2D, changes: Float2D) -> float:
    n, loglik = density.shape[0], 0.0
    share = (1.0 - stay[0]) / (2.0 - stay[0] - stay[1])
    for t in range(n):
        crisis = share if t == 0 else filtered[t - 1, 0] * (1.0 - stay[0]) + filtered[t - 1, 1] * stay[1]
        top = max(density[t, 0], density[t, 1])
        calm = (1.0 - crisis) * math.exp(density[t, 0] - top)
        bad = crisis * math.exp(density[t, 1] - top)
        loglik += top + math.log(calm + bad)
        filtered[t, 0], filtered[t, 1] = calm / (calm + bad), bad / (calm + bad)
    smoothed[n - 1, 0], smoothed[n - 1, 1] = filtered[n - 1, 0], filtered[n - 1, 1]
    for t in range(n - 2, -1, -1):
        smoothed[t, :] = 0.0
        after_calm = filtered[t, 0] * stay[0] + filtered[t, 1] * (1.0 - stay[1])
        for i in range(2):
            for j in range(2):
                move = stay[i] if i == j else 1.0 - stay[i]
                coming = after_calm if j == 0 else 1.0 - after_calm
                both = filtered[t, i] * move * smoothed[t + 1, j] / coming if coming > 0.0 else 0.0
                smoothed[t, i] += both
                changes[i, j] += both
    return loglik
