"""A stationary factor beside the returns: AR(1) with a loading on the asset's standardized return.

``x' = mean + persistence (x - mean) + loading z + noise_scale e``, z the asset's standardized return
over the same interval and e independent noise, both of unit variance; e is Student-t or normal, as
the AIC prefers. The dynamics come from least squares, which asks nothing of the noise (a funding
rate sits on its default value for long stretches); the errors allow for heteroscedastic noise.

Sources: White, Econometrica 48 (1980).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import optimize

from stresskit.calibrate.residual_tests import residual_tests
from stresskit.domain import Float1D, Float2D
from stresskit.numerics import student_t

FEWEST = 100
NU = (2.1, 200.0)
NAMES = ("constant", "persistence", "loading")


@dataclass(frozen=True, slots=True)
class FactorFit:
    """Parameters over one interval; `nu` is infinite for normal noise."""

    mean: float
    persistence: float
    loading: float
    noise_scale: float
    nu: float
    diagnostics: dict[str, Any]

    @property
    def long_run_sd(self) -> float:
        """Standard deviation of the factor in the long run."""
        return float(np.hypot(self.loading, self.noise_scale) / np.sqrt(1 - self.persistence**2))


def fit_factor(values: Float1D, shocks: Float1D) -> FactorFit:
    """Fit `values` (stamps,) on themselves and on `shocks` (stamps,); NaN where one is missing.

    Raises
    ------
    ValueError
        If fewer than 100 stamps have all that is needed, the values do not vary, or the series is not
        a stationary one that returns to its mean from one side.
    """
    known = np.isfinite(values[1:]) & np.isfinite(values[:-1]) & np.isfinite(shocks[1:])
    n = int(known.sum())
    if n < FEWEST or np.ptp(values[1:][known]) == 0.0:
        raise ValueError(f"at least {FEWEST} values that vary, with returns beside them (found {n})")
    x = np.column_stack([np.ones(n), values[:-1][known], shocks[1:][known]])
    y = values[1:][known]
    found, _, _, _ = np.linalg.lstsq(x, y, rcond=None)
    constant, persistence, loading = found.tolist()
    if not 0 < persistence < 1:
        raise ValueError(
            f"a series whose first autocorrelation lies between 0 and 1 (found {persistence:.4g})"
        )
    surprise = y - x @ found
    scale = float(np.sqrt(np.mean(surprise**2)))
    nu, told = _law(surprise / scale)
    told |= {"standard_errors": dict(zip(NAMES, _white(x, surprise), strict=True))}
    told |= {"r_squared": float(1 - np.mean(surprise**2) / np.var(y)), "sample_sd": float(np.std(y))}
    told |= residual_tests(surprise / scale, student_t.cdf(nu, surprise / scale))
    return FactorFit(
        constant / (1 - persistence), persistence, loading, scale, nu, {"observations": n, **told}
    )


def _white(x: Float2D, surprise: Float1D) -> list[float]:
    """Standard errors (regressors,) under heteroscedastic noise."""
    bread = np.linalg.inv(x.T @ x)
    covariance = bread @ ((x * surprise[:, None] ** 2).T @ x) @ bread
    errors: list[float] = np.sqrt(np.diag(covariance)).tolist()
    return errors


def _law(e: Float1D) -> tuple[float, dict[str, Any]]:
    """Degrees of freedom of unit-variance noise, infinite where the AIC prefers the normal."""

    def cost(log_nu: float) -> float:
        return -float(student_t.log_density(float(np.exp(log_nu)), e).mean())

    low, high = np.log(NU)
    best = optimize.minimize_scalar(cost, bounds=(low, high), method="bounded", options={"xatol": 1e-6})
    nu = float(np.exp(best.x))
    heavy, normal = -float(best.fun) * len(e), float(student_t.log_density(np.inf, e).sum())
    hit = not NU[0] * 1.001 < nu < NU[1] * 0.999
    told = {"loglik_student_t": heavy, "loglik_normal": normal}
    if heavy - normal <= 1.0:  # the AIC asks for more than one unit a parameter
        return np.inf, told | {"bounds": []}
    return nu, told | {"bounds": [f"nu at a bound: {nu:.4g} of {NU[0]:g} to {NU[1]:g}"] if hit else []}
