"""Memory that the step loop works in, allocated once a thread."""

from typing import Any

import numpy as np

from stresskit.domain import TERMS, Block, Book, Breakdown, Float1D, Known, Ledger, Record, View, Wallet
from stresskit.numerics.aligned import aligned
from stresskit.simulate.looking import Hands

FEW = 3  # assets: books of more are seldom near one that is known
SHARE = 16  # one in so many scenarios of a set is kept around a known book at most
ENTRIES = 64  # books that are known at most


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


def empty_breakdown(positions: int, assets: int, scenarios: int) -> Breakdown:
    """Allocate what a rule writes to; `scenarios` is 0 where the rule has no scenario set."""
    return Breakdown(
        contribution=np.zeros(positions),
        slope=np.zeros(positions),
        drift=np.zeros(assets),
        terms=np.zeros(TERMS),
        binding=np.zeros(1, dtype=np.int64),
        exposure=np.zeros(assets),
        scale=np.zeros(assets),
        gradient=np.zeros(assets),
        loss=np.zeros(scenarios),
        base=np.zeros(scenarios),
        tail=np.zeros(scenarios, dtype=np.int64),
        scratch=np.zeros(2 * scenarios),
        aside=np.zeros(1),
        rest=np.zeros(assets),
        picked=np.zeros(scenarios // SHARE, dtype=np.int64),
        length=np.zeros(assets),
        known=nothing_known(assets, scenarios),
    )


def nothing_known(assets: int, scenarios: int) -> Known:
    """Allocate the memory of a scenario set's tails, for books of few assets."""
    room = scenarios // SHARE
    entries = ENTRIES if room and assets <= FEW else 0
    return Known(
        center=np.zeros((entries, assets)),
        unit=np.zeros((entries, assets)),
        reach=np.zeros(entries),
        size=np.zeros(entries, dtype=np.int64),
        rows=np.zeros((entries, assets, room)),
        tail=np.zeros((entries, room), dtype=np.int64),
        state=np.zeros(3, dtype=np.int64),
    )


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
    sway, steep = np.zeros((4, variance.size)), np.zeros((2, book.asset.size + book.wallet.asset.size))
    return Hands(view_at(book, variance), breakdown, empty_ledger(), sway, steep)
