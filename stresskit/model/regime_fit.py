"""Two-state Markov regime of standardized residuals, by expectation-maximization.

In each state the cross-section is multivariate Student-t (or normal) with its own covariance; the
chain is filtered and smoothed, each covariance is the weighted scatter of its state, each degree of
freedom maximizes its part of the expected likelihood, and the likelihood never falls. Afterwards the
covariances are read as one multiplier (the geometric mean of the assets' ratios, whose range is
reported) and a correlation matrix each; given these matrices the remaining numbers are polished by
maximum likelihood, and their standard errors are those of its curvature.

The states' degrees of freedom are those of whole cross-sections, margins and copula in one: where
the margins have tails of their own, they lie between the two.

The start is deterministic: crisis are the fifth of the rows whose smoothed size is largest.

Sources: Hamilton, "Time Series Analysis", 1994, chapter 22; Liu, Rubin, Statistica Sinica 5 (1995).
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize, special

from stresskit.domain import Dependence, Float1D, Float2D, Regime
from stresskit.model.curvature import curvature_errors
from stresskit.model.regime_filter import smooth_states

FEWEST = 200
NU = (2.1, 100.0)
MOST, SETTLED = 500, 1e-9
NAMES = ("multiplier", "stay_calm", "stay_crisis", "nu_calm", "nu_crisis")


@dataclass(slots=True, eq=False)
class States:
    """What the search moves: covariances (2, assets, assets), nu (2,), probabilities to stay (2,)."""

    covariance: Float2D
    nu: Float1D
    stay: Float1D


def fit_regime(residuals: Float2D, law: str = "student_t") -> tuple[Regime, dict[str, Any]]:
    """Fit `residuals` (observations, assets); `law` of the states is ``gaussian`` or ``student_t``.

    The diagnostics hold the log-likelihood, that of one state alone, standard errors, convergence,
    the range of the assets' volatility ratios and `crisis_now`, the filtered probability of a crisis
    at the coming step: ``Regime.start_crisis`` for a run that begins where the data end.

    Raises
    ------
    ValueError
        If there are fewer than 200 rows, one is not finite, an asset does not vary, or the states
        cannot be told apart.
    """
    if len(residuals) < FEWEST or residuals.shape[1] < 2 or not np.isfinite(residuals).all():
        raise ValueError(f"at least {FEWEST} rows of finite residuals of two or more assets")
    size = np.sqrt(np.mean(residuals**2, axis=0))
    if not (size > 0).all():
        raise ValueError("residuals that vary")
    e, heavy = residuals / size, law == "student_t"
    states, steps, converged = _maximize(e, _first(e, heavy), heavy)
    if np.trace(states.covariance[1]) < np.trace(states.covariance[0]):
        states = States(states.covariance[::-1].copy(), states.nu[::-1].copy(), states.stay[::-1].copy())
    return _read(e, states, heavy, {"steps": steps, "converged": converged})


def log_densities(e: Float2D, states: States) -> tuple[Float2D, Float2D]:
    """Log-densities and squared distances (observations, 2) in both states; nu infinite: normal."""
    n, d = e.shape
    density, distance = np.empty((n, 2)), np.empty((n, 2))
    for s in range(2):
        root = np.linalg.cholesky(states.covariance[s])
        distance[:, s] = np.sum(np.linalg.solve(root, e.T) ** 2, axis=0)
        density[:, s] = _radial(distance[:, s], d, float(states.nu[s])) - np.log(np.diag(root)).sum()
    return density, distance


def _radial(distance: Float1D, d: int, nu: float) -> Float1D:
    """Log-density by squared distance, covariance of determinant 1."""
    if not np.isfinite(nu):
        return np.asarray(-0.5 * (distance + d * math.log(2 * math.pi)))
    constant = math.lgamma((nu + d) / 2) - math.lgamma(nu / 2) - d / 2 * math.log(math.pi * (nu - 2))
    return np.asarray(constant - (nu + d) / 2 * np.log1p(distance / (nu - 2)))


def _first(e: Float2D, heavy: bool) -> States:
    size = np.mean(e**2, axis=1)
    near = np.convolve(np.minimum(size, np.quantile(size, 0.99)), np.ones(5) / 5, mode="same")
    bad = near > np.quantile(near, 0.8)
    scatter = np.array([e[~bad].T @ e[~bad] / (~bad).sum(), e[bad].T @ e[bad] / bad.sum()])
    return States(scatter, np.full(2, 8.0 if heavy else np.inf), np.array([0.95, 0.8]))


def _maximize(e: Float2D, states: States, heavy: bool) -> tuple[States, int, bool]:
    before = -math.inf
    for step in range(1, MOST + 1):
        density, distance = log_densities(e, states)
        loglik, _, smoothed, changes = smooth_states(density, states.stay)
        if loglik - before < SETTLED * abs(loglik):
            return states, step, True
        before = loglik
        states = _better(e, states, heavy, smoothed, changes, distance)
    return states, MOST, False


def _better(
    e: Float2D, states: States, heavy: bool, smoothed: Float2D, changes: Float2D, distance: Float2D
) -> States:
    """One step: what is most likely given the smoothed probabilities."""
    d = e.shape[1]
    if smoothed.sum(axis=0).min() < 5 * d:
        raise ValueError("two states that both have enough observations: use one state")
    nu, covariance = states.nu.copy(), np.empty_like(states.covariance)
    for s in range(2):
        weight = np.ones(len(e))
        if heavy:
            nu[s] = _freedom(smoothed[:, s], distance[:, s], d)
            weight = (nu[s] + d) / (nu[s] - 2 + distance[:, s])
        covariance[s] = (e * (smoothed[:, s] * weight)[:, None]).T @ e / smoothed[:, s].sum()
    return States(covariance, nu, np.clip(np.diag(changes) / changes.sum(axis=1), 1e-6, 1 - 1e-6))


def _freedom(weight: Float1D, distance: Float1D, d: int) -> float:
    """Degrees of freedom that maximize a state's weighted likelihood, its covariance given."""
    low, high = np.log(NU)
    found = optimize.minimize_scalar(
        lambda x: -float(weight @ _radial(distance, d, float(np.exp(x)))),
        bounds=(low, high),
        method="bounded",
    )
    return float(np.exp(found.x))


