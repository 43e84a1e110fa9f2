"""A model of what closing one leg does, from two looks at it: where to look next.

Closing x leaves the equity `left`, a concave function that is known everywhere. What is asked is convex, so
that each tangent lies below it: equity less the higher of two tangents lies above the true
``g(x) = E(x) - (1 + buffer) MM(x)``. If this model has no root, g has none. If g is as high as the model
where the model is highest, no other amount is better. Expected shortfall and brackets are piecewise
linear, so that the model soon is g itself.
"""

from typing import Any, NamedTuple

from stresskit.liquidation.execution import costs, marginal_slippage
from stresskit.numerics.elementary import sqrt
from stresskit.numerics.jit import inline, part

STEPS = 30  # of Newton's method on the model
PATIENCE, EARLY = 4, 8  # looks to one in the middle, and looks before that


class Closing(NamedTuple):
    """One leg's closing: notional closed before in the event, notional of a unit of amount, equity before."""

    done: float
    unit: float
    equity: float


class Tangent(NamedTuple):
    """What is asked at the amount `x`, and its slope there."""

    x: float
    asked: float
    slope: float


@inline
def at(line: Any, x: Any) -> Any:
    """The tangent at x."""
    return line.asked + line.slope * (x - line.x)


@inline
def left(book: Any, p: Any, closing: Any, x: Any) -> Any:
    """Equity left after closing x."""
    slip, charged, _ = costs(book, p, closing.done, x * closing.unit, closing.equity)
    return closing.equity - slip - charged


@inline
def left_slope(book: Any, p: Any, closing: Any, x: Any) -> Any:
    """Its slope in x.

    Once the equity cannot pay the whole fee a further dollar costs nothing, until slippage has eaten it.
    """
    _, charged, waived = costs(book, p, closing.done, x * closing.unit, closing.equity)
    cost = marginal_slippage(book, p, closing.done + x * closing.unit)
    if waived <= 0.0:
        cost += book.fee[p]
    elif charged > 0.0:
        cost = 0.0
    return -closing.unit * cost


@inline
def crest(book: Any, p: Any, closing: Any, low: Any, high: Any, slope: Any) -> Any:
    """Where between `low` and `high` the equity's slope falls to `slope`.

    The slope of a square-root impact is linear in the root of the notional.
    """
    over = left_slope(book, p, closing, low) - slope
    under = left_slope(book, p, closing, high) - slope
    if over <= 0.0:
        return low
    if under >= 0.0:
        return high
    first, last = sqrt(closing.done + low * closing.unit), sqrt(closing.done + high * closing.unit)
    root = first + (last - first) * over / (over - under)
    return min(max((root * root - closing.done) / closing.unit, low), high)


@inline
def top(book: Any, p: Any, closing: Any, low: Any, high: Any) -> Any:
    """Where the model of two tangents is highest."""
    bend = high.slope - low.slope
    meet = high.x if bend <= 0.0 else (at(low, high.x) - high.asked) / bend + high.x
    meet = min(max(meet, low.x), high.x)
    if left_slope(book, p, closing, meet) < low.slope:
        return crest(book, p, closing, low.x, meet, low.slope)
    return crest(book, p, closing, meet, high.x, high.slope)


@inline
def first_root(book: Any, p: Any, closing: Any, low: Any, high: Any, end: Any) -> Any:
    """The model's smallest root up to `end`, from below: its tangents never jump over it."""
    x = low.x
    for _ in range(STEPS):
        one, other = at(low, x), at(high, x)
        g = left(book, p, closing, x) - max(one, other)
        rise = left_slope(book, p, closing, x) - (low.slope if one >= other else high.slope)
        if g >= 0.0 or rise <= 0.0:
            break
        further = min(x - g / rise, end)
        if further <= x:
            break
        x = further
    return x


@part
def aim(
    book: Any, p: Any, closing: Any, low: Any, high: Any, bracketed: Any, end: Any, grain: Any, turn: Any
) -> Any:
    """The next x, the model there, and whether that is the model's peak; otherwise it may be a root.

    `low`, `high`: tangents where g rises and where it falls; without `bracketed` none falls up to `end` yet.
    """
    if bracketed and turn >= EARLY and turn % PATIENCE == 0:
        return 0.5 * (low.x + high.x), 0.0, False
    other = high if bracketed else low
    x = top(book, p, closing, low, high) if bracketed else crest(book, p, closing, low.x, end, low.slope)
    model = left(book, p, closing, x) - max(at(low, x), at(other, x))
    if model >= 0.0:
        return first_root(book, p, closing, low, other, x), 0.0, False
    if bracketed:
        x = min(max(x, low.x + grain), high.x - 0.5 * grain)
    return x, model, bracketed or x < end
