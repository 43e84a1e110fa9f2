"""What a book that nobody touches has gained at the marks."""

import numpy as np

from stresskit.domain import Book, Float1D, Float2D


def mark_profit(book: Book, marks: Float2D) -> Float1D:
    """Profit of the untouched book and its coins at marks (assets, paths), in USD, as the venue counts."""
    profit = np.zeros(marks.shape[1])
    for asset, quantity in zip(book.asset, book.quantity, strict=True):
        profit += quantity * (marks[asset] - 1.0)
    for asset, value in zip(book.wallet.asset, book.wallet.value, strict=True):
        profit += value * (marks[asset] - 1.0)
    return profit