def _read(e: Float2D, states: States, heavy: bool, search: dict[str, Any]) -> tuple[Regime, dict[str, Any]]:
    """Multiplier and correlations of the states, and the polished rest."""
    deviation = np.sqrt(np.diagonal(states.covariance, axis1=1, axis2=2))
    matrices = states.covariance / (deviation[:, :, None] * deviation[:, None, :])
    for matrix in matrices:
        np.fill_diagonal(matrix, 1.0)
    ratio = deviation[1] / deviation[0]
    calm = deviation[0] / np.exp(np.mean(np.log(deviation[0])))

    def at(x: Float1D) -> States:
        base, nu = np.exp(x[0]) * calm, np.exp(x[4:6]) if heavy else states.nu
        sizes = np.array([base, base * np.exp(x[1])])
        scaled = matrices * (sizes[:, :, None] * sizes[:, None, :])
        return States(scaled, nu, np.asarray(special.expit(x[2:4])))

    def cost(x: Float1D) -> float:
        there = at(x)
        return -smooth_states(log_densities(e, there)[0], there.stay)[0] / len(e)

    first = [np.mean(np.log(deviation[0])), np.mean(np.log(ratio)), *special.logit(states.stay)]
    first += [*np.log(states.nu)] if heavy else []
    best = optimize.minimize(cost, first, method="L-BFGS-B", bounds=_box(heavy))
    return _report(e, at, best, matrices, ratio, search | {"polished": bool(best.success)})


def _box(heavy: bool) -> list[tuple[float, float]]:
    low, high = np.log(NU)
    return [(-5.0, 5.0), (-5.0, 5.0), (-14.0, 14.0), (-14.0, 14.0)] + [(low, high)] * (2 if heavy else 0)


def _report(
    e: Float2D, at: Any, best: Any, matrices: Float2D, ratio: Float1D, search: dict[str, Any]
) -> tuple[Regime, dict[str, Any]]:
    found = at(best.x)
    density, _ = log_densities(e, found)
    loglik, filtered, _, _ = smooth_states(density, found.stay)
    multiplier, (calm, crisis) = float(np.exp(best.x[1])), (float(x) for x in found.stay)

    def value(natural: Float1D) -> float:
        free = np.concatenate(
            [best.x[:1], np.log(natural[:1]), special.logit(natural[1:3]), np.log(natural[3:])]
        )
        there = at(free)
        return smooth_states(log_densities(e, there)[0], there.stay)[0]

    natural = np.array([multiplier, calm, crisis, *np.exp(best.x[4:])])
    errors = [*curvature_errors(value, natural), None, None][:5]
    one = States(np.array([np.cov(e.T)] * 2), np.full(2, np.inf), np.array([0.5, 0.5]))
    regime = Regime(
        Dependence(matrices[0], float(found.nu[0])), Dependence(matrices[1], float(found.nu[1])),
        multiplier, calm, crisis,
    )  # fmt: skip
    return regime, search | {
        "observations": len(e),
        "loglik": loglik,
        "loglik_one_normal_state": float(log_densities(e, one)[0][:, 0].sum()),
        "standard_errors": dict(zip(NAMES, errors, strict=True)),
        "ratio_of_volatilities": [float(ratio.min()), float(ratio.max())],
        "crisis_share": (1 - calm) / (2 - calm - crisis),
        "crisis_now": float(filtered[-1, 0] * (1 - calm) + filtered[-1, 1] * crisis),
    }


def coming_crisis(regime: Regime, residuals: Float2D) -> float:
    """Probability of a crisis after the last row of `residuals` (observations, assets).

    The chain and the states' laws are those of `regime`; the sizes of the assets, which a regime leaves
    to the marginals, are those of the rows. For the residuals of the fit it is near its `crisis_now`.
    """
    size = np.sqrt(np.mean(residuals**2, axis=0))
    calm, crisis = regime.stay_calm, regime.stay_crisis
    share = (1 - calm) / (2 - calm - crisis)
    base = 1.0 / math.sqrt(1 - share + share * regime.multiplier**2)
    sizes = np.array([base, base * regime.multiplier]) ** 2
    matrices = np.array([regime.calm.correlation, regime.crisis.correlation])
    nu, stay = np.array([regime.calm.nu, regime.crisis.nu]), np.array([calm, crisis])
    density, _ = log_densities(residuals / size, States(matrices * sizes[:, None, None], nu, stay))
    last = smooth_states(density, stay)[1][-1]
    return float(last[0] * (1 - calm) + last[1] * crisis)
