"""Information criteria: what a fit's likelihood is worth after its parameters are paid for.

``AIC = 2 k - 2 log L`` and ``BIC = k log n - 2 log L``; the smaller the better. The long-run
variance and the mean count as parameters though they are moments of the sample.
"""

from typing import Any

import numpy as np

RECURSION = {"constant": 1, "ewma": 1, "garch": 3, "gjr_garch": 4, "egarch": 4}
LAW = {"normal": 0, "student_t": 1, "skew_t": 2}


def criteria(loglik: float, parameters: int, observations: int) -> dict[str, Any]:
    """Both criteria, and what they are made of."""
    cost = -2.0 * loglik
    return {
        "parameters": parameters,
        "aic": cost + 2.0 * parameters,
        "bic": cost + float(np.log(observations)) * parameters,
    }


def marginal_parameters(kind: str, innovations: str, mean: str) -> int:
    """Number of estimated parameters of a marginal whose law has a likelihood."""
    return RECURSION[kind] + LAW[innovations] + (mean == "constant")
