"""The smallest amount of one position whose closing restores the account.

With ``g(x) = E(x) - (1 + buffer) MM(x)`` after closing x including all costs: the smallest x with
g(x) >= 0; if there is none up to the position, the smallest x with the largest g, and nothing if
g never rises above its present value.

Where the requirement is convex along the leg (``marginal`` brackets, ES), g is concave up to the
amount at which the costs have eaten the equity: see ``leg_model``. Beyond that amount equity stays at
zero and g = -(1 + buffer) MM(x), concave again, which reaches zero only with nothing left to require.

Both ends are well defined, however flat g is there: a root is where g is zero but for rounding, a peak
where no model of g is higher. Of a peak at which scenarios or tiers meet the point just before it
is taken, so that what weighs most afterwards does not hang on rounding.
"""

from typing import Any

from stresskit.domain import focus, requirement_of_leg
from stresskit.liquidation.concave import GRAIN
from stresskit.liquidation.execution import costs
from stresskit.liquidation.leg_model import Closing, Tangent, aim, left, left_slope
from stresskit.numerics.jit import part
from stresskit.numerics.notional import unit_notional

HALVINGS = 60
ROUNDS = 200
TOLERANCE = 1e-10  # of the position's value: how far below zero g restores, and a rise of g that counts
EXACT = 1e-14  # of the position's value: rounding of g; a flat peak is known no better


@part
def asked(
    rule: Any, book: Any, view: Any, p: Any, amount: Any, done: Any, equity: Any, breakdown: Any
) -> Any:
    """(1 + buffer) MM after closing `amount` of position `p`, as a tangent; leaves the view as it was.

    A position closed whole keeps its sign as that of its zero, on which the slope depends.
    """
    held, cash = view.quantity[p], view.cash[0]
    mark = view.marks[book.asset[p]]
    slip, charged, _ = costs(book, p, done[p], amount * unit_notional(book.face[p], mark), equity)
    rest = max(abs(held) - amount, 0.0)
    view.quantity[p] = rest if held > 0.0 else -rest
    view.cash[0] = cash + (amount if held > 0.0 else -amount) * mark - slip - charged
    maintenance = requirement_of_leg(rule, book, view, p, breakdown)
    view.quantity[p], view.cash[0] = held, cash
    return tangent(book, view, p, amount, maintenance, breakdown)


@part
def tangent(book: Any, view: Any, p: Any, amount: Any, maintenance: Any, breakdown: Any) -> Any:
    """(1 + buffer) times the requirement that `breakdown` holds, as a line in the amount closed."""
    unit, factor = unit_notional(book.face[p], view.marks[book.asset[p]]), 1.0 + book.buffer
    relief = breakdown.slope[p] if view.quantity[p] > 0.0 else -breakdown.slope[p]
    return Tangent(amount, factor * maintenance, -factor * unit * relief)


@part
def health(
    rule: Any, book: Any, view: Any, p: Any, amount: Any, done: Any, equity: Any, breakdown: Any
) -> Any:
    """g(amount) of position `p`; leaves the view as it was."""
    closing = Closing(done[p], unit_notional(book.face[p], view.marks[book.asset[p]]), equity)
    found = asked(rule, book, view, p, amount, done, equity, breakdown)
    return left(book, p, closing, amount) - found.asked


@part
def solvent_amount(book: Any, view: Any, p: Any, done: Any, equity: Any) -> Any:
    """The largest amount whose slippage and full fee the equity still pays."""
    low, high = 0.0, abs(view.quantity[p])
    unit = unit_notional(book.face[p], view.marks[book.asset[p]])
    for k in range(HALVINGS + 1):
        middle = high if k == 0 else 0.5 * (low + high)
        _, _, waived = costs(book, p, done[p], middle * unit, equity)
        if waived <= 0.0:
            low = middle
            if k == 0:
                break
        else:
            high = middle
    return low


@part
def climb(
    rule: Any, book: Any, view: Any, p: Any, start: Any, end: Any, done: Any, equity: Any, solvent: Any,
    breakdown: Any,
) -> Any:  # fmt: skip
    """Root or peak of the concave g from the tangent `start`, g < 0, up to `end`: x, g(x), whether root.

    `solvent`: whether the equity pays all fees up to `end`.
    """
    held, unit = abs(view.quantity[p]), unit_notional(book.face[p], view.marks[book.asset[p]])
    closing, grain, value = Closing(done[p], unit, equity), GRAIN * held, held * unit
    low, high, bracketed = start, start, False
    g_low = left(book, p, closing, low.x) - low.asked
    for turn in range(ROUNDS):
        rise = left_slope(book, p, closing, low.x) - low.slope
        if rise <= 0.0 or low.x >= end or (bracketed and high.x - low.x <= grain):
            break
        x, model, peak = aim(book, p, closing, low, high, bracketed, end, grain, turn)
        if x <= low.x:
            break
        found = asked(rule, book, view, p, x, done, equity, breakdown)
        g = left(book, p, closing, x) - found.asked
        if g >= -EXACT * value:
            return x, g, True
        if peak and solvent and g >= model - EXACT * value:
            return max(x - grain, low.x), g, g >= -TOLERANCE * value
        if left_slope(book, p, closing, x) - found.slope > 0.0:
            low, g_low = found, g
        else:
            high, bracketed = found, True
    return low.x, g_low, g_low >= -TOLERANCE * value


@part
def hopeless(book: Any, view: Any, p: Any, done: Any, equity: Any, breakdown: Any) -> Any:
    """Whether g falls from the first dollar closed, and equity lasts: then closing `p` never helps."""
    held = abs(view.quantity[p])
    unit = unit_notional(book.face[p], view.marks[book.asset[p]])
    _, _, waived = costs(book, p, done[p], held * unit, equity)
    now = tangent(book, view, p, 0.0, 0.0, breakdown)
    return waived <= 0.0 and left_slope(book, p, Closing(done[p], unit, equity), 0.0) <= now.slope


@part
def smallest_closing(
    rule: Any, book: Any, view: Any, p: Any, done: Any, equity: Any, maintenance: Any, breakdown: Any
) -> Any:
    """Amount of position `p` to close, and whether that restores the account.

    `maintenance` and `breakdown` are the evaluation of the account as it is.
    """
    held, unit = abs(view.quantity[p]), unit_notional(book.face[p], view.marks[book.asset[p]])
    tolerance = TOLERANCE * held * unit
    if equity - (1.0 + book.buffer) * maintenance >= -tolerance:
        return 0.0, True  # without a buffer an account that just touches maintenance is healthy again
    solvent = solvent_amount(book, view, p, done, equity)
    start = tangent(book, view, p, 0.0, maintenance, breakdown)
    focus(rule, book, view, p, breakdown)
    best, value, restored = climb(rule, book, view, p, start, solvent, done, equity, True, breakdown)
    if restored or solvent >= held:
        return best, restored
    if health(rule, book, view, p, held, done, equity, breakdown) >= -tolerance:
        return held, True
    beyond = min(solvent + GRAIN * held, held)  # where the slope is that of the further stretch
    start = asked(rule, book, view, p, beyond, done, equity, breakdown)
    x, gx, _ = climb(rule, book, view, p, start, held, done, equity, False, breakdown)
    return (x if gx > value + tolerance else best), False
