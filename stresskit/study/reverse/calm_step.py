"""One step of the calm model as a map: from the variates of its copula to the moves of the assets.

A move is ``r_i = mean_i + sigma_i Q_i(T(y_i))`` with y elliptical of correlation R, T the law of one
variate and Q_i the quantile of the asset's innovations. Where all laws are the same t, y is r but for
its scale, and ``sqrt(y' R^-1 y)`` the Mahalanobis distance of the move; otherwise the map straightens
each asset's own tails out first, so that a move of 10 % is judged by the law of that asset.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from stresskit.domain import AnyDependence, Dcc, Dependence, Float1D, Float2D, Innovation
from stresskit.model.innovations import lower_quantile, upper_quantile
from stresskit.model.joint import build_sampler
from stresskit.pipeline.setting import Setting
from stresskit.scenario.correlations import degrees_of_freedom

LEAST = 1e-300  # of a probability
FLOOR, CEILING = -0.95, 1e3  # where the engine holds a return; where the search ends
YEAR_S = 365 * 86400
UNKNOWN = "the dependence is not elliptical: how often is not claimed"


@dataclass(frozen=True, slots=True, eq=False)
class CalmStep:
    """The law of one step: `mean`, `deviation` (assets,), `correlation` R, `nu` of the variates.

    `elliptical`: whether the copula is the Gaussian or a t, so that a frequency may be claimed.
    """

    mean: Float1D
    deviation: Float1D
    laws: tuple[Innovation, ...]
    correlation: Float2D
    nu: float
    step_s: int
    elliptical: bool

    @property
    def covariance(self) -> Float2D:
        """Covariance of the moves, as far as the copula's correlation is theirs."""
        return self.correlation * np.outer(self.deviation, self.deviation)

    def moves(self, y: Float1D) -> Float1D:
        """Relative moves (assets,) at variates y (assets,)."""
        tail = np.maximum(stats.t.sf(np.abs(y), self.nu), LEAST)
        z = np.array(
            [
                float((lower_quantile if below else upper_quantile)(law, np.array([p]))[0])
                for law, p, below in zip(self.laws, tail, y < 0, strict=True)
            ]
        )
        found: Float1D = np.clip(self.mean + self.deviation * z, FLOOR, CEILING)
        return found

    def distance(self, y: Float1D) -> float:
        """Distance of the variates from the middle."""
        return float(np.sqrt(y @ np.linalg.solve(self.correlation, y)))

    def years(self, distance: float) -> float | None:
        """One step in so many years goes as far in this direction; None where that is not known."""
        p = float(stats.t.sf(distance, self.nu))
        if not self.elliptical or p <= LEAST:
            return None
        return self.step_s / (p * YEAR_S)


def calm_step(setting: Setting) -> CalmStep:
    """The law of the run's first step, from its initial volatility."""
    model, used = setting.market.model, setting.used
    sampler = build_sampler(model, model.dependence, used)
    return CalmStep(
        model.marginals.mean[used],
        np.sqrt(setting.variance),
        tuple(model.marginals.innovations[i] for i in used),
        np.array(sampler.correlation),
        _nu(model.dependence),
        model.step_s,
        isinstance(model.dependence, Dependence | Dcc),
    )


def _nu(dependence: AnyDependence) -> float:
    """Degrees of freedom of the variates; infinite, as of a normal one, where there is no single number."""
    found = degrees_of_freedom(dependence)
    return found if isinstance(found, float) else np.inf
