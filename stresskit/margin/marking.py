"""What an account is worth at the marks, on a whole block of paths."""

from typing import Any

from stresskit.numerics.jit import inline, part


@inline
def add_values(marked: Any, equity: Any, two: Any) -> None:
    """Add the values of two positions to equity (paths,), or of the first alone.

    `marked`: quantities and marks of both.
    """
    one, other, mark, further = marked
    if two:  # two at a time: half the passes, the same sums
        for b in range(equity.size):
            equity[b] = (equity[b] + one[b] * mark[b]) + other[b] * further[b]
    else:
        for b in range(equity.size):
            equity[b] += one[b] * mark[b]


@inline
def copy(values: Any, out: Any) -> None:
    """Fill out (paths,) with the values."""
    for b in range(out.size):
        out[b] = values[b]


@inline
def fill(out: Any, value: Any) -> None:
    """Fill out (paths,) with one value."""
    for b in range(out.size):
        out[b] = value


@part
def mark_coins(wallet: Any, marks: Any, held: Any, equity: Any) -> None:
    """Add the coins of the wallet to equity (paths,)."""
    for c in range(wallet.asset.size):
        value, mark = wallet.value[c], marks[wallet.asset[c]]
        for b in range(equity.size):
            equity[b] += value * held[b] * mark[b]


@part
def mark_to_market(book: Any, marks: Any, quantity: Any, cash: Any, held: Any, equity: Any) -> None:
    """Fill equity (paths,) at marks (assets, paths).

    `quantity`, `cash` and `held` as in the block: given alone, because a call costs by what it is given.
    """
    last = book.asset.size - 1
    copy(cash, equity)
    for p in range(0, last + 1, 2):
        q = min(p + 1, last)
        marked = quantity[p], quantity[q], marks[book.asset[p]], marks[book.asset[q]]
        add_values(marked, equity, q > p)
    mark_coins(book.wallet, marks, held, equity)
