"""Changes of an account that could help: money paid in, or an order that costs spread and impact.

An order is filled around the mark, so that equity falls by what it costs: half-spread and price impact of
`[execution]`, as a forced closing of that size would pay without the liquidation fee. Under isolated margin
money is paid into the positions in proportion to their margins, and an order takes its share of a position's
margin along.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from stresskit.domain import Book
from stresskit.pipeline.accounts import Prepared
from stresskit.simulate.apart import Apart


def topped_up(account: Prepared, usd: float) -> Prepared:
    """The account with `usd` paid in, in USD."""

    def more(apart: Apart) -> Apart:
        held = float(apart.usd.sum())
        return apart._replace(usd=apart.usd * (1.0 + usd / held)) if held > 0.0 else apart

    return _with(account, lambda book: book._replace(cash=book.cash + usd), more)


def resized(account: Prepared, position: int, share: float) -> Prepared:
    """The account with one position larger by `share` of itself, the order paid for; -1 closes it."""
    cost = order_cost(account, position, share)

    def change(book: Book) -> Book:
        quantity = book.quantity.copy()
        more = share * quantity[position]
        quantity[position] += more
        return book._replace(quantity=quantity, cash=book.cash - more - cost)

    def along(apart: Apart) -> Apart:
        factor = np.ones(apart.usd.size)
        factor[position] += share
        return apart._replace(usd=apart.usd * factor, share=apart.share * factor)

    return _with(account, change, along)


def order_cost(account: Prepared, position: int, share: float) -> float:
    """Half-spread and price impact of the order, USD."""
    book = account.book
    notional = abs(share * account.spec.positions[position].notional)
    return float(notional * book.half_spread[position] + book.impact[position] * notional**1.5)


def legs(account: Prepared) -> list[int]:
    """Places of the positions that an order can change: contracts, not spot."""
    return [int(p) for p in np.flatnonzero(account.book.quantity)]


def _with(account: Prepared, change: Callable[[Book], Book], move: Callable[[Apart], Apart]) -> Prepared:
    modes = {}
    for name, mode in account.modes.items():
        old = mode.contender
        apart = None if old.apart is None else move(old.apart)
        modes[name] = replace(mode, contender=replace(old, book=change(old.book), apart=apart))
    return replace(account, book=change(account.book), modes=modes)
