"""A stablecoin off its peg: what that makes of the cash in it, and what an untouched book loses."""

import numpy as np

from stresskit.domain import Block, Book, Float1D, Float2D, Record
from stresskit.simulate.plan import Peg


def shift_cash(peg: Peg, before: float, now: float, block: Block, record: Record) -> None:
    """The token is worth `now` instead of `before`: so is the cash in it, what contracts owe included.

    Of a token in which nothing settles the balance stays what it was at the start.
    """
    inside = block.cash - peg.rest + (peg.apart[:, None] * block.quantity).sum(axis=0)
    change = (
        (now / before - 1.0) * inside if peg.settles else np.full(block.cash.size, (now - before) * peg.own)
    )
    block.cash[:] += np.where(record.closed_step < 0, change, 0.0)


def peg_loss(book: Book, counted: Book, peg: Peg | None, marks: Float2D) -> Float1D:
    """What an untouched book lost at marks (assets, paths) where the venue counts its coins as `counted`."""
    lost = np.zeros(marks.shape[1])
    for asset, value, now in zip(book.wallet.asset, book.wallet.value, counted.wallet.value, strict=True):
        lost += (value - now) * marks[asset]
    return lost if peg is None else lost + off_peg(book, peg)


def off_peg(book: Book, peg: Peg) -> float:
    """USD that the token has cost an untouched book; below 0: it owed more of it than it held."""
    inside = book.cash - peg.rest + float(peg.apart @ book.quantity) if peg.settles else peg.own
    return (1.0 - peg.worth) * inside
