"""Borrowing: a rate on the dollars that the account owes, and the maintenance of borrowed coins.

What it owes in dollars is a negative balance of them, unrealized profit included. Without coins in
the wallet that is negative equity: such an account is in breach whatever is charged.

Source: OKX, MR8 (2 % maintenance and 10 % initial in its published example).
"""

from typing import Any

from stresskit.margin.brackets import loans
from stresskit.numerics.elementary import greater
from stresskit.numerics.jit import inline, part

ROUNDING = 1e-12  # room for rounding, so that "certainly healthy" stays certain


@inline
def dollars_of(book: Any, view: Any) -> Any:
    """USD of one account now, unrealized profit included; what it owes is negative."""
    dollars = view.cash[0]
    for p in range(book.asset.size):
        dollars += view.quantity[p] * view.marks[book.asset[p]]
    return dollars


@inline
def borrowing_charge(rule: Any, book: Any, view: Any, drift: Any) -> Any:
    """Charge in USD; sets the drift by borrowed coins, and by the profit that pays dollars back.

    A venue with a rate of its own takes it on the dollars owed; elsewhere the wallet's own rates hold.
    """
    charge, rate = loans(book.wallet, view.marks, drift), rule.borrowing
    if rate > 0.0:
        owed = max(-dollars_of(book, view), 0.0)
        charge += rate * owed - book.wallet.loan_usd
        for p in range(book.asset.size):
            if owed > 0.0:
                drift[book.asset[p]] -= rate * view.quantity[p] * view.marks[book.asset[p]]
    return charge


@part
def loans_ceiling(rule: Any, book: Any, tile: Any, step: Any, block: Any) -> None:
    """Set the ceiling to the charge of every path."""
    total, wallet, rate = block.ceiling, book.wallet, rule.borrowing * (1.0 + ROUNDING)
    if rule.borrowing == 0.0:
        total[:] = wallet.loan_usd * (1.0 + ROUNDING)
    elif wallet.asset.size == 0:
        for b in range(total.size):
            total[b] = rate * greater(-block.equity[b], 0.0)
    else:
        for b in range(total.size):
            block.gross[b] = block.equity[b]
        for c in range(wallet.asset.size):
            marks = tile.marks[step, wallet.asset[c]]
            for b in range(total.size):
                block.gross[b] -= wallet.value[c] * block.held[b] * marks[b]
        for b in range(total.size):
            total[b] = rate * greater(-block.gross[b], 0.0)
    for c in range(wallet.asset.size):
        loan, marks = wallet.loan[c] * (1.0 + ROUNDING), tile.marks[step, wallet.asset[c]]
        for b in range(total.size):
            total[b] += loan * marks[b]
