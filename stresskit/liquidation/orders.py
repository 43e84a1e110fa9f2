"""One order of a given size: it is sent only where it helps."""

from typing import Any

from stresskit.domain import requirement
from stresskit.liquidation.close_all import close_everything
from stresskit.liquidation.execution import close, costs, give_back_fee
from stresskit.liquidation.takeover import take_over_everything
from stresskit.numerics.jit import part
from stresskit.numerics.notional import unit_notional

RISE = 1e-10  # of the account's gross value, for a rise of g that counts
NEAR = 1e-12  # of the gross value: how near to zero g restores the account


@part
def gross_value(book: Any, view: Any) -> Any:
    """USD notional of all that is open."""
    total = 0.0
    for p in range(book.asset.size):
        total += abs(view.quantity[p]) * unit_notional(book.face[p], view.marks[book.asset[p]])
    return total


@part
def largest_of(view: Any, weight: Any, tried: Any) -> Any:
    """The open position with the largest weight that was not tried yet; -1 if none is left."""
    found = -1
    for p in range(tried.size):
        if not tried[p] and view.quantity[p] != 0.0 and (found < 0 or weight[p] > weight[found]):
            found = p
    return found


@part
def helps(book: Any, before: Any, after: Any, gross: Any) -> Any:
    """Whether g rose by more than rounding, or the account is restored."""
    return after >= -NEAR * gross or after > before + RISE * gross


@part
def order(
    rule: Any, book: Any, view: Any, p: Any, amount: Any, done: Any, equity: Any, maintenance: Any,
    breakdown: Any, ledger: Any,
) -> Any:  # fmt: skip
    """Close `amount` of position `p` at the market if g rises; equity, maintenance, and whether it did.

    `breakdown` is the evaluation of what is left.
    """
    held, cash, gross = view.quantity[p], view.cash[0], gross_value(book, view)
    mark = view.marks[book.asset[p]]
    slip, charged, _ = costs(book, p, done[p], amount * unit_notional(book.face[p], mark), equity)
    charged -= min(ledger.fee[0], max(slip - equity, 0.0))  # the event's fee ranks behind its slippage
    side = 1.0 if held > 0.0 else -1.0
    view.quantity[p] = 0.0 if amount >= abs(held) else held - side * amount
    view.cash[0] = cash + side * amount * mark - slip - charged
    required = requirement(rule, book, view, breakdown)
    before = equity - (1.0 + book.buffer) * maintenance
    after = equity - slip - charged - (1.0 + book.buffer) * required
    view.quantity[p], view.cash[0] = held, cash
    if not helps(book, before, after, gross):
        ledger.useless[0] += 1
        return equity, requirement(rule, book, view, breakdown), False
    left = close(book, view, p, amount, done, equity, ledger)
    equity = give_back_fee(left, ledger)
    view.cash[0] += equity - left
    return equity, required, True


@part
def restored(book: Any, view: Any, equity: Any, maintenance: Any) -> Any:
    """Whether g >= 0 but for rounding, with something to show for it."""
    return equity - (1.0 + book.buffer) * maintenance >= -NEAR * gross_value(book, view)


@part
def end(takeover: Any, book: Any, view: Any, done: Any, equity: Any, ledger: Any) -> Any:
    """A policy's last step: the fund takes over, or the market, all that is open."""
    if takeover > 0.0:
        return take_over_everything(book, view, done, equity, ledger)
    return close_everything(book, view, done, equity, ledger)
