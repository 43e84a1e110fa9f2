"""Close everything at once: the cross margin of the article, and every policy's last step."""

from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import liquidate
from stresskit.liquidation.execution import close, give_back_fee
from stresskit.numerics.jit import implements, part


class CloseAll(NamedTuple):
    """No parameters; the field only makes the type a tuple that numba can hold."""

    fraction: float = 1.0


@part
def close_everything(book: Any, view: Any, done: Any, equity: Any, ledger: Any) -> Any:
    """Close all that is still open; return the equity left, which may be negative."""
    for p in range(book.asset.size):
        if view.quantity[p] != 0.0:
            equity = close(book, view, p, abs(view.quantity[p]), done, equity, ledger)
    return give_back_fee(equity, ledger)


@implements(liquidate, CloseAll, allocates=True)
def close_all(
    policy: Any, rule: Any, book: Any, view: Any, equity: Any, maintenance: Any, breakdown: Any, ledger: Any
) -> Any:
    """One event that shuts the book."""
    return close_everything(book, view, np.zeros(book.asset.size), equity, ledger)
