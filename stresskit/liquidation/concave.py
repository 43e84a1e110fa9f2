"""Where to look next for the root or the peak of a concave function, seen on both sides of its peak.

A tangent of a concave function lies above it. The tangents of a rising and a falling point cross above the
peak: if they cross below zero there is no root. Newton's method from the rising point climbs to the
smallest root and cannot jump over it.

The peak of a piecewise linear function is where two tangents cross, that of a smooth one where its slope
vanishes, which a line through two slopes finds fast. Both are tried in turns and the middle besides, so
that the bracket always shrinks.
"""

from typing import Any

from stresskit.numerics.jit import inline

GRAIN = 1e-11  # of the whole: the width of the bracket in which a peak is known; its left end is taken


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
    if turn % 3 == 1:
        crossing = low + width * rise / (rise - fall)
    elif turn % 3 == 2:
        crossing = low + 0.5 * width
    return min(max(crossing, low + grain), high - 0.5 * grain), False
