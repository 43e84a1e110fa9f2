"""Marginals of every kind under any law, with a long-run variance of 1e-4."""

import numpy as np

from stresskit.domain import Innovation, Marginals
from stresskit.model.egarch_moments import LogVariance
from stresskit.model.innovations import down_share

LEVEL = 1e-4
NEWS = {
    "constant": (0.0, 0.0, 0.0),
    "ewma": (0.06, 0.0, 0.94),
    "garch": (0.08, 0.0, 0.90),
    "gjr_garch": (0.05, 0.06, 0.90),
    "egarch": (0.18, -0.06, 0.97),
}


def marginals_of_kind(kind: str, law: Innovation, assets: int = 1) -> Marginals:
    """alpha, gamma and beta of `NEWS`, omega so that the long-run variance is 1e-4."""
    alpha, gamma, beta = NEWS[kind]
    if kind == "egarch":
        omega = LogVariance(alpha, gamma, beta, law).omega(LEVEL)
    elif kind == "ewma":
        omega = 0.0
    else:
        omega = LEVEL * (1 - alpha - gamma * down_share(law) - beta)
    one = np.ones(assets)
    columns = (0 * one, omega * one, alpha * one, gamma * one, beta * one)
    name = "egarch" if kind == "egarch" else "gjr_garch"
    return Marginals(*columns, (law,) * assets, LEVEL * one, LEVEL * one, name)
