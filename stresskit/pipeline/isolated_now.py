"""Isolated margin now: every position as an account of its own."""

from dataclasses import dataclass

import numpy as np

from stresskit.config.position import Position
from stresskit.domain import Book, Float1D, Wallet
from stresskit.margin.brackets import BracketTable
from stresskit.margin.isolated import Isolated
from stresskit.pipeline.accounts import Mode, Prepared
from stresskit.pipeline.desk import Desk
from stresskit.pipeline.isolated_margins import stated_margin
from stresskit.simulate.blocks import Contender


@dataclass(frozen=True, slots=True, eq=False)
class Alone:
    """One position with its own wallet; spot has no desk, since it is not margined."""

    desk: Desk | None
    margin: float
    equity: float
    maintenance: float

    @property
    def ratio(self) -> float:
        """Equity over maintenance; dead at 1 or below."""
        return self.equity / self.maintenance


def overdrawn(account: Prepared) -> float:
    """USD by which the isolated margins of the account exceed its wallet; zero or less where they fit."""
    contracts = [p for p in account.spec.positions if p.contract.kind != "spot"]
    return sum(stated_margin(p) for p in contracts) - (account.equity - account.spec.unrealized)


def isolated_desks(
    account: Prepared, mode: Mode, variance: Float1D, marks: Float1D | None = None
) -> list[Alone]:
    """Every position of the account by itself, in their order; none under another mode."""
    if not isinstance(mode.spec, Isolated):
        return []
    return [_alone(account, mode, variance, marks, i) for i in range(len(account.spec.positions))]


def _alone(account: Prepared, mode: Mode, variance: Float1D, marks: Float1D | None, i: int) -> Alone:
    position = account.spec.positions[i]
    if position.contract.kind == "spot":
        return Alone(None, 0.0, 0.0, 0.0)
    margin = stated_margin(position)
    rule = BracketTable(*(column[i : i + 1].copy() for column in mode.contender.rule))
    book = _single(mode.contender.book, i, margin, position)
    desk = Desk(Contender(rule, mode.contender.policy, book, 0), variance, marks)
    return Alone(desk, margin, desk.equity(), desk.maintenance())


def _single(book: Book, i: int, margin: float, position: Position) -> Book:
    """The book of one position; the margin of an inverse contract is coins that move with the mark."""
    inverse = position.contract.kind == "inverse"
    columns = {name: getattr(book, name)[i : i + 1].copy() for name in _COLUMNS}
    coins = np.array([margin]) if inverse else np.zeros(0)
    wallet = Wallet(
        columns["asset"][: coins.size].copy(), coins, np.zeros(coins.size), np.zeros(coins.size), 0.0
    )
    usd = 0.0 if inverse else margin
    cash = usd + position.unrealized - float(columns["quantity"].sum())
    return Book(**columns, cash=cash, buffer=book.buffer, wallet=wallet)


_COLUMNS = ("asset", "quantity", "half_spread", "impact", "fee", "face")


def worst(alone: list[Alone]) -> float | None:
    """The lowest ratio of all positions; None where nothing is margined."""
    return min((one.ratio for one in alone if one.desk), default=None)
