"""Where a random walk of the log price is first seen beyond a barrier: transition densities, step by step."""

from collections.abc import Callable

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.signal import fftconvolve
from scipy.stats import norm

Density = Callable[[np.ndarray], np.ndarray]


def log_return_density(mean: float, sd: float) -> Density:
    """Density of ln(1 + r), r normal: that of r at e^u - 1 times the slope e^u."""
    return lambda u: norm.pdf(np.expm1(u), mean, sd) * np.exp(u)


def mean_for_drift(drift: float, sd: float) -> float:
    """Mean of r for which ln(1 + r) has the mean `drift`."""

    def excess(mean: float) -> float:
        reach = (mean - 9 * sd, mean + 9 * sd)
        return quad(lambda r: np.log1p(r) * norm.pdf(r, mean, sd), *reach, epsabs=1e-14, limit=200)[0] - drift

    return float(brentq(excess, drift - sd, drift + sd, xtol=1e-15))


def probability_beyond(barrier: float, looks: int, density: Density, sd: float, fineness: int = 60) -> float:
    """Probability that the walk from 0 stands at or beyond `barrier` at one of `looks` steps.

    The density of the paths that survived is carried on a grid of which the barrier is a point;
    a trapezoid sum over the surviving side and the one-step law gives the next one.
    """
    spacing = sd / fineness
    away = -np.sign(barrier)  # the surviving side
    reach = abs(barrier) + 8 * sd * np.sqrt(looks) + 12 * sd
    grid = barrier + away * spacing * np.arange(int(reach / spacing))
    width = int(12 * sd / spacing)
    kernel = density(away * spacing * np.arange(-width, width + 1))
    alive = density(grid)
    for _ in range(looks - 1):
        weighted = alive * spacing
        weighted[0] /= 2
        alive = fftconvolve(weighted, kernel, mode="full")[width : width + grid.size]
    weighted = alive * spacing
    weighted[0] /= 2
    return float(1 - weighted.sum())
