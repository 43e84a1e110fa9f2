"""Equal efficiency: each mode holds a buffer times its own initial requirement.

Cross holds it for the leverage the trader chose; beside it stands the variant at the largest
leverage that the brackets allow, since that slider alone sets the initial margin of cross.
"""

from dataclasses import dataclass, replace

import numpy as np

from stresskit.config.position import Position
from stresskit.domain import Book, Float1D
from stresskit.margin.bracket_table import table_symbol
from stresskit.margin.brackets import BracketTable
from stresskit.margin.symbol import Symbol, inverse
from stresskit.metrics import Stake
from stresskit.pipeline.accounts import Mode, Prepared
from stresskit.pipeline.margin_now import initial_margin
from stresskit.results import MAX_LEVERAGE
from stresskit.simulate.apart import allotted
from stresskit.simulate.blocks import Contender
from stresskit.simulate.scratch import start_equity


@dataclass(frozen=True, slots=True, eq=False)
class Endowed:
    """A mode, or its variant, with the collateral of equal efficiency."""

    name: str
    contender: Contender
    stake: Stake


def endow(account: Prepared, buffer: float, variance: Float1D) -> list[Endowed]:
    """The account's modes at equal efficiency, the present mode first, variants last."""
    modes = list(account.modes.values())
    found = [_endowed(mode.name, mode, buffer * initial_margin(mode, variance)) for mode in modes]
    least = [(mode, least_initial(account, mode)) for mode in modes]
    return found + [
        _endowed(mode.name + MAX_LEVERAGE, mode, buffer * initial)
        for mode, initial in least
        if initial is not None
    ]


def least_initial(account: Prepared, mode: Mode) -> float | None:
    """Initial margin at the largest leverage of each position's bracket; None where no slider sets it."""
    if not isinstance(mode.contender.rule, BracketTable):
        return None
    assert mode.rulebook is not None
    tables = mode.rulebook.tables
    contracts = [(table_symbol(tables, p.symbol), p) for p in account.spec.positions]
    return float(sum(abs(p.notional) / _most(tables.symbols[name], p) for name, p in contracts if name))


def _most(symbol: Symbol, position: Position) -> float:
    quoted = position.notional / (position.quote_usd or 1.0)
    size = symbol.size(quoted, position.mark, inverse(position.symbol))
    assert size is not None  # a rulebook that counts coins or contracts was refused without a mark
    return symbol.largest_leverage(size)


def endowed_book(book: Book, collateral: float) -> Book:
    """The book with another equity: coins in the same mix, spot positions as they are, the rest in USD."""
    spot = np.where(book.wallet.spot != 0.0, book.wallet.value, 0.0)
    kept = float(spot.sum())
    equity = start_equity(book) - kept
    mix = max((collateral - kept) / equity, 0.0) if equity > 0 else 0.0
    value = np.where(book.wallet.spot != 0.0, spot, mix * book.wallet.value)
    cash = collateral - float(value.sum()) - float(np.sum(book.quantity))
    return book._replace(cash=cash, wallet=book.wallet._replace(value=value))


def endowed_with(contender: Contender, collateral: float) -> Contender:
    """The contender with another equity; under isolated margin none of it is left free."""
    book, apart = endowed_book(contender.book, collateral), contender.apart
    if apart is not None:
        entry = np.ones(book.asset.size) if contender.entry is None else contender.entry
        apart = allotted(apart, book, entry)
    return replace(contender, book=book, apart=apart)


def _endowed(name: str, mode: Mode, collateral: float) -> Endowed:
    return Endowed(name, endowed_with(mode.contender, collateral), Stake(collateral, collateral))
