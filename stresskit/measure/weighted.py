"""The same figures of paths that do not count alike, as importance sampling draws them.

Every path carries a weight w, its likelihood under the model over that under which it was drawn.
All estimates are of the weighted law with masses w / sum(w), so that probabilities add up to one and a
quantile is the quantile of that law. The variance of a weighted mean of x is
``sum w^2 (x - mean)^2 / (sum w)^2``; where an interval of the plain figure rests on the number of
paths, the number of plain paths that would have this variance stands in for it. With equal weights
every figure is the plain one.

Source: Owen, "Monte Carlo theory, methods and examples" (2013), chapter 9; Glynn, "Importance sampling
for Monte Carlo estimation of quantiles" (1996).
"""

from collections.abc import Sequence
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from stresskit.domain import Estimate, Float1D
from stresskit.measure.figure import Z95, undefined
from stresskit.measure.paired import difference_of, paired_cells
from stresskit.measure.probability import wilson
from stresskit.measure.tail import MISSING, TRUSTED, observations_needed, order_statistics, too_few

Hits = npt.NDArray[np.bool_]
NOTHING = 1e-12  # of a variance between 0 and 1: what rounding makes of none


def effective_paths(weight: Float1D) -> float:
    """Kish's effective number of paths, ``(sum w)^2 / sum w^2``; 0 of none."""
    return float(weight.sum()) ** 2 / float(weight @ weight) if weight.size else 0.0


def probability(hits: Hits, weight: Float1D) -> Estimate:
    """Weighted share of hits (paths,), with Wilson's interval of as many plain trials as it is worth."""
    if not weight.size:
        return undefined("no path")
    share, variance = moments(hits.astype(float), weight)
    share = 0.0 if not hits.any() else 1.0 if hits.all() else share  # but for rounding
    return wilson(share, _worth(share * (1 - share), variance, weight))


def share_worth(hits: Hits, weight: Float1D) -> float:
    """Number of plain paths that know the share of `hits` (paths,) as well as the weighted ones do."""
    share, variance = moments(hits.astype(float), weight)
    return _worth(share * (1 - share), variance, weight)


def mean(values: Float1D, weight: Float1D, floor: float | None = None, nothing: str = "no path") -> Estimate:
    """Weighted average of `values` (paths,); parameters as for `stresskit.measure.mean.mean`.

    Raises
    ------
    ValueError
        If a value is not finite.
    """
    n = len(values)
    if n < 2:
        return undefined(nothing if n == 0 else "one observation gives no interval")
    if not np.isfinite(values).all():
        raise ValueError("the sample holds a value that is not finite")
    value, variance = moments(values, weight)
    half = Z95 * sqrt(variance * n / (n - 1))
    low = value - half
    return Estimate(value, low if floor is None else max(low, min(floor, value)), value + half)


def tail_figures(
    loss: Float1D, weight: Float1D, levels: Sequence[float]
) -> tuple[list[Estimate], list[Estimate]]:
    """Value at risk and expected shortfall of losses (paths,) at each of `levels`.

    Raises
    ------
    ValueError
        If a loss is not finite.
    """
    order = np.argsort(loss, kind="stable")
    losses, masses = loss[order], weight[order]
    if losses.size and not np.isfinite(losses[[0, -1]]).all():
        raise ValueError("the sample holds a loss that is not finite")
    pairs = [_tail(losses, masses, level) for level in levels]
    return [quantile for quantile, _ in pairs], [average for _, average in pairs]


def paired_table(mode: Hits, baseline: Hits, weight: Float1D) -> dict[str, Any]:
    """Weighted fractions of the paths in the four cells and the difference, as JSON."""
    total = max(float(weight.sum()), 1e-300)
    cells = [float(weight[c].sum()) / total for c in (mode & baseline, mode & ~baseline, baseline & ~mode)]
    _, more, less = cells
    gap, variance = moments(mode.astype(float) - baseline, weight)
    worth = _worth(more + less - gap * gap, variance, weight)
    return paired_cells(cells, difference_of(more * worth, less * worth, worth))


def waiting_time(hours: Float1D, weight: Float1D) -> dict[str, Any]:
    """Median and first decile of the hours (liquidated paths,), as `stresskit.measure.waiting` has them."""
    if not len(hours):
        return {"median": None, "p10": None, "reason": "no path is liquidated"}
    order = np.argsort(hours, kind="stable")
    median, early = (quantile(hours[order], weight[order], q) for q in (0.5, 0.1))
    return {"median": median, "p10": early}


def moments(values: Float1D, weight: Float1D) -> tuple[float, float]:
    """Weighted mean of `values` (paths,), and its variance."""
    total = float(weight.sum())
    if total == 0.0:
        return 0.0, 0.0
    centre = float(weight @ values) / total
    return centre, float(np.sum((weight * (values - centre)) ** 2)) / total**2


def _worth(plain: float, variance: float, weight: Float1D) -> float:
    """Number of plain paths whose mean has this `variance`, each path's own being `plain`."""
    return plain / variance if plain > NOTHING and variance > 0 else effective_paths(weight)


def _place(masses: Float1D, share: float) -> int:
    """Index of the least value whose cumulated mass reaches `share` of the whole."""
    cumulated = np.cumsum(masses)
    return int(np.searchsorted(cumulated, cumulated[-1] * (share - 1e-9 / masses.size)))


def quantile(values: Float1D, masses: Float1D, share: float) -> float:
    """The least of `values`, which are sorted, whose cumulated mass reaches `share` of the whole."""
    return float(values[_place(masses, share)])


def quantile_worth(masses: Float1D, level: float) -> tuple[int, float]:
    """Index of the quantile at `level` among losses in ascending order, and its worth in plain paths."""
    place = _place(masses, level)
    below, variance = moments((np.arange(masses.size) <= place).astype(float), masses)
    return place, _worth(below * (1 - below), variance, masses)


def _tail(losses: Float1D, masses: Float1D, level: float) -> tuple[Estimate, Estimate]:
    if not losses.size:
        return too_few(0, level), too_few(0, level)
    place, precise = quantile_worth(masses, level)
    edge, worth = float(losses[place]), round(precise)
    if worth < observations_needed(level):
        return too_few(worth, level), too_few(worth, level)
    low, high = (quantile(losses, masses, rank / worth) for rank in order_statistics(worth, level))
    excess, spread = moments(np.maximum(losses - edge, 0.0), masses)
    value, half = edge + excess / (1 - level), Z95 * sqrt(spread) / (1 - level)
    share = worth * (1 - level)
    few = MISSING.format(share) if share < TRUSTED - 1e-6 else None
    return Estimate(edge, low, high), Estimate(value, value - half, value + half, few)
