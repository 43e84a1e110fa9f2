"""Lives of accounts with inverse contracts and coins, against prices and coins walked in plain Python."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from stresskit.domain import Tile
from stresskit.liquidation import CloseAll, LargestContribution
from stresskit.simulate.loop import live_through, start
from stresskit.simulate.scratch import empty_block, empty_record, take_hands
from tests.reference.contracts import Held, Wealth, book_of, equity, maintenance, table_of
from tests.reference.random_accounts import STEADY
from tests.reference.random_contracts import PRICES, accounts, at_an_edge, contracts, wealths

COSTS = {"half_spread": 0.001, "impact": 1e-6, "fee": 0.004, "buffer": 0.1}
STEPS, PATHS = 8, 3


def lives(held, wealth, marks, policy, prices=PRICES, always=True):
    """Block and record of an account on marks (steps, assets, paths), relative to `prices`."""
    book, rule, ones = book_of(held, wealth, prices, **COSTS), table_of(held, prices), np.ones(3)
    block, record = empty_block(len(held), 3, marks.shape[2]), empty_record(marks.shape[2])
    hands = take_hands(book, ones, 0)
    start(rule, book, block, hands, record)
    live_through(
        rule, policy, book, Tile(marks, np.ones_like(marks), 1.0), 0, always, block, hands, record, None
    )
    return block, record


def walk(seed, steps=STEPS):
    moves = 0.25 * np.random.default_rng(seed).standard_normal((steps, 3, PATHS))
    return np.cumprod(np.exp(moves), axis=0)


def plain_life(held, wealth, path):
    """First step in breach, equity left, lowest equity, slippage, fee and shortfall of closing everything."""
    lowest = equity(held, wealth, PRICES)
    for step, marks in enumerate(path, 1):
        worth = equity(held, wealth, marks)
        if worth <= maintenance(held, wealth, marks):
            values = [h.notional(marks[h.asset]) for h in held]
            slippage = sum(v * COSTS["half_spread"] + COSTS["impact"] * v**1.5 for v in values)
            fee = min(COSTS["fee"] * sum(values), max(worth - slippage, 0.0))
            left = worth - slippage - fee
            return step, max(left, 0.0), min(lowest, max(left, 0.0)), slippage, fee, max(-left, 0.0)
        lowest = min(lowest, worth)
    return -1, worth, lowest, 0.0, 0.0, 0.0


@settings(STEADY, max_examples=150)
@given(accounts, wealths(), st.integers(0, 2**32 - 1))
def test_a_life_until_everything_is_closed(held, wealth, seed):
    marks = walk(seed)
    _, record = lives(held, wealth, marks, CloseAll())
    _, certified = lives(held, wealth, marks, CloseAll(), always=False)
    for b in range(PATHS):
        path = [[p * m for p, m in zip(PRICES, step, strict=True)] for step in marks[:, :, b]]
        assume(not any(at_an_edge(held, at) for at in path))
        step, *money = plain_life(held, wealth, path)
        scale = sum(h.notional(at[h.asset]) + abs(h.profit(at[h.asset])) for h in held for at in path)
        scale += sum(abs(a) * at[k] for k, a in wealth.coins.items() for at in path) + abs(wealth.usd)
        found = [record.terminal_equity, record.lowest_equity, record.slippage, record.fee, record.shortfall]
        assert record.first_step[b] == record.closed_step[b] == step
        assert [column[b] for column in found] == pytest.approx(money, rel=1e-12, abs=1e-12 * scale)
        for name in ("first_step", "terminal_equity", "lowest_equity", "fee", "slippage", "shortfall"):
            assert getattr(certified, name)[b] == getattr(record, name)[b]


@settings(STEADY, max_examples=150)
@given(
    st.lists(contracts(whole=False), min_size=1, max_size=3), st.floats(0.2, 0.99), st.integers(0, 2**32 - 1)
)
def test_an_inverse_leg_is_closed_like_a_linear_one_of_its_notional(held, health, seed):
    """At one moment they are the same: the face is what is closed, not what moves with the mark."""
    held = [replace(h, inverse=True, fee=0.0) for h in held]
    held = [h if abs(h.size) >= 100 else replace(h, size=h.size * PRICES[h.asset]) for h in held]
    moved = np.exp(0.3 * np.random.default_rng(seed).standard_normal(3))
    marks = [p * m for p, m in zip(PRICES, moved, strict=True)]
    required = maintenance(held, Wealth(0.0), marks)
    coins = {0: 0.1 * required / marks[0]}
    wealth = Wealth(health * required - equity(held, Wealth(0.0, coins), marks), coins)
    twins = [replace(h, size=h.size / marks[h.asset], entry=marks[h.asset], inverse=False) for h in held]
    alike = Wealth(equity(held, wealth, marks))
    policy = LargestContribution()
    block, one = lives(held, wealth, moved[None, :, None].copy(), policy)
    _, other = lives(twins, alike, np.ones((1, 3, 1)), policy, prices=marks)
    gross = sum(h.notional(marks[h.asset]) for h in held)
    for name in ("closed_notional", "fee", "slippage", "terminal_equity", "shortfall"):
        assert getattr(one, name)[0] == pytest.approx(getattr(other, name)[0], rel=1e-6, abs=1e-7 * gross), (
            name
        )
    if one.closed_step[0] < 0:
        left = [
            replace(h, size=h.size * abs(q / q0))
            for h, q, q0 in zip(
                held, block.quantity[:, 0], book_of(held, wealth, PRICES).quantity, strict=True
            )
        ]
        assert block.equity[0] >= 1.1 * maintenance(left, wealth, marks) - 1e-7 * gross


@settings(STEADY, max_examples=100)
@given(st.lists(contracts(whole=False), min_size=2, max_size=4), wealths(), st.integers(0, 2**32 - 1))
def test_what_is_left_after_a_liquidation_moves_on_with_its_marks(held, wealth, seed):
    """Realized profit is in USD, coins are as they were, and no equity appears or vanishes on the way."""
    marks = walk(seed, 2)
    book = book_of(held, wealth, PRICES, **COSTS)
    block, record = lives(held, wealth, marks[:1].copy(), LargestContribution())
    for b in range(PATHS):
        again = block.cash[b] + block.quantity[:, b] @ marks[0, book.asset, b]
        again += block.held[b] * (book.wallet.value @ marks[0, book.wallet.asset, b])
        gross = abs(book.quantity).sum() * marks.max() + abs(book.wallet.value).sum() * marks.max()
        assert again == pytest.approx(block.equity[b], abs=1e-11 * (gross + abs(block.cash[b])))
        assert record.terminal_equity[b] == block.equity[b]
        assert (block.held[b] == 0.0) == (record.closed_step[b] > 0)
        assert block.equity[b] >= 0 or record.closed_step[b] < 0


def test_coins_of_a_closed_account_were_exchanged():
    """Long at the mark on coins alone: closed at half price, flat whatever the coin does afterwards."""
    held = [Held(0, 1.0, PRICES[0], ((0.0, 0.01, 0.0),))]
    marks = np.ones((3, 3, 1))
    marks[:, 0, 0] = [0.9, 0.5, 2.0]
    wealth = Wealth(0.0, {0: 0.5})
    block, record = lives(held, wealth, marks, CloseAll())
    assert record.closed_step[0] == 2
    assert record.terminal_equity[0] == 0.0  # 15,000 of coins less 30,000 of loss
    assert record.shortfall[0] == pytest.approx(15_000 + 30 + 1e-6 * 30_000**1.5)
    assert block.equity[0] == 0.0
