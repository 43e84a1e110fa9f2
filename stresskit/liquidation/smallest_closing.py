"""The smallest amount of one position whose closing restores the account.

With ``g(x) = E(x) - (1 + buffer) MM(x)`` after closing x including all costs: the smallest x with
g(x) >= 0; if there is none up to the position, the smallest x with the largest g, and nothing if
g never rises above its present value.

Where the requirement is convex along the leg (``marginal`` brackets, ES), g is concave up to the
amount at which the costs have eaten the equity. A tangent of a concave function lies above it, so
Newton's method started left of the root climbs to it from below and cannot jump over it. Beyond
that amount equity stays at zero and g = -(1 + buffer) MM(x), concave again, which reaches zero only
with nothing left to require.
"""

from typing import Any

from stresskit.domain import focus, requirement_of_leg
from stresskit.liquidation.execution import costs, marginal_slippage
from stresskit.numerics.jit import part
from stresskit.numerics.notional import unit_notional

GOLDEN = 0.6180339887498949
ROUNDS = 60
TOLERANCE = 1e-10  # of the position's value, for g; of the book's gross value, for a rise of g that counts
PRECISION = 1e-12  # of the position, for the x with the largest g: what is missed never counts as a rise


@part
def health(
    rule: Any, book: Any, view: Any, p: Any, amount: Any, done: Any, equity: Any, breakdown: Any
) -> Any:
    """g(amount) of position `p`; leaves the view as it was.

    A position closed whole keeps its sign as that of its zero, on which the slope depends.
    """
    held, cash = view.quantity[p], view.cash[0]
    mark = view.marks[book.asset[p]]
    value = amount * unit_notional(book.face[p], mark)
    slip, charged, _ = costs(book, p, done[p], value, equity)
    rest = max(abs(held) - amount, 0.0)
    view.quantity[p] = rest if held > 0.0 else -rest
    view.cash[0] = cash + (amount if held > 0.0 else -amount) * mark - slip - charged
    maintenance = requirement_of_leg(rule, book, view, p, breakdown)
    view.quantity[p], view.cash[0] = held, cash
    return equity - slip - charged - (1.0 + book.buffer) * maintenance


@part
def solvent_amount(book: Any, view: Any, p: Any, done: Any, equity: Any) -> Any:
    """The largest amount whose slippage and full fee the equity still pays."""
    low, high = 0.0, abs(view.quantity[p])
    unit = unit_notional(book.face[p], view.marks[book.asset[p]])
    for k in range(ROUNDS + 1):
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
def steepness(book: Any, view: Any, p: Any, amount: Any, done: Any, breakdown: Any) -> Any:
    """Slope of g in the amount closed, at the evaluation that `breakdown` holds."""
    unit = unit_notional(book.face[p], view.marks[book.asset[p]])
    relief = breakdown.slope[p] if view.quantity[p] > 0.0 else -breakdown.slope[p]
    cost = marginal_slippage(book, p, done[p] + amount * unit) + book.fee[p]
    return unit * ((1.0 + book.buffer) * relief - cost)


@part
def climb(
    rule: Any, book: Any, view: Any, p: Any, end: Any, done: Any, equity: Any, g: Any, breakdown: Any
) -> Any:
    """Root or peak of the concave g on [0, end], from g(0) = `g` < 0: x, g(x), and whether g(x) >= 0.

    Newton's method from the left finds the smallest root. Where there is none it meets a point at
    which g falls; the tangents of a rising and a falling point cross above the peak, and if they
    cross below zero there is no root: the crossing then closes in on the peak.
    """
    tolerance = TOLERANCE * abs(view.quantity[p]) * unit_notional(book.face[p], view.marks[book.asset[p]])
    low, g_low, rise = 0.0, g, steepness(book, view, p, 0.0, done, breakdown)
    high, g_high, fall = -1.0, 0.0, 0.0
    for _ in range(ROUNDS):
        if rise <= 0.0 or low >= end:
            break
        x = min(low - g_low / rise, end)
        crossing = x if high < 0.0 else (g_high - g_low + rise * low - fall * high) / (rise - fall)
        at_crossing = high >= 0.0 and crossing <= x
        x = crossing if at_crossing else x
        if x <= low or (high >= 0.0 and x >= high):
            break
        g = health(rule, book, view, p, x, done, equity, breakdown)
        if g >= -tolerance:
            return x, g, True
        slope = steepness(book, view, p, x, done, breakdown)
        peaked = at_crossing and g_low + rise * (x - low) - g <= tolerance
        if slope > 0.0 or peaked:
            low, g_low, rise = x, g, slope
        else:
            high, g_high, fall = x, g, slope
        if peaked:
            break
    return (high, g_high, False) if high >= 0.0 and g_high > g_low else (low, g_low, False)


@part
def highest_insolvent(
    rule: Any, book: Any, view: Any, p: Any, low: Any, done: Any, equity: Any, breakdown: Any
) -> Any:
    """The x in [low, whole position] with the largest g, and g there (golden section on a concave g)."""
    high = abs(view.quantity[p])
    tolerance, end = 1e-6 * high, high
    c, d = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    gc = health(rule, book, view, p, c, done, equity, breakdown)
    gd = health(rule, book, view, p, d, done, equity, breakdown)
    while high - low > tolerance:
        if gc >= gd:
            high, d, gd = d, c, gc
            c = high - GOLDEN * (high - low)
            gc = health(rule, book, view, p, c, done, equity, breakdown)
        else:
            low, c, gc = c, d, gd
            d = low + GOLDEN * (high - low)
            gd = health(rule, book, view, p, d, done, equity, breakdown)
    at_end = health(rule, book, view, p, end, done, equity, breakdown)
    return (end, at_end) if at_end >= gc else (c, gc)


@part
def hopeless(book: Any, view: Any, p: Any, done: Any, equity: Any, breakdown: Any) -> Any:
    """Whether g falls from the first dollar closed, and equity lasts: then closing `p` never helps."""
    held = abs(view.quantity[p])
    unit = unit_notional(book.face[p], view.marks[book.asset[p]])
    _, _, waived = costs(book, p, done[p], held * unit, equity)
    return waived <= 0.0 and steepness(book, view, p, 0.0, done, breakdown) <= 0.0


@part
def smallest_closing(
    rule: Any, book: Any, view: Any, p: Any, done: Any, equity: Any, maintenance: Any, breakdown: Any
) -> Any:
    """Amount of position `p` to close, and whether that restores the account.

    `maintenance` and `breakdown` are the evaluation of the account as it is.
    """
    held = abs(view.quantity[p])
    tolerance = TOLERANCE * held * unit_notional(book.face[p], view.marks[book.asset[p]])
    now = equity - (1.0 + book.buffer) * maintenance
    if now >= -tolerance:  # without a buffer an account that just touches maintenance is healthy again
        return 0.0, True
    solvent = solvent_amount(book, view, p, done, equity)
    focus(rule, book, view, p, breakdown)
    best, value, restored = climb(rule, book, view, p, solvent, done, equity, now, breakdown)
    if restored or solvent >= held:
        return best, restored
    whole = health(rule, book, view, p, held, done, equity, breakdown)
    if whole >= -tolerance:
        return held, True
    x, gx = highest_insolvent(rule, book, view, p, solvent, done, equity, breakdown)
    return (x if gx > value + tolerance else best), False
