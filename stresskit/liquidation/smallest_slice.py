"""The smallest slice of several legs at once whose closing restores the account.

A slice f in [0, 1] closes the part f of a target, an amount of each position. With ``g(f) = E(f) -
(1 + buffer) MM(f)``: the smallest f with g(f) >= 0; if there is none, the smallest f with the largest g.

Where the requirement is convex g is concave as long as the equity pays the fee, and concave again
beyond: root and peak are found as those of one leg, see ``concave``. Otherwise g is looked at on an even
scan, as in `scanned_closing`.
"""

import math
from typing import Any, NamedTuple

from stresskit.domain import convex, requirement
from stresskit.liquidation.concave import GRAIN, between, newton
from stresskit.liquidation.execution import marginal_slippage, slippage
from stresskit.liquidation.orders import NEAR, gross_value
from stresskit.numerics.jit import inline, part
from stresskit.numerics.notional import unit_notional

LOOKS = 64
HALVINGS = 60
ROUNDS = 200


class Charges(NamedTuple):
    """What a slice is charged: 1 or 0 for `slippage` and `fee`; `discount`: share of the slice's equity."""

    slippage: float
    fee: float
    discount: float


AT_MARKET = Charges(1.0, 1.0, 0.0)


class Slice(NamedTuple):
    """What is closed: `target` and `kept` (positions,), quantities to close and held; `cash` before.

    `charged`: fee of the event so far, which is given back where slippage needs it.
    """

    target: Any
    kept: Any
    cash: Any
    equity: Any
    done: Any
    charged: Any


@inline
def fee_paid(fee: Any, left: Any, charged: Any) -> Any:
    """What of the fee the equity `left` after slippage pays; below 0: what is given back of `charged`."""
    return min(fee, left) if left > 0.0 else -min(charged, -left)


@part
def slice_costs(book: Any, view: Any, cut: Any, f: Any, charges: Any) -> Any:
    """Slippage, full fee, and their slopes in f."""
    slip, fee, steep, dear = 0.0, 0.0, 0.0, 0.0
    for p in range(cut.target.size):
        if cut.target[p] > 0.0:
            value = cut.target[p] * unit_notional(book.face[p], view.marks[book.asset[p]])
            done = cut.done[p]
            slip += slippage(book, p, done + f * value) - slippage(book, p, done)
            steep += value * marginal_slippage(book, p, done + f * value)
            dear += value * book.fee[p] * charges.fee
    dear += charges.discount * max(cut.equity, 0.0)
    fee = f * dear
    return slip * charges.slippage, fee, steep * charges.slippage, dear


@part
def put(book: Any, view: Any, cut: Any, f: Any, paid: Any) -> None:
    """Leave the view as it is once the slice was closed; a position closed whole keeps its sign."""
    view.cash[0] = cut.cash - paid
    for p in range(cut.target.size):
        held, amount = cut.kept[p], f * cut.target[p]
        rest = max(abs(held) - amount, 0.0)
        view.quantity[p] = math.copysign(rest, held)
        view.cash[0] += math.copysign(amount, held) * view.marks[book.asset[p]]


@part
def slice_health(rule: Any, book: Any, view: Any, cut: Any, f: Any, charges: Any, breakdown: Any) -> Any:
    """g(f) and its slope to the right; the view is left there."""
    slip, fee, steep, dear = slice_costs(book, view, cut, f, charges)
    left = cut.equity - slip
    charged = fee_paid(fee, left, cut.charged)
    put(book, view, cut, f, slip + charged)
    required = requirement(rule, book, view, breakdown)
    slope = -(steep + dear) if charged >= fee else -steep if left + cut.charged <= 0.0 else 0.0
    for p in range(cut.target.size):
        unit = unit_notional(book.face[p], view.marks[book.asset[p]])
        relief = breakdown.slope[p] if cut.kept[p] > 0.0 else -breakdown.slope[p]
        slope += (1.0 + book.buffer) * relief * cut.target[p] * unit
    return left - charged - (1.0 + book.buffer) * required, slope


@part
def solvent_share(book: Any, view: Any, cut: Any, charges: Any) -> Any:
    """The largest f whose slippage and full fee the equity pays."""
    low, high = 0.0, 1.0
    for k in range(HALVINGS):
        middle = high if k == 0 else 0.5 * (low + high)
        slip, fee, _, _ = slice_costs(book, view, cut, middle, charges)
        if fee <= max(cut.equity - slip, 0.0):  # as it is charged, to the last bit
            low = middle
            if k == 0:
                break
        else:
            high = middle
    return low


@part
def root_between(
    rule: Any, book: Any, view: Any, cut: Any, low: Any, high: Any, charges: Any, breakdown: Any
) -> Any:
    """The upper end of the bracket, closed in on a root: g < 0 at `low`, g >= 0 at `high`."""
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        g, _ = slice_health(rule, book, view, cut, middle, charges, breakdown)
        if g >= 0.0:
            high = middle
        else:
            low = middle
    return high


