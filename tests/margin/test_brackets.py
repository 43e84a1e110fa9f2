"""Bracket tables: continuity, convexity, no netting, and what a rulebook file must be."""

from pathlib import Path

import numpy as np
import pytest

from stresskit.errors import ConfigError, DataError
from stresskit.margin import initial_by_position
from stresskit.margin.bracket_table import bracket_table, largest_leverage
from stresskit.margin.rulebook import SHIPPED, load_rulebook, shipped_rulebooks
from stresskit.simulate.loop import assess
from stresskit.simulate.scratch import empty_breakdown, view_at
from tests.reference.account import Account, Position
from tests.reference.random_accounts import book_of

TABLES = {name: load_rulebook(name, Path()).tables for name in shipped_rulebooks()}
SYMBOLS = [(name, symbol) for name, tables in TABLES.items() for symbol in tables.symbols]


def requirement(tables, symbols, notionals):
    """Maintenance and contributions; every position in an asset of its own."""
    table = bracket_table(tables, symbols, np.full(len(symbols), 10.0))
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
    slope = np.diff(found) / np.diff(grid)
    rates = [tier[1] for tier in listed.tiers]
    assert slope.min() > 0.9 * rates[0]
    assert slope.max() < 1.1 * rates[-1]  # a jump at an edge would be a slope of millions
    wide = np.diff(grid) > 1.0
    assert (np.diff(slope[wide]) >= -1e-9).all()
    assert requirement(tables, [symbol], [-edges[0]])[0] == requirement(tables, [symbol], [edges[0]])[0]


def test_a_hedge_gets_no_relief():
    tables = TABLES["binance-usdm-2026-09"]
    symbols = ["BTC/USDT:USDT", "BTC/USDT:USDT", "ETH/USDT:USDT"]
    notionals = [900_000.0, -900_000.0, 400_000.0]
    total, own = requirement(tables, symbols, notionals)
    alone = [requirement(tables, [s], [q])[0] for s, q in zip(symbols, notionals, strict=True)]
    assert own.tolist() == alone
    assert total == sum(alone)


def test_leverage_falls_with_the_notional():
    listed = TABLES["binance-usdm-2026-09"].symbols["BTC/USDT:USDT"]
    assert [largest_leverage(listed, q) for q in (1, -300_000, 300_001, 5e6, 1.7e9)] == [150, 150, 100, 50, 1]


def test_initial_margin_is_notional_over_leverage():
    tables = TABLES["binance-usdm-2026-09"]
    table = bracket_table(tables, ["BTC/USDT:USDT", "ETH/USDT:USDT"], np.array([10.0, 4.0]))
    assert initial_by_position(table, np.array([50_000.0, -20_000.0]), np.zeros(2)).tolist() == [
        5000.0,
        5000.0,
    ]


def shipped_text():
    return (SHIPPED / "binance-usdm-2026-09.toml").read_text()


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("[300_000, 0.005, 100, 300]", "[300_000, 0.005, 100, 0]", "continuous"),
        ("[300_000, 0.005, 100, 300]", "[300_000, 0.003, 100, -300]", "rising rates"),
        ("[0, 0.004, 150, 0]", "[10, 0.004, 150, 0]", "starts at 0"),
        ('scheme = "marginal"', 'scheme = "whole_position"', "marginal"),
        ("cap = 1_800_000_000", "cap = -1", "greater than 0"),
        ('venue = "binance"', "venue =", "TOML"),
    ],
)
def test_a_broken_rulebook_is_refused(tmp_path, old, new, complaint):
    assert old in shipped_text()
    (tmp_path / "mine.toml").write_text(shipped_text().replace(old, new, 1))
    with pytest.raises(DataError, match=complaint):
        load_rulebook("mine.toml", tmp_path)


def test_an_unknown_rulebook_is_named():
    with pytest.raises(ConfigError, match="did you mean 'binance-usdm-2026-09'"):
        load_rulebook("binance-usdm-2026-9", Path())
