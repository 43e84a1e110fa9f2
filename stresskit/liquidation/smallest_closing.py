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

from stresskit.domain import requirement
from stresskit.liquidation.execution import costs, marginal_slippage
from stresskit.numerics.jit import part

GOLDEN = 0.6180339887498949
ROUNDS = 60
TOLERANCE = 1e-10  # of the position's value, for g and for x


@part
def health(
    rule: Any, book: Any, view: Any, p: Any, amount: Any, done: Any, equity: Any, breakdown: Any
) -> Any:
    """G after closing `amount` of position `p`; leaves the view as it was."""
    held = view.quantity[p]
    value = amount * view.marks[book.asset[p]]
    slip, charged, _ = costs(book, p, done[p], value, equity)
    rest = max(abs(held) - amount, 0.0)
    view.quantity[p] = rest if held > 0.0 else -rest
    maintenance = requirement(rule, book, view, breakdown)
    view.quantity[p] = held
    return equity - slip - charged - (1.0 + book.buffer) * maintenance


@part
def solvent_amount(book: Any, view: Any, p: Any, done: Any, equity: Any) -> Any:
    """The largest amount whose slippage and full fee the equity still pays."""
    low, high = 0.0, abs(view.quantity[p])
    for k in range(ROUNDS + 1):
        middle = high if k == 0 else 0.5 * (low + high)
        _, _, waived = costs(book, p, done[p], middle * view.marks[book.asset[p]], equity)
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
    mark = view.marks[book.asset[p]]
    relief = breakdown.slope[p] if view.quantity[p] > 0.0 else -breakdown.slope[p]
    cost = marginal_slippage(book, p, done[p] + amount * mark) + book.fee[p]
    return mark * ((1.0 + book.buffer) * relief - cost)


@part
def climb(
    rule: Any, book: Any, view: Any, p: Any, end: Any, done: Any, equity: Any, g: Any, breakdown: Any
) -> Any:
    """Smallest x in [0, end] with g >= 0 by Newton's method from g(0) = `g` < 0; -1 where there is none."""
    tolerance = TOLERANCE * abs(view.quantity[p]) * view.marks[book.asset[p]]
    x = 0.0
    for _ in range(ROUNDS):
        slope = steepness(book, view, p, x, done, breakdown)
        if slope <= 0.0 or x >= end:
            return -1.0
        ahead = x - g / slope
        if ahead <= x:
            return x
        x = min(ahead, end)
        g = health(rule, book, view, p, x, done, equity, breakdown)
        if g >= -tolerance:
            return x
    return x


@part
def highest(
    rule: Any, book: Any, view: Any, p: Any, low: Any, high: Any, done: Any, equity: Any, breakdown: Any
) -> Any:
    """The x in [low, high] with the largest g, and g there (golden section on a concave g)."""
    tolerance = TOLERANCE * abs(view.quantity[p])
    first, last = low, high
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
    best, value = c, gc
    for edge in (last, first):
        at_edge = health(rule, book, view, p, edge, done, equity, breakdown)
        if at_edge >= value:
            best, value = edge, at_edge
    return best, value


@part
def smallest_closing(
    rule: Any, book: Any, view: Any, p: Any, done: Any, equity: Any, maintenance: Any, breakdown: Any
) -> Any:
    """Amount of position `p` to close, and whether that restores the account.

    `maintenance` and `breakdown` are the evaluation of the account as it is.
    """
    held = abs(view.quantity[p])
    tolerance = TOLERANCE * held * view.marks[book.asset[p]]
    now = equity - (1.0 + book.buffer) * maintenance
    solvent = solvent_amount(book, view, p, done, equity)
    if solvent > 0.0:
        amount = climb(rule, book, view, p, solvent, done, equity, now, breakdown)
        if amount >= 0.0:
            return amount, True
    whole = health(rule, book, view, p, held, done, equity, breakdown)
    if whole >= -tolerance:
        return held, True
    best, value = 0.0, now
    if solvent > 0.0:
        x, gx = highest(rule, book, view, p, 0.0, solvent, done, equity, breakdown)
        if gx > value + tolerance:
            best, value = x, gx
    if solvent < held:
        x, gx = highest(rule, book, view, p, solvent, held, done, equity, breakdown)
        if gx > value + tolerance:
            best, value = x, gx
    return best, False
