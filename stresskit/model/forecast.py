"""The variance that a marginal expects, and how much of a present excess it expects to last.

GJR-GARCH: ``E h' = omega + p h`` with the persistence ``p = alpha + gamma E[z^2 1(z<0)] + beta``, so
the excess over the long run shrinks by p a step; an EWMA's never does. EGARCH: exact for the
expected variances; the share is the chord of the mean forecast between the long-run variance and
four times it (a doubled volatility), for the forecast is a concave function of the variance.
"""

import math

import numpy as np

from stresskit.domain import Float1D, Int1D, Marginals
from stresskit.model.egarch_moments import LogVariance
from stresskit.model.innovations import down_share

CHORD = 4.0


def persistence(marginals: Marginals) -> Float1D:
    """Share of a deviation that one step leaves (assets,): of the variance, or of an EGARCH's logarithm."""
    if marginals.kind == "egarch":
        return marginals.beta
    down = np.array([down_share(law) for law in marginals.innovations])
    found: Float1D = marginals.alpha + marginals.gamma * down + marginals.beta
    return found


def mean_power(persistence: float, steps: int) -> float:
    """Mean of p^k over k = 0 .. steps - 1: ``(1 - p^n) / (n (1 - p))``."""
    if persistence == 1.0:
        return 1.0
    if persistence <= 0.0:
        return 1.0 / steps
    return -math.expm1(steps * math.log(persistence)) / (steps * (1.0 - persistence))


def expected_variances(marginals: Marginals, asset: int, variance: float, steps: int) -> Float1D:
    """Expected variances (steps,) of one asset: the first is `variance`, that of the coming step."""
    if marginals.kind == "egarch":
        return _log_variance(marginals, asset).forecast(float(marginals.omega[asset]), variance, steps)
    p, omega = float(persistence(marginals)[asset]), float(marginals.omega[asset])
    found = np.empty(steps)
    found[0] = variance
    for k in range(1, steps):
        found[k] = omega + p * found[k - 1]
    return found


def excess_weight(marginals: Marginals, steps: int) -> Float1D:
    """Share (assets,) of the present excess variance in the mean forecast over `steps` steps."""
    if marginals.kind == "egarch":
        return np.array([_chord(marginals, i, steps) for i in range(marginals.beta.size)])
    return np.array([mean_power(float(p), steps) for p in persistence(marginals)])


def _chord(marginals: Marginals, asset: int, steps: int) -> float:
    long_run = float(marginals.long_run_variance[asset])
    high = expected_variances(marginals, asset, CHORD * long_run, steps).mean() / long_run
    return float(np.clip((high - 1) / (CHORD - 1), 0.0, 1.0))


def _log_variance(marginals: Marginals, asset: int) -> LogVariance:
    alpha, gamma, beta = (float(getattr(marginals, name)[asset]) for name in ("alpha", "gamma", "beta"))
    return LogVariance(alpha, gamma, beta, marginals.innovations[asset])


def chosen(marginals: Marginals, used: Int1D) -> Marginals:
    """The marginals of the `used` assets alone."""
    names = ("mean", "omega", "alpha", "gamma", "beta", "long_run_variance", "current_variance")
    columns = {name: getattr(marginals, name)[used] for name in names}
    laws = tuple(marginals.innovations[i] for i in used)
    return Marginals(**columns, innovations=laws, kind=marginals.kind)