@part
def ascend(
    rule: Any, book: Any, view: Any, cut: Any, low: Any, end: Any, near: Any, charges: Any, breakdown: Any
) -> Any:
    """Root or peak of a concave g on [low, end]: f, g(f), and whether g(f) >= 0; as `climb` of one leg."""
    g_low, rise = slice_health(rule, book, view, cut, low, charges, breakdown)
    high, g_high, fall, rooted = -1.0, 0.0, 0.0, True
    for turn in range(ROUNDS):
        if rise <= 0.0 or low >= end or (high >= 0.0 and high - low <= GRAIN):
            break
        if high < 0.0:
            f = min(newton(low, g_low, rise), end)
        else:
            f, rooted = between(low, g_low, rise, high, g_high, fall, GRAIN, turn)
        if rooted and f <= low:  # the steps have come to rest
            break
        g, slope = slice_health(rule, book, view, cut, f, charges, breakdown)
        if g >= 0.0:
            return f, g, True
        if slope > 0.0:
            low, g_low, rise = f, g, slope
        else:
            high, g_high, fall = f, g, slope
    return low, g_low, g_low >= -near


@part
def scanned_slice(
    rule: Any, book: Any, view: Any, cut: Any, now: Any, near: Any, charges: Any, breakdown: Any
) -> Any:
    """The first look with g >= 0, closed in on; else the look with the largest g."""
    best, value, before = 0.0, now, 0.0
    for k in range(1, LOOKS + 1):
        f = k / LOOKS
        g, _ = slice_health(rule, book, view, cut, f, charges, breakdown)
        if g >= -near:
            return root_between(rule, book, view, cut, before, f, charges, breakdown), True
        if g > value + near:
            best, value = f, g
        before = f
    return best, False


@part
def smallest_slice(
    rule: Any, book: Any, view: Any, target: Any, kept: Any, done: Any, equity: Any, maintenance: Any,
    charges: Any, breakdown: Any, ledger: Any,
) -> Any:  # fmt: skip
    """Share of `target` (positions,) to close, and whether that restores the account; the view is kept.

    `kept` (positions,) is scratch. A share that g does not gain by is 0.
    """
    for p in range(kept.size):
        kept[p] = view.quantity[p]
    cut = Slice(target, kept, view.cash[0], equity, done, ledger.fee[0])
    near = NEAR * gross_value(book, view)
    now = equity - (1.0 + book.buffer) * maintenance
    solvent = 1.0
    if not convex(rule):
        found, enough = scanned_slice(rule, book, view, cut, now, near, charges, breakdown)
    else:
        solvent = solvent_share(book, view, cut, charges)
        found, value, enough = ascend(rule, book, view, cut, 0.0, solvent, near, charges, breakdown)
        if not enough and solvent < 1.0:
            whole, _ = slice_health(rule, book, view, cut, 1.0, charges, breakdown)
            just_beyond = min(solvent + GRAIN, 1.0)  # where the slope is that of the further stretch
            beyond, g, _ = ascend(rule, book, view, cut, just_beyond, 1.0, near, charges, breakdown)
            if whole >= -near:  # nothing is left, and nothing required: no account is restored by that
                found = 0.0
            elif g > value + near:
                found = beyond
    for p in range(kept.size):
        view.quantity[p] = kept[p]
    view.cash[0] = cut.cash
    return found, enough


@part
def close_slice(
    book: Any, view: Any, target: Any, f: Any, done: Any, equity: Any, charges: Any, ledger: Any
) -> Any:
    """Close the share `f` of the target in one event; return the equity left."""
    slip, fee = 0.0, charges.discount * f * max(equity, 0.0)
    for p in range(target.size):
        if target[p] > 0.0:
            held, amount, mark = view.quantity[p], f * target[p], view.marks[book.asset[p]]
            value = amount * unit_notional(book.face[p], mark)
            slip += charges.slippage * (slippage(book, p, done[p] + value) - slippage(book, p, done[p]))
            fee += charges.fee * book.fee[p] * value
            rest = max(abs(held) - amount, 0.0)
            view.quantity[p] = 0.0 if rest == 0.0 else math.copysign(rest, held)
            view.cash[0] += math.copysign(amount, held) * mark
            done[p] += charges.slippage * value
            ledger.closed_notional[0] += value
            ledger.closings[0] += 1
    charged = fee_paid(fee, equity - slip, ledger.fee[0])
    ledger.slippage[0] += slip
    ledger.fee[0] += charged
    ledger.fee_waived[0] += fee - charged
    view.cash[0] -= slip + charged
    return equity - slip - charged
