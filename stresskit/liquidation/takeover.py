"""Takeover at the bankruptcy price, and hedges that cancel.

At its bankruptcy price a position has eaten the equity that backs it: what was left goes to the
insurance fund, which executes the position and pays what that costs. The account therefore loses its
equity and no more, the fund gains what execution leaves of it, and what execution costs beyond the
equity is shortfall. Of several positions each is backed in proportion to its maintenance, a part of a
position in proportion to its size: an assumption, since no venue publishes it for cross margin.

Sources: Binance support FAQ 360033525271; Bybit help, "Bankruptcy Price"; MEXC support 360044646391.
"""

from typing import Any

from stresskit.liquidation.execution import close, give_back_fee, slippage
from stresskit.numerics.jit import inline, part
from stresskit.numerics.notional import unit_notional

HEDGES = {"no": 0.0, "with_each_other": 1.0, "at_market": 2.0}
STAY, MARKET = HEDGES["no"], HEDGES["at_market"]


@inline
def move(book: Any, view: Any, p: Any, amount: Any, ledger: Any) -> Any:
    """Take `amount` of position `p` away at the mark, at no cost; return its value."""
    held, mark = view.quantity[p], view.marks[book.asset[p]]
    value = amount * unit_notional(book.face[p], mark)
    side = 1.0 if held > 0.0 else -1.0
    view.cash[0] += side * amount * mark
    view.quantity[p] = 0.0 if amount >= abs(held) else held - side * amount
    ledger.closed_notional[0] += value
    ledger.closings[0] += 1
    return value


@inline
def executed(book: Any, p: Any, value: Any, done: Any, ledger: Any) -> Any:
    """Book and return the slippage of executing `value` USD after what was done in the event."""
    slip = slippage(book, p, done[p] + value) - slippage(book, p, done[p])
    done[p] += value
    ledger.slippage[0] += slip
    return slip


@part
def take_over_everything(book: Any, view: Any, done: Any, equity: Any, ledger: Any) -> Any:
    """Hand all that is open to the fund; return what is left of the equity: nothing, or a shortfall."""
    for p in range(book.asset.size):
        if view.quantity[p] != 0.0:
            value = move(book, view, p, abs(view.quantity[p]), ledger)
            ledger.taken_notional[0] += value
            equity -= executed(book, p, value, done, ledger)
    equity = give_back_fee(equity, ledger)
    ledger.fund[0] += max(equity, 0.0)
    return min(equity, 0.0)


@part
def hand_over(book: Any, view: Any, p: Any, amount: Any, backing: Any, done: Any, ledger: Any) -> Any:
    """Hand `amount` of position `p` to the fund, with its part of the `backing`; return the equity lost."""
    lost = backing * amount / abs(view.quantity[p])
    value = move(book, view, p, amount, ledger)
    ledger.taken_notional[0] += value
    ledger.fund[0] += lost - executed(book, p, value, done, ledger)
    view.cash[0] -= lost
    return lost


@part
def net_hedges(how: Any, book: Any, view: Any, done: Any, equity: Any, ledger: Any) -> Any:
    """Close long against short of one coin and kind of contract; return the equity left."""
    if how == STAY:
        return equity
    for p in range(book.asset.size):
        for r in range(p + 1, book.asset.size):
            if book.asset[p] != book.asset[r] or (book.face[p] > 0.0) != (book.face[r] > 0.0):
                continue
            if not view.quantity[p] * view.quantity[r] < 0.0:
                continue
            mark = view.marks[book.asset[p]]
            one, other = unit_notional(book.face[p], mark), unit_notional(book.face[r], mark)
            value = min(abs(view.quantity[p]) * one, abs(view.quantity[r]) * other)
            for leg, unit in ((p, one), (r, other)):
                amount = min(value / unit, abs(view.quantity[leg]))
                if abs(view.quantity[leg]) - amount <= 1e-12 * amount:
                    amount = abs(view.quantity[leg])
                if how == MARKET:
                    equity = close(book, view, leg, amount, done, equity, ledger)
                else:
                    move(book, view, leg, amount, ledger)
    return equity
