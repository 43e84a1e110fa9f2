"""Memory that the step loop works in, allocated once a thread."""

from typing import Any

import numpy as np

from stresskit.domain import Block, Book, Float1D, Ledger, Record, View, Wallet
from stresskit.margin.breakdown import empty_breakdown as empty_breakdown
from stresskit.numerics.aligned import aligned
from stresskit.simulate.looking import Hands


def empty_block(positions: int, assets: int, paths: int) -> Block:
    """Allocate the state of a block."""
    rows = {
        "quantity": positions,
        "anchor_exposure": assets,
        "exposure": assets,
        "premium": positions,
        "shift": assets,
        "trace": 0,
    }
    columns = ((rows[f], paths) if f in rows else (paths,) for f in Block._fields)
    arrays: Any = map(aligned, columns)
    return Block(*arrays)._replace(picked=np.zeros(paths, dtype=np.int64))


def empty_record(paths: int) -> Record:
    """Allocate the outcome columns of a block."""
    whole = ("first_step", "closed_step", "closings", "trigger", "inside", "useless", "binding", "adl_step")
    columns: Any = (aligned((paths,), np.int64 if f in whole else np.float64) for f in Record._fields)
    return Record(*columns)


def no_coins() -> Wallet:
    """A wallet of USD alone."""
    return Wallet(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0), np.zeros(0), 0.0)


def start_equity(book: Book) -> float:
    """Equity of a book at its start, in USD."""
    return book.cash + float(book.quantity.sum()) + float(book.wallet.value.sum())


def notionals(book: Book, view: View) -> Float1D:
    """Signed USD notionals (positions,) of what is still held."""
    return view.quantity * np.where(book.face > 0.0, book.face, view.marks[book.asset])


def view_at(book: Book, variance: Float1D, multiplier: float = 1.0) -> View:
    """The account at its start: marks of 1.0 and the given variances (assets,)."""
    return View(
        book.quantity.copy(),
        np.ones(variance.size),
        variance.copy(),
        np.array([multiplier]),
        np.array([float(book.cash)]),
    )


def empty_ledger() -> Ledger:
    """Allocate what a liquidation writes its costs to."""
    whole = ("closings", "useless")
    columns: Any = (np.zeros(1, dtype=np.int64 if f in whole else np.float64) for f in Ledger._fields)
    return Ledger(*columns)


def take_hands(book: Book, variance: Float1D, scenarios: int) -> Hands:
    """Allocate one thread's scratch for one account."""
    breakdown = empty_breakdown(book.asset.size, variance.size, scenarios)
    sway, steep = np.zeros((4, variance.size)), np.zeros((4, book.asset.size + book.wallet.asset.size))
    return Hands(view_at(book, variance), breakdown, empty_ledger(), sway, steep)
