"""Workload W, which all contenders draw: its parameters, and VaR and ES of what they draw.

K assets, 240 steps, GJR-GARCH(1,1) of simple returns with standardized Student-t(5) innovations under
a Student-t(4) copula with a full correlation matrix; the profit of one signed book at the horizon.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Draw = Callable[[], Array]

STEPS, COPULA_NU, MARGINAL_NU, SEED = 240, 4.0, 5.0, 12345
SIZES = {"W-small": 2, "W": 10, "W-large": 50}
BATCHES = 20


def parameters(assets: int) -> dict[str, Array]:
    """A factor correlation matrix, GJR-GARCH of persistence 0.97, signed weights in USD."""
    rng = np.random.default_rng(7)
    loadings = rng.normal(size=(assets, 3)) * 0.4 + np.array([1.0, 0, 0])
    covariance = loadings @ loadings.T + 0.5 * np.eye(assets)
    deviation = np.sqrt(np.diag(covariance))
    alpha, gamma = rng.uniform(0.04, 0.09, assets), rng.uniform(0, 0.04, assets)
    beta = 0.97 - alpha - gamma / 2
    level = rng.uniform(0.004, 0.012, assets) ** 2
    start = level * rng.uniform(0.6, 1.8, assets)
    return {
        "correlation": covariance / np.outer(deviation, deviation),
        "alpha": alpha,
        "gamma": gamma,
        "beta": beta,
        "omega": level * (1 - alpha - gamma / 2 - beta),
        "start": start,
        "weight": rng.uniform(-0.5, 1.0, assets) * 1000.0,
    }


def profit_of(assets: int, innovations: Callable[[], Array], paths: int, *, logs: bool = False) -> Array:
    """Profit (paths,) of W from a source of innovations (paths, assets) a step; `logs`: of log-returns."""
    w = parameters(assets)
    h, mark = np.tile(w["start"], (paths, 1)), np.ones((paths, assets))
    for _ in range(STEPS):
        e = np.sqrt(h) * innovations()
        h = w["omega"] + (w["alpha"] + w["gamma"] * (e < 0)) * e * e + w["beta"] * h
        mark *= np.exp(e) if logs else 1 + np.maximum(e, -0.95)
    return np.asarray((mark - 1) @ w["weight"])


def var_es(profit: Array, level: float = 0.99) -> Array:
    """VaR and ES of profits (paths,), as losses."""
    ordered = np.sort(profit)
    worst = int(np.floor(profit.size * (1 - level)))
    return np.array([-ordered[worst], -ordered[: worst + 1].mean()])


def var_es_error(profit: Array) -> tuple[Array, Array]:
    """VaR and ES (2,) at 95 %, which few paths reach too, and their standard errors, by batches."""
    batches = np.array([var_es(batch, 0.95) for batch in np.array_split(profit, BATCHES)])
    return var_es(profit, 0.95), batches.std(axis=0, ddof=1) / np.sqrt(BATCHES)


def agree(one: Array, other: Array, deviations: float = 4.5) -> bool:
    """Whether VaR and ES of two samples of profits differ by no more than Monte Carlo error."""
    (a, error_a), (b, error_b) = var_es_error(one), var_es_error(other)
    return bool(np.all(np.abs(a - b) <= deviations * np.hypot(error_a, error_b)))
