"""Fits of one asset over a window that moves: each search starts where the one before ended.

The model and its target are those of `stresskit.model.fit`; arch's free fit and the standard errors, which
take most of its time, are left out. Where there is no earlier fit the usual places are searched. Set
``OPENBLAS_NUM_THREADS=1`` before numpy is imported, as the command does: matrices of four rows gain nothing
from threads, and on a busy machine lose most of the time to them.
"""

from typing import Any

import numpy as np
from scipy.optimize import minimize

from stresskit.domain import Float1D
from stresskit.model.fit import LOG_STARTS, PERCENT, STARTS
from stresskit.model.fit_box import Parameters, build_box
from stresskit.model.fit_likelihood import Likelihood

OPTIONS: Any = {"maxiter": 500, "ftol": 1e-10, "gtol": 1e-6}


def refit(
    returns: Float1D,
    kind: str,
    innovations: str,
    longest: float,
    start: Parameters | None = None,
) -> Parameters:
    """Fit the window, `returns` (observations,); the units of the parameters are percent.

    Parameters
    ----------
    returns : simple returns, finite, in time order.
    kind, innovations : as for `fit_marginal`, semi-parametric innovations excepted.
    longest : longest half-life of the variance, in steps.
    start : where the last window's search ended.
    """
    scaled = np.ascontiguousarray(returns, dtype=np.float64) * PERCENT
    variance = float(np.mean(scaled**2))
    box, likelihood = build_box(kind, innovations, longest, variance), Likelihood(scaled, variance, kind)
    if not box.names:
        return box.parameters(np.empty(0))

    def cost(x: Float1D) -> float:
        return -likelihood.value(box.parameters(x)) / scaled.size

    places = [start] if start is not None else list(LOG_STARTS if kind == "egarch" else STARTS)
    found = [
        minimize(cost, box.point(place), method="L-BFGS-B", bounds=box.bounds, options=OPTIONS)
        for place in places
    ]
    return box.parameters(min(found, key=lambda one: float(one.fun)).x)


def deviations(returns: Float1D, kind: str, at: Parameters) -> tuple[Float1D, float]:
    """Conditional deviations of the window (observations,) and of the coming step, as fractions."""
    scaled = np.ascontiguousarray(returns, dtype=np.float64) * PERCENT
    h, ahead = Likelihood(scaled, float(np.mean(scaled**2)), kind).variances(at)
    return np.sqrt(h) / PERCENT, float(np.sqrt(ahead)) / PERCENT
