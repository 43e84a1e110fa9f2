"""What a book is worth at the marks: of a life that goes on, and of a book that nobody touches."""

from typing import Any

import numpy as np

from stresskit.domain import Book, Float1D, Float2D
from stresskit.numerics.jit import part


@part
def mark_to_market(book: Any, marks: Any, quantity: Any, cash: Any, held: Any, equity: Any) -> None:
    """Fill equity (paths,) at marks (assets, paths).

    `quantity`, `cash` and `held` as in the block: given alone, because a call costs by what it is given.
    """
    positions = book.asset.size
    if positions < 2:
        for b in range(equity.size):
            equity[b] = cash[b]
    for p in range(0, positions - 1, 2):  # two at a time: half the passes, the same sums
        one, other = quantity[p], quantity[p + 1]
        mark, further = marks[book.asset[p]], marks[book.asset[p + 1]]
        if p == 0:
            for b in range(equity.size):
                equity[b] = (cash[b] + one[b] * mark[b]) + other[b] * further[b]
        else:
            for b in range(equity.size):
                equity[b] = (equity[b] + one[b] * mark[b]) + other[b] * further[b]
    if positions % 2 == 1:
        last, mark = quantity[positions - 1], marks[book.asset[positions - 1]]
        for b in range(equity.size):
            equity[b] += last[b] * mark[b]
    for c in range(book.wallet.asset.size):
        value, mark = book.wallet.value[c], marks[book.wallet.asset[c]]
        for b in range(equity.size):
            equity[b] += value * held[b] * mark[b]


def mark_profit(book: Book, marks: Float2D) -> Float1D:
    """Profit of the untouched book and its coins at marks (assets, paths), in USD, as the venue counts."""
    profit = np.zeros(marks.shape[1])
    for asset, quantity in zip(book.asset, book.quantity, strict=True):
        profit += quantity * (marks[asset] - 1.0)
    for asset, value in zip(book.wallet.asset, book.wallet.value, strict=True):
        profit += value * (marks[asset] - 1.0)
    return profit
