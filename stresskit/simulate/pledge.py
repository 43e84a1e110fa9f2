"""Whether an account's collateral, and not its positions, brought it to its first breach.

Looked at are the losses from the start to the end of the step of the first breach, of what was held at
the start. The price of an asset costs the account what positions on it and coins of it lose together, so
that a coin which a short hedges is no cause; a haircut costs what the venue counts of a coin less than at
the start; a lost peg what the account's dollars in the token lose. The dearest of these is the cause. It
is the collateral's if it is a haircut, the peg, or the price of an asset of which the coins lost more
than the positions.

A cause has an index: 2 k is the price of coin k of the wallet, 2 k + 1 its haircut, and the number past
the coins the peg.
"""

import numpy as np

from stresskit.domain import Book, Float2D, Int1D, Record, Tile
from stresskit.simulate.pegs import off_peg
from stresskit.simulate.plan import Peg

NONE = -1


class Pledge:
    """What is known of one life's collateral over a block: `cause` (paths,), -1 where it is none."""

    def __init__(self, paths: int) -> None:
        """Allocate for blocks of so many paths."""
        self.cause: Int1D = np.full(paths, NONE, dtype=np.int64)
        self._judged = np.zeros(paths, dtype=bool)
        self._start: Book | None = None

    def begin(self, book: Book) -> None:
        """A block begins with this book on every path."""
        self.cause[:], self._judged[:], self._start = NONE, False, book

    def judge(self, now: Book, tile: Tile, first: int, record: Record, peg: Peg | None) -> None:
        """Find the cause of the first breaches within a tile that came after step `first`.

        `now`: the book as the venue counts it. An account without coins is passed over while every token
        holds its `peg`.
        """
        if self._start is None or (self._start.wallet.asset.size == 0 and peg is None):
            return
        fresh = np.flatnonzero((record.first_step > first) & ~self._judged)
        if fresh.size:
            self._judged[fresh] = True
            marks = tile.marks[record.first_step[fresh] - first - 1, :, fresh].T
            lost = 0.0 if peg is None else off_peg(self._start, peg)
            self.cause[fresh] = causes(self._start, now, marks, lost)


def causes(start: Book, now: Book, marks: Float2D, by_peg: float) -> Int1D:
    """Index of the cause (paths,) at marks (assets, paths), -1 where positions are it; `by_peg`: USD lost."""
    fall, coins = 1.0 - marks, start.wallet
    by_price, by_positions = coins.value[:, None] * fall[coins.asset], np.zeros(marks.shape)
    np.add.at(by_positions, start.asset, start.quantity[:, None] * fall[start.asset])
    by_coins = np.zeros(marks.shape)
    np.add.at(by_coins, coins.asset, by_price)
    by_haircut = (coins.value - now.wallet.value)[:, None] * marks[coins.asset]
    peg = np.full((1, marks.shape[1]), by_peg)
    dearest = np.max(np.vstack([by_positions + by_coins, by_haircut, peg]), axis=0)
    found = np.full(marks.shape[1], NONE, dtype=np.int64)
    found[by_peg == dearest] = 2 * coins.value.size
    for k in range(coins.value.size):
        found[by_haircut[k] == dearest] = 2 * k + 1
    for asset in range(marks.shape[0]):
        mine = by_positions[asset] + by_coins[asset] == dearest
        found[mine] = _worst_coin(asset, coins.asset, by_price)[mine]
        found[mine & (by_positions[asset] >= by_coins[asset])] = NONE
    found[dearest <= 0.0] = NONE
    return found


def _worst_coin(asset: int, assets: Int1D, lost: Float2D) -> Int1D:
    """The price of the coin of this asset that lost most."""
    mine = np.flatnonzero(assets == asset)
    if mine.size == 0:
        return np.full(lost.shape[1], NONE, dtype=np.int64)
    return np.asarray(2 * mine[np.argmax(lost[mine], axis=0)], dtype=np.int64)


def own_cause(cause: Int1D, coin: int, coins: int) -> Int1D:
    """Causes of a position with a share of `coin` alone (-1: none) as of its account of `coins` coins."""
    held = 0 if coin < 0 else 1
    moved = np.where(cause < 2 * held, cause + 2 * coin, 2 * coins)
    return np.where(cause < 0, NONE, moved).astype(np.int64)
