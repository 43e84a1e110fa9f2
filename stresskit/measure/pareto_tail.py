"""Value at risk and expected shortfall from a generalized Pareto law of the largest losses.

With a share ``s`` of the sample beyond the threshold u, shape xi and scale beta of the excesses::

    VaR = u + beta / xi ((s / (1 - a))^xi - 1)        ES = VaR + (beta + xi (VaR - u)) / (1 - xi)

Threshold rule: u is the order statistic that leaves ``1.5 n^(2/3)`` losses beyond it, but never fewer than
twice those beyond the level and never more than a tenth of the sample (McNeil and Frey's 100 of
1,000). The number grows more slowly than the sample, or the error of the law would outgrow that of
chance.

Intervals are by the delta method from the influence of each path on (xi, beta, s): its score times the
inverse information of the law, (1 + xi) [[1 + xi, -beta], [-beta, 2 beta^2]], and its being beyond u.
Their squares times the squared masses add up to the covariance, with importance weights as without.
The intervals hold the error of chance, not that of the law.

Sources: McNeil and Frey (2000), Journal of Empirical Finance 7, 271-300; Smith (1987), Annals of
Statistics 15, 1174-1207; McNeil, Frey, Embrechts, "Quantitative Risk Management", 2015, section 5.2.
"""

from collections.abc import Callable
from math import expm1, log, sqrt
from typing import NamedTuple

import numpy as np

from stresskit.domain import Estimate, Float1D, Float2D
from stresskit.measure.figure import Z95, undefined
from stresskit.measure.ordered import Ordered, ordered
from stresskit.measure.tail import observations_needed, too_few
from stresskit.numerics.pareto import FEWEST, ParetoFit, fit_pareto

SHAPES = (-0.5, 0.95)
GROWTH, TIMES, MOST = 1.5, 2.0, 0.1
STEP = 1e-5
Figure = Callable[[float, float, float, float, float], float]


class ParetoTail(NamedTuple):
    """Threshold, the share of the sample beyond it, shape and scale of the excesses, and how sure that is.

    `covariance` (3, 3) is that of shape, scale and share.
    """

    threshold: float
    share: float
    shape: float
    scale: float
    covariance: Float2D

    def value_at_risk(self, level: float) -> Estimate:
        """Quantile at a level beyond the threshold, with its 95 % interval."""
        return self._estimate(_quantile, level)

    def expected_shortfall(self, level: float) -> Estimate:
        """Mean loss beyond the quantile, with its 95 % interval."""
        return self._estimate(_shortfall, level)

    def _estimate(self, figure: Figure, level: float) -> Estimate:
        if not 1 - self.share <= level < 1:
            raise ValueError(f"a level from {1 - self.share:g}, where the tail begins, to 1, not {level}")
        at = np.array([self.shape, self.scale, self.share])
        moves = np.diag([STEP, STEP * self.scale, STEP * self.share])
        up, down = ([figure(self.threshold, level, *(at + s * m)) for m in moves] for s in (1, -1))
        slope = (np.array(up) - np.array(down)) / (2 * np.diag(moves))
        value = float(figure(self.threshold, level, *at))
        half = Z95 * sqrt(max(float(slope @ self.covariance @ slope), 0.0))
        return Estimate(value, value - half, value + half)


def pareto_figures(loss: Float1D, level: float, weight: Float1D | None = None) -> tuple[Estimate, Estimate]:
    """Smoothed value at risk and expected shortfall at `level`; the threshold by the rule above.

    Undefined with fewer than 25 losses beyond the threshold (ties with it do not count).

    Parameters
    ----------
    loss : array (n,), USD
        Losses are positive.
    level : float
        At least 0.95 and below 1.
    weight : array (n,), optional
        Importance weights.

    Raises
    ------
    ValueError
        If the sample is empty or not finite, or `level` or the weights are out of range.
    """
    if not 0.95 <= level < 1:
        raise ValueError(f"a confidence level of at least 0.95 and below 1, not {level}")
    at_level = ordered(loss, level, weight)
    if at_level.worth < observations_needed(level):
        return (few := too_few(int(at_level.worth), level)), few
    share = tail_share(at_level.worth, level)
    tail = fit_tail(ordered(loss, 1 - share, weight))
    if isinstance(tail, str):
        return undefined(tail), undefined(tail)
    return tail.value_at_risk(level), tail.expected_shortfall(level)


def tail_share(n: float, level: float) -> float:
    """Share of a sample worth `n` paths that the threshold rule leaves beyond it for a figure at `level`."""
    return min(max(GROWTH * float(n ** (-1 / 3)), TIMES * (1 - level)), max(MOST, TIMES * (1 - level)))


def fit_tail(sample: Ordered) -> ParetoTail | str:
    """Fit the losses beyond the quantile of `sample`; a text says why that cannot be done."""
    beyond = sample.losses > sample.quantile
    excesses, masses = sample.losses[beyond] - sample.quantile, sample.masses[beyond]
    if excesses.size < FEWEST:
        return f"{excesses.size} losses lie beyond the threshold of the tail, fewer than {FEWEST}"
    fit = fit_pareto(excesses, SHAPES, masses)
    share = float(masses.sum())
    influence = np.vstack((_influence(excesses, fit) / share, np.full(excesses.size, 1 - share)))
    covariance = (influence * masses**2) @ influence.T
    covariance[2, 2] += share**2 * float(np.sum(sample.masses[~beyond] ** 2))
    return ParetoTail(sample.quantile, share, fit.shape, fit.scale, covariance)


def _influence(excesses: Float1D, fit: ParetoFit) -> Float2D:
    """What each excess (n,) does to shape and scale (2, n), were it the whole of the sample."""
    xi, beta, x = fit.shape, fit.scale, excesses / fit.scale
    z = 1 + xi * x
    bend = np.log(z) / xi**2 - (1 + 1 / xi) * x / z if abs(xi) > 1e-6 else x**2 / 2 - x
    scores = np.vstack((bend, ((1 + xi) * x / z - 1) / beta))
    inverse = np.array([[1 + xi, -beta], [-beta, 2 * beta**2]]) * (1 + xi)
    return np.asarray(inverse @ scores)


def _quantile(threshold: float, level: float, shape: float, scale: float, share: float) -> float:
    ratio = log(share / (1 - level))
    return threshold + scale * float(expm1(shape * ratio) / shape if abs(shape) > 1e-9 else ratio)


def _shortfall(threshold: float, level: float, shape: float, scale: float, share: float) -> float:
    quantile = _quantile(threshold, level, shape, scale, share)
    return quantile + (scale + shape * (quantile - threshold)) / (1 - shape)
