"""From a rulebook and a list of positions to the arrays of the bracket rule."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from stresskit.contract import parse_contract
from stresskit.margin.brackets import BracketTable
from stresskit.margin.rulebook import Tables
from stresskit.margin.symbol import Symbol, inverse


class Margined(NamedTuple):
    """What the bracket rule must know of a position; `quote_usd` is the USD price of its quote currency."""

    symbol: str
    leverage: float
    mark: float | None = None
    quote_usd: float = 1.0


class _Row(NamedTuple):
    """One position's part of a `BracketTable`."""

    floor: list[float]
    rate: list[float]
    deduction: list[float]
    initial_rate: float
    in_coin: bool
    size_rate: float


def table_symbol(tables: Tables, symbol: str) -> str | None:
    """The symbol whose table holds for a contract; None where none does.

    A dated contract without a table of its own goes by that of the perpetual on the same pair.
    """
    if symbol in tables.symbols:
        return symbol
    contract = parse_contract(symbol)
    perpetual = f"{contract.base}/{contract.quote}:{contract.settle}"
    return perpetual if contract.expiry and perpetual in tables.symbols else None


def bracket_table(
    tables: Tables, positions: Sequence[Margined], closing_fee: float | None = None
) -> BracketTable:
    """One row a position; spot positions need no margin.

    Parameters
    ----------
    closing_fee : the account's own, in place of the rulebook's.

    Raises
    ------
    KeyError
        If the rulebook lists no table for a contract.
    ValueError
        If a table counts coins or contracts and the position has no mark, or nothing says the fee that
        the venue counts inside its trigger.
    """
    rows = [_row(tables, position) for position in positions]
    width = max(len(row.rate) for row in rows)
    fee = closing_fee_of(tables, closing_fee)
    contracts = np.array([parse_contract(p.symbol).kind != "spot" for p in positions], dtype=float)

    def padded(columns: list[list[float]], padding: float) -> list[list[float]]:
        return [column + [padding] * (width - len(column)) for column in columns]

    return BracketTable(
        floor=np.array(padded([row.floor for row in rows], np.inf)),
        rate=np.array(padded([row.rate for row in rows], 0.0)),
        deduction=np.array(padded([row.deduction for row in rows], 0.0)),
        initial_rate=np.array([row.initial_rate for row in rows]),
        in_coin=np.array([float(row.in_coin) for row in rows]),
        size_rate=np.array([row.size_rate for row in rows]),
        closing_fee=contracts * fee,
        jumps=contracts * float(tables.scheme == "whole_position"),
    )


def closing_fee_of(tables: Tables, own: float | None) -> float:
    """The fee inside the trigger: the account's `own`, else the rulebook's; 0 where the venue counts none.

    Raises
    ------
    ValueError
        If the venue counts one and nothing says it, or an own fee is given and the venue counts none.
    """
    if tables.closing_fee is None:
        if own is not None:
            raise ValueError("no fee: the venue counts none inside its trigger")
        return 0.0
    fee = tables.closing_fee.rate if own is None else own
    if fee is None:
        raise ValueError(
            "the account's fee to close: the venue counts it inside its trigger, its rate is unknown"
        )
    return fee


def _row(tables: Tables, position: Margined) -> _Row:
    if parse_contract(position.symbol).kind == "spot":
        return _Row([0.0], [0.0], [0.0], 0.0, False, 0.0)
    name = table_symbol(tables, position.symbol)
    if name is None:
        raise KeyError(position.symbol)
    symbol = tables.symbols[name]
    if symbol.formula:
        return _formula_row(symbol, position)
    usd = _usd_per_size(symbol, position)
    in_coin = symbol.unit == "coin" or (symbol.unit == "contracts" and not inverse(name))
    return _Row(
        floor=[tier[0] * usd for tier in symbol.tiers],
        rate=[tier[1] for tier in symbol.tiers],
        deduction=[tier[3] * usd for tier in symbol.tiers],
        initial_rate=1.0 / position.leverage,
        in_coin=in_coin,
        size_rate=0.0,
    )


def _formula_row(symbol: Symbol, position: Margined) -> _Row:
    """Rates that rise with the coins held, whatever leverage the trader shows."""
    formula = symbol.formula
    assert formula is not None
    if formula.per_coin == 0.0:
        return _Row([0.0], [formula.maintenance], [0.0], formula.initial, False, 0.0)
    if position.mark is None:
        raise ValueError(f"a mark for {position.symbol}: its rates rise with the coins held")
    rising = formula.per_coin / (position.mark * position.quote_usd)
    return _Row([0.0], [formula.maintenance], [0.0], formula.initial, True, rising)


def _usd_per_size(symbol: Symbol, position: Margined) -> float:
    usd = symbol.usd_per_size(position.mark, inverse(position.symbol))
    if usd is None:
        raise ValueError(f"a mark for {position.symbol}: its table counts {symbol.unit}")
    return usd * position.quote_usd
