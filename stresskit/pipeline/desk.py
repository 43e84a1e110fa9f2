"""One contender at any marks: its requirement, and the marks at which equity meets it or is gone.

Only one asset moves, the others are frozen: what a trader reads beside a position, never the test
of a path.
"""

from collections.abc import Callable, Iterator

import numpy as np
from scipy.optimize import brentq

from stresskit.domain import Float1D
from stresskit.margin.brackets import BracketTable
from stresskit.simulate.blocks import Contender
from stresskit.simulate.loop import assess
from stresskit.simulate.scratch import empty_breakdown, view_at

HIGHEST = 1e6
NEAR = 1e-12  # of a mark: on this or that side of the edge of a tier


class Desk:
    """One contender that can be assessed at any marks of its assets; it stands at `marks` (assets,)."""

    def __init__(self, contender: Contender, variance: Float1D, marks: Float1D | None = None) -> None:
        self.contender = contender
        self.view = view_at(contender.book, variance)
        if marks is not None:
            self.view.marks[:] = marks
        self.base = self.view.marks.copy()
        self.breakdown = empty_breakdown(contender.book.asset.size, variance.size, contender.scenarios)

    def maintenance(self) -> float:
        """Requirement at the present marks; the breakdown holds its terms."""
        return assess(self.contender.rule, self.contender.book, self.view, self.breakdown)

    def equity(self) -> float:
        """Equity at the present marks."""
        book, marks = self.contender.book, self.view.marks
        found = book.cash + float(book.quantity @ marks[book.asset])
        return found + float(book.wallet.value @ marks[book.wallet.asset])

    def excess(self, asset: int, mark: float) -> float:
        """Equity less maintenance with one asset at `mark` and the others where they stand."""
        self.view.marks[asset] = mark
        found = self.equity() - self.maintenance()
        self.view.marks[asset] = self.base[asset]
        return found


def side_of(desk: Desk, position: int) -> float:
    """Sign of a position; a spot position has that of its coins in the wallet."""
    book = desk.contender.book
    if book.quantity[position] != 0.0:
        return float(np.sign(book.quantity[position]))
    spot = book.wallet.spot[book.wallet.asset == book.asset[position]]
    return float(np.sign(spot.sum()))


def liquidation_mark(desk: Desk, position: int) -> float | None:
    """Mark of the position's asset, relative to the start, at which equity equals maintenance.

    Other assets stay where they are; the mark is sought on the side on which the position loses. Where
    the requirement is continuous, equity less maintenance is concave in one mark, so there is at most
    one such mark on a side. A table that jumps is searched from edge to edge; if the account dies in a
    jump, its mark is the edge.
    """
    asset, down = int(desk.contender.book.asset[position]), side_of(desk, position) > 0
    here = float(desk.base[asset])
    if desk.excess(asset, here) <= 0:
        return None

    def excess(mark: float) -> float:
        return desk.excess(asset, mark)

    last = here
    for edge in _edges(desk, asset, down):
        before, after = edge * (1.0 + NEAR), edge * (1.0 - NEAR)
        before, after = (before, after) if down else (after, before)
        if excess(before) <= 0:
            return _root(excess, last, before)
        if excess(after) <= 0:
            return edge
        last = after
    end = here * 1e-9 if down else 2.0 * last
    while excess(end) > 0:
        end *= 2.0
        if down or end > HIGHEST:
            return None
    return _root(excess, last, end)


def _root(excess: Callable[[float], float], one: float, other: float) -> float:
    return float(brentq(excess, min(one, other), max(one, other), xtol=1e-14))


def _edges(desk: Desk, asset: int, down: bool) -> Iterator[float]:
    """Marks of an asset at which the requirement jumps, in the order in which they are met."""
    rule, book = desk.contender.rule, desk.contender.book
    if not isinstance(rule, BracketTable) or not rule.jumps.any():
        return
    found: set[float] = set()
    for p in np.flatnonzero((book.asset == asset) & (book.quantity != 0.0)):
        floors = rule.floor[p][np.isfinite(rule.floor[p]) & (rule.floor[p] > 0.0)]
        held, face, in_coin = abs(book.quantity[p]), book.face[p], rule.in_coin[p] > 0.0
        if face == 0.0 and not in_coin:
            found.update((floors / held).tolist())
        elif face > 0.0 and in_coin:
            found.update((held * face / floors).tolist())
    here = float(desk.base[asset])
    yield from sorted((m for m in found if (m < here) == down and m < HIGHEST), reverse=down)


def bankruptcy_mark(desk: Desk, position: int) -> float | None:
    """Mark of the position's asset, relative to the start, at which nothing of the equity is left.

    Fees and slippage apart; None where the position gains on the way or the mark is not positive.
    """
    book, asset = desk.contender.book, int(desk.contender.book.asset[position])
    pull = float(book.quantity[book.asset == asset].sum())
    pull += float(book.wallet.value[book.wallet.asset == asset].sum())
    equity = desk.equity()
    if equity <= 0 or pull * side_of(desk, position) <= 0:
        return None
    mark = float(desk.base[asset]) - equity / pull
    return mark if mark > 0 else None
