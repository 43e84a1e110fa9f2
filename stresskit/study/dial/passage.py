"""Where a curve over strengths passes a limit, and where two curves cross, each with an interval.

Between two strengths a curve is a straight line. The interval of a passage is that of the curve's
own band: it begins where the upper end passes the limit and ends where the lower end does. Nothing is
smoothed: a curve that falls again is said to fall.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import Estimate, Float1D

Row = dict[str, Any]
FOUND, NEVER, AT_ZERO = "found", "none", "at_0"


class Curve(NamedTuple):
    """Estimates at increasing strengths, each (strengths,)."""

    strength: Float1D
    value: Float1D
    low: Float1D
    high: Float1D


def curve(strengths: Sequence[float], estimates: Sequence[Estimate]) -> Curve:
    """Join defined estimates."""
    columns = np.array([[e.value, e.low, e.high] for e in estimates], dtype=np.float64)
    return Curve(np.asarray(strengths, dtype=np.float64), *columns.T)


def first_above(strength: Float1D, y: Float1D, limit: float) -> float | None:
    """Smallest strength at which y exceeds `limit`; None: at none."""
    above = np.flatnonzero(y > limit)
    if not above.size:
        return None
    i = int(above[0])
    return float(strength[0]) if i == 0 else _between(strength, y, i, limit)


def _between(strength: Float1D, y: Float1D, i: int, level: float) -> float:
    """Strength between the places i - 1 and i at which y is at `level`."""
    rise = float(y[i] - y[i - 1])
    share = 1.0 if rise == 0.0 else (level - float(y[i - 1])) / rise
    return float(strength[i - 1] + share * (strength[i] - strength[i - 1]))


def passage(found: Curve, limit: float) -> Row:
    """Smallest strength at which the curve exceeds `limit`: ``found``, ``at_0`` or ``none``."""
    value, early, late = (first_above(found.strength, y, limit) for y in (found.value, found.high, found.low))
    point: Row = {"limit": limit, "value": value, "low": early, "high": late}
    if value is None:
        reason = f"not passed at any strength; the largest value is {found.value.max():.4g}"
        if early is not None:
            reason += f", whose interval reaches beyond the limit from {early:.3g} on"
        return {"status": NEVER, **point, "reason": reason}
    status = AT_ZERO if found.value[0] > limit else FOUND
    if late is None:
        point["reason"] = "the lower end of the interval does not pass the limit at any strength"
    return {"status": status, **point, **_back(found, limit)}


def _back(found: Curve, limit: float) -> Row:
    """Where a curve that has passed the limit is below it again."""
    first = int(np.flatnonzero(found.value > limit)[0])
    below = found.strength[first:][found.value[first:] <= limit]
    return {"below_again": [float(x) for x in below]} if below.size else {}


def falls(found: Curve) -> list[Row]:
    """The largest fall that is more than the intervals of both of its ends; none: the curve only rises."""
    best: tuple[float, int, int] | None = None
    for j in range(1, found.value.size):
        i = int(np.argmax(found.value[:j]))
        drop = float(found.value[i] - found.value[j])
        if found.high[j] < found.low[i] and (best is None or drop > best[0]):
            best = (drop, i, j)
    if best is None:
        return []
    drop, i, j = best
    return [{"from": float(found.strength[i]), "to": float(found.strength[j]), "by": drop}]


def bracket(found: Curve, level: float) -> tuple[float, float] | None:
    """The two neighbouring strengths between which the curve first passes `level`."""
    above = np.flatnonzero(found.value > level)
    if not above.size or above[0] == 0:
        return None
    return float(found.strength[above[0] - 1]), float(found.strength[above[0]])


def sides(difference: Curve) -> Float1D:
    """+1 where a difference is above zero beyond its interval, -1 where below, else 0."""
    return np.where(difference.low > 0.0, 1.0, np.where(difference.high < 0.0, -1.0, 0.0))


def turns(difference: Curve) -> list[tuple[int, int]]:
    """Neighbouring places of opposite side, those between them being of neither."""
    side = sides(difference)
    sure = np.flatnonzero(side)
    return [(int(i), int(j)) for i, j in pairwise(sure) if side[i] != side[j]]


def zero(difference: Curve, i: int, j: int) -> tuple[int, float]:
    """Where the difference changes its sign between the places i and j: the place after it, the strength."""
    sign = np.sign(difference.value[j])
    k = next(k for k in range(i + 1, j + 1) if np.sign(difference.value[k]) == sign)
    return k, _between(difference.strength, difference.value, k, 0.0)


def crossings(difference: Curve) -> Row:
    """Where a difference changes from one side of zero to the other, both beyond their intervals."""
    points = [
        {
            "value": zero(difference, i, j)[1],
            "low": float(difference.strength[i]),
            "high": float(difference.strength[j]),
        }
        for i, j in turns(difference)
    ]
    if points:
        return {"status": FOUND, "points": points}
    side = set(sides(difference)) - {0.0}
    if not side:
        return {"status": NEVER, "points": [], "reason": "no material difference at any strength"}
    what = "the larger" if side == {1.0} else "the smaller"
    return {"status": NEVER, "points": [], "reason": f"{what} wherever the difference is material"}


def illusion_point(book: Curve, alone: Curve, level: float) -> Row:
    """Smallest strength at which `book` exceeds `level` while `alone` does not."""
    holds = np.flatnonzero((book.value > level) & (alone.value <= level))
    fails = first_above(book.strength, book.value, level)
    low, high = (first_above(book.strength, y, level) for y in (book.high, book.low))
    if not holds.size:
        reason = "the requirement of the book covers the loss at every strength"
        if fails is not None:
            reason = f"from {fails:.3g} on the requirement fails, but so does the sum of the assets' own"
        return {"status": NEVER, "limit": level, "value": None, "low": None, "high": None, "reason": reason}
    i = int(holds[0])
    inside = i > 0 and book.value[i - 1] <= level
    value = _between(book.strength, book.value, i, level) if inside else float(book.strength[i])
    found: Row = {"limit": level, "value": value, "low": low, "high": high}
    if high is None:
        found["reason"] = "the lower end of the interval does not pass the level at any strength"
    return {"status": FOUND if i else AT_ZERO, **found}
