"""The smallest amount of one position whose closing restores the account.

With ``g(x) = E(x) - (1 + buffer) MM(x)`` after closing x including all costs: the smallest x with
g(x) >= 0; if there is none up to the position, the smallest x with the largest g, and nothing if
g never rises above its present value.

Where the requirement is convex along the leg (``marginal`` brackets, ES), g is concave up to the
amount at which the costs have eaten the equity: see ``concave``. Beyond that amount equity stays at
zero and g = -(1 + buffer) MM(x), concave again, which reaches zero only with nothing left to require.

Both ends are well defined, however flat g is there: a root is where Newton's steps have come to rest, a
peak where the slope changes its sign. Of a peak at which scenarios or tiers meet the point just before it
is taken, so that what weighs most afterwards does not hang on rounding.
"""

from typing import Any

from stresskit.domain import focus, requirement_of_leg
from stresskit.liquidation.concave import GRAIN, between, newton
from stresskit.liquidation.execution import costs, marginal_slippage
from stresskit.numerics.jit import part
from stresskit.numerics.notional import unit_notional

HALVINGS = 60
ROUNDS = 200
TOLERANCE = 1e-10  # of the position's value: how far below zero g restores, and a rise of g that counts


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
def steepness(book: Any, view: Any, p: Any, amount: Any, done: Any, equity: Any, breakdown: Any) -> Any:
    """Slope of g in the amount closed, at the evaluation that `breakdown` holds.

    Once the equity cannot pay the whole fee a further dollar costs nothing, until slippage has eaten it.
    """
    unit = unit_notional(book.face[p], view.marks[book.asset[p]])
    relief = breakdown.slope[p] if view.quantity[p] > 0.0 else -breakdown.slope[p]
    cost = marginal_slippage(book, p, done[p] + amount * unit)
    _, charged, waived = costs(book, p, done[p], amount * unit, equity)
    if waived <= 0.0:
        cost += book.fee[p]
    elif charged > 0.0:
        cost = 0.0
    return unit * ((1.0 + book.buffer) * relief - cost)


@part
def climb(
    rule: Any, book: Any, view: Any, p: Any, low: Any, end: Any, done: Any, equity: Any, g: Any,
    breakdown: Any,
) -> Any:  # fmt: skip
    """Root or peak of the concave g on [low, end], from g(low) = `g` < 0: x, g(x), and whether g(x) >= 0.

    `breakdown` holds the evaluation at `low`.
    """
    held = abs(view.quantity[p])
    grain, tolerance = GRAIN * held, TOLERANCE * held * unit_notional(book.face[p], view.marks[book.asset[p]])
    g_low, rise = g, steepness(book, view, p, low, done, equity, breakdown)
    high, g_high, fall, rooted = -1.0, 0.0, 0.0, True
    for turn in range(ROUNDS):
        if rise <= 0.0 or low >= end or (high >= 0.0 and high - low <= grain):
            break
        if high < 0.0:
            x = min(newton(low, g_low, rise), end)
        else:
            x, rooted = between(low, g_low, rise, high, g_high, fall, grain, turn)
        if rooted and x <= low:  # the steps have come to rest
            break
        g = health(rule, book, view, p, x, done, equity, breakdown)
        if g >= 0.0:
            return x, g, True
        slope = steepness(book, view, p, x, done, equity, breakdown)
        if slope > 0.0:
            low, g_low, rise = x, g, slope
        else:
            high, g_high, fall = x, g, slope
    return low, g_low, g_low >= -tolerance


@part
def hopeless(book: Any, view: Any, p: Any, done: Any, equity: Any, breakdown: Any) -> Any:
    """Whether g falls from the first dollar closed, and equity lasts: then closing `p` never helps."""
    held = abs(view.quantity[p])
    unit = unit_notional(book.face[p], view.marks[book.asset[p]])
    _, _, waived = costs(book, p, done[p], held * unit, equity)
    return waived <= 0.0 and steepness(book, view, p, 0.0, done, equity, breakdown) <= 0.0


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
    best, value, restored = climb(rule, book, view, p, 0.0, solvent, done, equity, now, breakdown)
    if restored or solvent >= held:
        return best, restored
    whole = health(rule, book, view, p, held, done, equity, breakdown)
    if whole >= -tolerance:
        return held, True
    beyond = min(solvent + GRAIN * held, held)  # where the slope is that of the further stretch
    g = health(rule, book, view, p, beyond, done, equity, breakdown)
    x, gx, _ = climb(rule, book, view, p, beyond, held, done, equity, g, breakdown)
    return (x if gx > value + tolerance else best), False
