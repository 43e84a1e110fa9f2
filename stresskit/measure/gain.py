"""What importance sampling gained: the variance of a plain figure over that of the weighted one.

Both are of as many paths and both are estimated from the weighted sample itself, whose law is the plain
one: a plain mean of x has the variance ``E (x - E x)^2 / n``, the weighted mean that of
`stresskit.measure.weighted`. A quantile's gain is that of the probability to lie beyond it, an expected
shortfall's that of the mean excess over the quantile. That exactly half of the paths are moved makes the
weighted figures better still; it is not counted, here as in the intervals.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from stresskit.domain import Float1D
from stresskit.measure.paired import Hits
from stresskit.measure.weighted import NOTHING, moments, quantile

SAME = "a figure that is alike on all paths has no variance"


def share_gain(hits: Hits, weight: Float1D) -> float | None:
    """Gain of a probability, from `hits` (paths,); None where all paths agree."""
    return _gain(hits.astype(float), weight)


def tail_gains(loss: Float1D, weight: Float1D, levels: Sequence[float]) -> dict[str, Any]:
    """``var`` and ``es``: gains of the tail figures of losses (paths,) at each of `levels`, as JSON."""
    order = np.argsort(loss, kind="stable")
    losses, masses = loss[order], weight[order]
    edges = [quantile(losses, masses, level) for level in levels]
    return {
        "var": _said(levels, [share_gain(losses > edge, masses) for edge in edges]),
        "es": _said(levels, [_gain(np.maximum(losses - edge, 0.0), masses) for edge in edges]),
    }


def said(gains: dict[str, float | None]) -> dict[str, Any]:
    """The same as JSON: with the reason where one is missing."""
    return {**gains, "reason": SAME} if None in gains.values() else dict(gains)


def _said(levels: Sequence[float], gains: list[float | None]) -> dict[str, Any]:
    return said({f"{level:g}": gain for level, gain in zip(levels, gains, strict=True)})


def _gain(values: Float1D, weight: Float1D) -> float | None:
    centre, variance = moments(values, weight)
    square, _ = moments((values - centre) ** 2, weight)
    if not (square > NOTHING * centre * centre and variance > 0.0):
        return None
    return square / weight.size / variance
