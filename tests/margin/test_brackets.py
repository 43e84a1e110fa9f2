"""Bracket tables: continuity, convexity, no netting."""

import numpy as np
import pytest

from stresskit.config_file.rulebook import load_rulebook
from stresskit.margin import initial_by_position
from stresskit.margin.bracket_table import Margined, bracket_table
from stresskit.margin.rulebook import shipped_rulebooks
from stresskit.simulate.loop import assess
from stresskit.simulate.scratch import empty_breakdown, view_at
from tests.reference.account import Account, Position
from tests.reference.random_accounts import book_of

TABLES = {name: load_rulebook(name).tables for name in shipped_rulebooks()}
SYMBOLS = [
    (name, symbol)
    for name, tables in TABLES.items()
    for symbol, listed in tables.symbols.items()
    if tables.scheme == "marginal" and len(listed.tiers) > 1
]


def requirement(tables, symbols, notionals):
    """Maintenance and contributions; every position in an asset of its own."""
    table = bracket_table(tables, [Margined(symbol, 10.0, 100.0) for symbol in symbols])
    book = book_of(Account(tuple(Position(i, q, 0, 0, 0) for i, q in enumerate(notionals)), 0.0, 0.0))
    breakdown = empty_breakdown(len(symbols), len(symbols), 0)
    return assess(table, book, view_at(book, np.ones(len(symbols))), breakdown), breakdown.contribution


@pytest.mark.parametrize(("name", "symbol"), SYMBOLS)
def test_continuous_and_convex(name, symbol):
    tables = TABLES[name]
    listed = tables.symbols[symbol]
    edges = np.array([tier[0] for tier in listed.tiers[1:]])
    grid = np.unique(
        np.concatenate([np.linspace(0, listed.cap, 400), edges, edges * (1 + 1e-9), edges * (1 - 1e-9)])
    )
    found = np.array([requirement(tables, [symbol], [q])[0] for q in grid])
    rates = [tier[1] for tier in listed.tiers]
    rounding = 1e-6 * np.maximum(grid[1:], 1.0)  # of deductions that the venue rounds
    rise = np.diff(found)
    assert (rise >= 0.9 * rates[0] * np.diff(grid) - rounding).all()
    assert (rise <= 1.1 * rates[-1] * np.diff(grid) + rounding).all()
    wide = np.diff(grid) > 1.0
    slope = (rise / np.diff(grid))[wide]
    assert (np.diff(slope) >= -1e-9 - (rounding / np.diff(grid))[wide][1:]).all()
    assert requirement(tables, [symbol], [-edges[0]])[0] == requirement(tables, [symbol], [edges[0]])[0]


def test_a_hedge_gets_no_relief():
    tables = TABLES["binance-usdm-2026-09"]
    symbols = ["BTC/USDT:USDT", "BTC/USDT:USDT", "ETH/USDT:USDT"]
    notionals = [900_000.0, -900_000.0, 400_000.0]
    total, own = requirement(tables, symbols, notionals)
    alone = [requirement(tables, [s], [q])[0] for s, q in zip(symbols, notionals, strict=True)]
    assert own.tolist() == alone
    assert total == sum(alone)


def test_initial_margin_is_notional_over_leverage():
    tables = TABLES["binance-usdm-2026-09"]
    table = bracket_table(tables, [Margined("BTC/USDT:USDT", 10.0), Margined("ETH/USDT:USDT", 4.0)])
    assert initial_by_position(table, np.array([50_000.0, -20_000.0]), np.zeros(2)).tolist() == [
        5000.0,
        5000.0,
    ]
