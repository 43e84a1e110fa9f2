"""The nearest point at which something fails: the search along its level set.

From several directions of the variates the boundary is found on the ray, then moved along it toward
the middle: at the boundary point y with gradient a of the excess, the nearest point of the tangent
plane lies in the direction ``-R a`` (Hasofer, Lind, Journal of the Engineering Mechanics Division 100
(1974); Rackwitz, Fiessler, Computers and Structures 9 (1978)). Requirements have kinks and tables jump,
so a direction counts only if its own boundary point is nearer, and half the turn is tried otherwise.
Of a linear excess and a normal law this is the closed form, in one turn.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq

from stresskit.domain import Float1D, Float2D

Excess = Callable[[Float1D], float]
FIRST, GROWTH, RAYS = 0.25, 1.12, 240
TURNS, HALVINGS, KEPT = 30, 4, 6
ENOUGH = 1e-7  # of the distance: a turn that gains less ends the search
BUMP = 1e-5  # of the distance: a step of the numerical gradient


class Found(NamedTuple):
    """A point (assets,) of the boundary and its distance from the middle."""

    y: Float1D
    distance: float


def nearest(excess: Excess, correlation: Float2D, starts: Iterable[Float1D]) -> Found | None:
    """The nearest y with ``excess(y) <= 0``, sought from the directions `starts`; None: none was met.

    Parameters
    ----------
    excess : of the variates (assets,), above zero at zero.
    correlation : R (assets, assets), which measures distance: ``sqrt(y' R^-1 y)``.
    """
    met = [found for start in starts if (found := boundary(excess, correlation, start)) is not None]
    ends = [_refined(excess, correlation, one) for one in sorted(met, key=lambda f: f.distance)[:KEPT]]
    return min(ends, key=lambda found: found.distance, default=None)


def directions(correlation: Float2D, pull: Float1D) -> list[Float1D]:
    """Against the whole book of `pull` (assets,), and against each leg with the others following or not."""
    legs = [-np.sign(pull[i]) * correlation[:, i] for i in np.flatnonzero(pull)]
    alone = [-np.sign(pull[i]) * np.eye(len(pull))[i] for i in np.flatnonzero(pull)]
    whole = [-correlation @ pull, -np.sign(pull), np.ones(len(pull)), -np.ones(len(pull))]
    return [d for d in (*whole, *legs, *alone) if np.any(d)]


def boundary(excess: Excess, correlation: Float2D, direction: Float1D) -> Found | None:
    """The first point on a ray from zero at which the excess is gone; None where it stays."""
    unit = direction / np.sqrt(direction @ np.linalg.solve(correlation, direction))
    before, here = 0.0, FIRST
    for _ in range(RAYS):
        if excess(here * unit) <= 0.0:
            break
        before, here = here, GROWTH * here
    else:
        return None
    edge = _edge(lambda t: excess(t * unit), before, here)
    return Found(edge * unit, edge)


def _edge(excess: Callable[[float], float], healthy: float, gone: float) -> float:
    """The least distance, to rounding, at which the excess is gone; it may jump there."""
    root = float(brentq(excess, healthy, gone, xtol=1e-12, rtol=1e-12))
    room = 1e-12
    while excess(root) > 0.0:
        root, room = min(root * (1.0 + room), gone), 4.0 * room
    return root


def _refined(excess: Excess, correlation: Float2D, found: Found) -> Found:
    for _ in range(TURNS):
        better = _turned(excess, correlation, found)
        if better is None:
            break
        gain, found = found.distance - better.distance, better
        if gain < ENOUGH * found.distance:
            break
    return found


def _turned(excess: Excess, correlation: Float2D, found: Found) -> Found | None:
    """A nearer point of the boundary, in the direction of steepest descent or on the way there."""
    aim = -correlation @ _gradient(excess, found)
    length = np.sqrt(aim @ np.linalg.solve(correlation, aim))
    if not length > 0.0:
        return None
    here, there = found.y / found.distance, aim / length
    for halving in range(HALVINGS + 1):
        share = 0.5**halving
        tried = boundary(excess, correlation, (1.0 - share) * here + share * there)
        if tried is not None and tried.distance < found.distance:
            return tried
    return None


def _gradient(excess: Excess, found: Found) -> Float1D:
    step = BUMP * found.distance
    bumps = step * np.eye(found.y.size)
    return np.array([(excess(found.y + b) - excess(found.y - b)) / (2.0 * step) for b in bumps])
