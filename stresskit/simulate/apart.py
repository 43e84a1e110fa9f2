"""Isolated margin: an account taken apart into its positions, each a contender of its own.

A position owns its margin and its profit, and what the venue asks of it is by its own table; what no
position holds stays free. A linear contract's margin is USD of the account's cash; an inverse one's is a
share of the wallet's coins, so that whatever the venue makes of the coins it makes of the margin too.

Source: Binance support FAQ b3c689c1f50a44cabb3a84e663b81d93 (isolated: the position's wallet, no others).
"""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import Book, Float1D, Int1D, Wallet
from stresskit.liquidation.largest_loss import LargestLoss
from stresskit.margin.brackets import BracketTable
from stresskit.margin.tightened import Tightened
from stresskit.simulate.carry import Dues


class Apart(NamedTuple):
    """What each position holds by itself, each (positions,): `usd`, or the `share` of a coin of the wallet.

    `coin`: its place in the wallet, -1 for a contract that settles in dollars.
    """

    usd: Float1D
    coin: Int1D
    share: Float1D


class Rest(NamedTuple):
    """What no position holds: USD, and of each coin of the wallet (coins,) what the venue counts."""

    usd: float
    value: Float1D


def margined(book: Book) -> list[int]:
    """Places of the positions that have margin: contracts, not spot."""
    return [int(p) for p in np.flatnonzero(book.quantity)]


def part_of(whole: Any, p: int) -> Any:
    """Position `p` of the contender `whole` by itself, with its own margin."""
    assert whole.apart is not None
    entry = np.ones(whole.book.asset.size) if whole.entry is None else whole.entry
    policy, dues = whole.policy, whole.dues
    if dues is not None:
        columns = {name: _one(getattr(dues, name), p) for name in Dues._fields if name != "step_s"}
        dues = Dues(**columns, step_s=dues.step_s)
    if isinstance(policy, LargestLoss):
        policy = policy._replace(entry=_one(policy.entry, p))
    return replace(
        whole,
        rule=rule_of(whole.rule, p),
        policy=policy,
        book=_book(whole.book, whole.apart, float(entry[p]), p),
        dues=dues,
        entry=_one(entry, p),
        apart=None,
    )


def rest_of(whole: Any) -> Rest:
    """What of the contender's collateral no position holds."""
    apart, book = whole.apart, whole.book
    entry = np.ones(book.asset.size) if whole.entry is None else whole.entry
    held = sum(_cash(book, apart, float(entry[p]), p) for p in margined(book))
    taken = np.zeros(book.wallet.asset.size)
    for p in margined(book):
        if apart.coin[p] >= 0:
            taken[apart.coin[p]] += apart.share[p]
    return Rest(float(book.cash) - held, (1.0 - taken) * book.wallet.value)


def rule_of(rule: Any, p: int) -> Any:
    """The table of one position, tightened as the whole is."""
    if isinstance(rule, Tightened):
        return rule._replace(rule=rule_of(rule.rule, p))
    return BracketTable(*(_one(column, p) for column in rule))


def allotted(apart: Apart, book: Book, entry: Float1D) -> Apart:
    """The same proportions of margin with nothing left free: all coins, and all USD but the profit so far."""
    dollars = np.where(apart.coin < 0, apart.usd, 0.0)
    unrealized = float(book.quantity @ (1.0 - entry))
    cash = max(float(book.cash + book.quantity.sum()) - unrealized, 0.0)
    usd = dollars * (cash / dollars.sum()) if dollars.sum() > 0.0 else dollars
    share = apart.share.copy()
    for coin in set(apart.coin[apart.coin >= 0].tolist()):
        mine = apart.coin == coin
        share[mine] /= max(float(share[mine].sum()), np.finfo(float).tiny)
    return Apart(usd, apart.coin, share)


def _one(column: Any, p: int) -> Any:
    return column[p : p + 1].copy()


def _cash(book: Book, apart: Apart, entry: float, p: int) -> float:
    """USD of the position's own cash: margin and profit so far, less what moves with the mark."""
    own = float(apart.usd[p]) if apart.coin[p] < 0 else 0.0
    return own - float(book.quantity[p]) * entry


def _book(book: Book, apart: Apart, entry: float, p: int) -> Book:
    columns = {name: _one(getattr(book, name), p) for name in _COLUMNS}
    coin = int(apart.coin[p])
    held = slice(coin, coin + 1) if coin >= 0 else slice(0, 0)
    value = float(apart.share[p]) * book.wallet.value[held]
    wallet = Wallet(book.wallet.asset[held].copy(), value, np.zeros(value.size), np.zeros(value.size), 0.0)
    return Book(**columns, cash=_cash(book, apart, entry, p), buffer=book.buffer, wallet=wallet)


_COLUMNS = ("asset", "quantity", "half_spread", "impact", "fee", "face")
