"""What a book is worth at the marks: of a life that goes on, and of a book that nobody touches."""

from typing import Any

import numpy as np

from stresskit.domain import Book, Float1D, Float2D
from stresskit.numerics.jit import part


@part
def mark_to_market(book: Any, tile: Any, step: Any, block: Any) -> None:
    """Fill ``block.equity`` at the tile's marks after `step`."""
    equity = block.equity
    for b in range(equity.size):
        equity[b] = block.cash[b]
    positions = book.asset.size
    for p in range(0, positions - 1, 2):  # two at a time: half the passes, the same sums
        one, other = block.quantity[p], block.quantity[p + 1]
        marks, further = tile.marks[step, book.asset[p]], tile.marks[step, book.asset[p + 1]]
        for b in range(equity.size):
            equity[b] = (equity[b] + one[b] * marks[b]) + other[b] * further[b]
    if positions % 2 == 1:
        quantity, marks = block.quantity[positions - 1], tile.marks[step, book.asset[positions - 1]]
        for b in range(equity.size):
            equity[b] += quantity[b] * marks[b]
    for c in range(book.wallet.asset.size):
        value, marks = book.wallet.value[c], tile.marks[step, book.wallet.asset[c]]
        for b in range(equity.size):
            equity[b] += value * block.held[b] * marks[b]


def mark_profit(book: Book, marks: Float2D) -> Float1D:
    """Profit of the untouched book and its coins at marks (assets, paths), in USD, as the venue counts."""
    profit = np.zeros(marks.shape[1])
    for asset, quantity in zip(book.asset, book.quantity, strict=True):
        profit += quantity * (marks[asset] - 1.0)
    for asset, value in zip(book.wallet.asset, book.wallet.value, strict=True):
        profit += value * (marks[asset] - 1.0)
    return profit
