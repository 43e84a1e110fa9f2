"""Memory that the step loop works in, allocated once a thread."""

from typing import Any

import numpy as np

from stresskit.domain import TERMS, Beside, Block, Book, Breakdown, Float1D, Ledger, Record, View, Wallet
from stresskit.numerics.aligned import aligned
from stresskit.simulate.looking import Hands

LANES = 256  # scenarios of which a bound is computed at a time
ROW = 16  # numbers of single precision in a cache line
SETS = 5  # the most sets of scenarios by which a rule closes a position


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
    wide = -(-scenarios // ROW) * ROW
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
        rough=aligned((3, wide), np.float32),
        scratch=np.zeros(2 * scenarios),
        aside=np.zeros(3),
        last=np.zeros(1),
        lanes=np.zeros((2, LANES), dtype=np.float32),
        beside=Beside(aligned((SETS, wide), np.float32), np.zeros(SETS, dtype=np.int64)),
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
    sway, steep = np.zeros((4, variance.size)), np.zeros((4, book.asset.size + book.wallet.asset.size))
    return Hands(view_at(book, variance), breakdown, empty_ledger(), sway, steep)
