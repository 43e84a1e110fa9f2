"""The conditional variance that given returns would have led to: the recursions, written out.

A slow twin of the kernels' recursions for one path that is not drawn; see ``gjr.py`` and ``egarch.py``.
"""

import math

import numpy as np

from stresskit.domain import Float1D, Float2D, Int1D, Marginals
from stresskit.model.egarch import CAP
from stresskit.model.innovations import mean_size


def replayed_variance(
    marginals: Marginals, used: Int1D, returns: Float2D, start: Float1D
) -> tuple[Float2D, Float2D]:
    """Variance of the coming step after each step, and innovation of each step, both (steps, used).

    `returns` (steps, used): simple returns; `start` (used,): variance of the first step.
    """
    variance, shock = np.empty_like(returns), np.empty_like(returns)
    for place, i in enumerate(used):
        omega, alpha, gamma, beta = (
            float(x[i]) for x in (marginals.omega, marginals.alpha, marginals.gamma, marginals.beta)
        )
        h = float(start[place])
        centre = mean_size(marginals.innovations[i]) if marginals.kind == "egarch" else 0.0
        for step, r in enumerate(returns[:, place]):
            e = float(r) - float(marginals.mean[i])
            z = e / math.sqrt(h)
            if marginals.kind == "egarch":
                held = max(min(z, CAP), -CAP)
                h = math.exp(omega + alpha * (abs(held) - centre) + gamma * held + beta * math.log(h))
            else:
                h = omega + (max(alpha + gamma, 0.0) if e < 0 else alpha) * e * e + beta * h
            variance[step, place], shock[step, place] = h, z
    return variance, shock
