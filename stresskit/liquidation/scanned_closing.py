"""The smallest closing where the requirement is not convex along the leg.

Newton's tangents prove nothing there: spot in use, matched quotes, a delta shock or a quantile can
leave g flat or falling for the first dollars closed and let it rise later. g is looked at on an even
scan of the position; in the first stretch at whose end g >= 0 the root is bisected. What is returned
always restores the account; it is the smallest such amount up to the width of a stretch, in which g
could rise above zero and fall again unseen. If no look finds g >= 0, the look with the largest g.
"""

from typing import Any

from stresskit.domain import focus
from stresskit.liquidation.smallest_closing import TOLERANCE, health
from stresskit.numerics.jit import part

LOOKS = 64
HALVINGS = 40


@part
def bisected(
    rule: Any, book: Any, view: Any, p: Any, low: Any, high: Any, done: Any, equity: Any, breakdown: Any
) -> Any:
    """The upper end of the bracket, closed in on a root: g < 0 at `low`, g >= 0 at `high`."""
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if health(rule, book, view, p, middle, done, equity, breakdown) >= 0.0:
            high = middle
        else:
            low = middle
    return high


@part
def scanned_closing(
    rule: Any, book: Any, view: Any, p: Any, done: Any, equity: Any, maintenance: Any, breakdown: Any
) -> Any:
    """Amount of position `p` to close, and whether that restores the account."""
    held = abs(view.quantity[p])
    tolerance = TOLERANCE * held * view.marks[book.asset[p]]
    best, value = 0.0, equity - (1.0 + book.buffer) * maintenance
    before = 0.0
    focus(rule, book, view, p, breakdown)
    for k in range(1, LOOKS + 1):
        x = held if k == LOOKS else held * k / LOOKS
        g = health(rule, book, view, p, x, done, equity, breakdown)
        if g >= 0.0:
            return bisected(rule, book, view, p, before, x, done, equity, breakdown), True
        if g > value + tolerance:
            best, value = x, g
        before = x
    return best, False
