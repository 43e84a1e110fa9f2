"""Where to look next for the root or the peak of a concave function, seen on both sides of its peak.

A tangent of a concave function lies above it. The tangents of a rising and a falling point cross above the
peak: if they cross below zero there is no root. Newton's method from the rising point climbs to the
smallest root and cannot jump over it.

The peak of a piecewise linear function is where two tangents cross, that of a smooth one where its slope
vanishes, which a line through two slopes finds fast. A guess that comes close to one end leaves the other
where it was; so the next look goes a little beyond the guess, and the peak is soon between two looks that are
close. Now and then the middle is tried besides, so that the bracket always shrinks.
"""

from typing import Any

from stresskit.numerics.jit import inline

GRAIN = 1e-11  # of the whole: the width of the bracket in which a peak is known; its left end is taken
BEYOND, CLOSE = 3.0, 1.0 / 16  # how far beyond a guess that is so close to an end, in its distance
EVEN = 1.0 / 32  # as near to the middle the tangents of a smooth peak cross
PATIENCE = 4  # looks to one in the middle


@inline
def newton(low: Any, value: Any, rise: Any) -> Any:
    """Where the tangent at `low` is zero."""
    return low - value / rise


@inline
def between(low: Any, value: Any, rise: Any, high: Any, beyond: Any, fall: Any, grain: Any, turn: Any) -> Any:
    """The next x between `low`, where the function rises, and `high`, where it does not.

    `value` and `beyond` are the function there, `rise` > 0 >= `fall` its slopes; `turn` counts the looks.
    Returns x, and whether a root may lie before the peak: x is then Newton's.
    """
    width = high - low
    crossing = low + (beyond - value - fall * width) / (rise - fall)
    root = newton(low, value, rise)
    if root < min(crossing, high):
        return root, True
    if turn % PATIENCE == PATIENCE - 1:
        return low + 0.5 * width, False
    if abs(crossing - low - 0.5 * width) < EVEN * width:
        crossing = low + width * rise / (rise - fall)
    if crossing - low < CLOSE * width:
        crossing = low + BEYOND * (crossing - low)
    elif high - crossing < CLOSE * width:
        crossing = high - BEYOND * (high - crossing)
    return min(max(crossing, low + grain), high - 0.5 * grain), False
