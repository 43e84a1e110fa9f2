"""Unified accounts: dead exactly where the venue's ratio says so; the kernel against the formulas."""

import numpy as np
import pytest

from stresskit.config_file.parameters import load_unified
from stresskit.domain import Tile, View, Wallet, ceiling
from stresskit.margin.unified import unified_table
from stresskit.margin.unified_parameters import shipped_unified
from stresskit.margin.unified_ratios import Level, action_at, borrow_ratio, uni_mmr
from stresskit.numerics.jit import kernel
from stresskit.simulate.loop import assess
from stresskit.simulate.scratch import empty_block, empty_breakdown
from tests.reference.account import Account, Position
from tests.reference.random_accounts import book_of, table_of

BINANCE = load_unified("binance-pm-2026-01").parameters
HYPERLIQUID = load_unified("hyperliquid-pm-2025-12").parameters
ROWS = [((0.0, 0.0125, 0.0),), ((0.0, 0.01, 0.0), (50_000.0, 0.02, 500.0))]


@kernel
def bounded(rule, book, tile, block):
    ceiling(rule, book, tile, 0, block)


def account(parameters, quantity, cash, coin=0.0):
    """Two contracts on assets 0 and 1, and `coin` USD of asset 0."""
    book = book_of(Account(tuple(Position(i, q, 0, 0, 0) for i, q in enumerate(quantity)), cash, 0.1))
    held = np.array([coin] if coin else [])
    place = np.zeros(held.size, dtype=np.int64)
    wallet = Wallet(place, held, held, np.zeros(held.size), 0.0)
    return unified_table(table_of(ROWS), parameters, ["BTC"] * held.size), book._replace(wallet=wallet)


def evaluate(rule, book, marks):
    view = View(book.quantity.copy(), np.array(marks), np.ones(2), np.ones(1), np.array([float(book.cash)]))
    breakdown = empty_breakdown(2, 2, 0)
    value = book.cash + book.quantity @ view.marks[book.asset]
    return (
        value + book.wallet.value @ view.marks[book.wallet.asset],
        assess(rule, book, view, breakdown),
        breakdown,
    )


def test_binance_dies_at_its_ratio_and_nothing_nets():
    rng = np.random.default_rng(0)
    dead = 0
    for _ in range(200):
        quantity = rng.choice([-1, 1], 2) * rng.lognormal(11, 0.7, 2)
        rule, book = account(
            BINANCE, quantity, -quantity.sum() + rng.uniform(0.005, 0.03) * abs(quantity).sum()
        )
        equity, required, found = evaluate(rule, book, [1.0, 1.0])
        size = abs(quantity)
        brackets = 0.0125 * size[0] + max(0.01 * size[1], 0.02 * size[1] - 500.0)
        assert required == pytest.approx(1.05 * brackets, rel=1e-12)
        assert found.contribution.sum() == pytest.approx(required, rel=1e-12)
        assert required >= 0
        assert (equity <= required) == (uni_mmr(equity, brackets) <= 1.05)
        dead += equity <= required
    assert 0 < dead < 200


def test_hyperliquid_dies_at_its_ratio():
    rng = np.random.default_rng(1)
    dead = 0
    for _ in range(300):
        quantity = np.array([-rng.lognormal(11, 0.3), rng.normal() * 1e4])
        coin, price = 100_000.0, float(rng.uniform(0.5, 4.0))
        rule, book = account(HYPERLIQUID, quantity, -quantity.sum() + rng.uniform(0, 3e4), coin)
        equity, required, _ = evaluate(rule, book, [price, 1.0])
        size = abs(quantity * [price, 1.0])
        brackets = 0.0125 * size[0] + max(0.01 * size[1], 0.02 * size[1] - 500.0)
        dollars = equity - coin * price
        ratio = borrow_ratio(20.0, brackets, dollars, 0.75 * coin * price)
        asked = brackets + 20.0 + 0.05 * max(dollars, 0.0) + (1 - 0.95 * 0.75) * coin * price
        assert required == pytest.approx(asked, rel=1e-12)
        assert (equity <= required) == (ratio >= 0.95), (equity, required, ratio)
        dead += equity <= required
    assert 0 < dead < 300


@pytest.mark.parametrize("parameters", [BINANCE, HYPERLIQUID])
def test_ceiling_is_the_requirement(parameters):
    rng, paths = np.random.default_rng(2), 64
    quantity = np.array([-90_000.0, 70_000.0])
    rule, book = account(parameters, quantity, 30_000.0, 100_000.0)
    block = empty_block(2, 2, paths)
    tile = Tile(np.exp(rng.standard_normal((1, 2, paths))), np.ones((1, 2, paths)), 1.0)
    block.quantity[:], block.cash[:], block.held[:] = quantity[:, None], 30_000.0, 1.0
    found = [evaluate(rule, book, tile.marks[0, :, b]) for b in range(paths)]
    block.equity[:] = [equity for equity, _, _ in found]
    bounded(rule, book, tile, block)
    assert block.ceiling == pytest.approx([required for _, required, _ in found], rel=1e-11)
    assert (block.ceiling >= [required for _, required, _ in found]).all()


def test_what_happens_at_which_level():
    levels = [Level(*row) for row in BINANCE.levels]
    said = [action_at(ratio, levels) for ratio in (2.0, 1.4, 1.2, 1.05, 0.9)]
    assert said == ["", "reminder", *(BINANCE.levels[n][1] for n in (1, 2, 3))]
    assert action_at(0.96, [Level(0.95, "closed")], falling=False) == "closed"
    assert action_at(0.95, [Level(0.95, "closed")], falling=False) == ""


def test_shipped_files_are_read():
    assert [load_unified(name).name for name in shipped_unified()] == shipped_unified()
