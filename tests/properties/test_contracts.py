"""What holds for contracts of every kind, tables of every scheme and wallets of several assets."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stresskit.domain import Tile
from stresskit.margin.brackets import bracket_ceiling
from stresskit.margin.deductions import deductions
from stresskit.numerics.jit import kernel
from stresskit.pipeline.desk import bankruptcy_mark, liquidation_mark
from stresskit.simulate.loop import assess, mark_to_market
from stresskit.simulate.scratch import empty_block, empty_breakdown, view_at
from tests.reference.contracts import Held, Wealth, book_of, desk_of, equity, maintenance, table_of
from tests.reference.random_accounts import STEADY

PRICES = [60_000.0, 2_500.0, 0.2]
look = kernel(mark_to_market)
bound = kernel(bracket_ceiling)


@st.composite
def tables(draw, scale, whole):
    """Tiers around `scale`; deductions that make them continuous, or none."""
    count = draw(st.integers(1, 4))
    steps = draw(st.lists(st.floats(0.1, 1.0), min_size=count, max_size=count))
    floors = [0.0, *(scale * np.cumsum(steps[1:])).tolist()]
    rates = sorted(draw(st.lists(st.floats(0.002, 0.2), min_size=count, max_size=count)))
    cut = [0.0] * count if whole else deductions(floors, rates)
    return tuple(zip(floors, rates, cut, strict=True))


@st.composite
def contracts(draw, whole=None):
    """One position of 100 to a million USD in one of three coins."""
    asset, side = draw(st.integers(0, 2)), draw(st.sampled_from([-1.0, 1.0]))
    inverse, in_coin = draw(st.booleans()), draw(st.booleans())
    jumps = draw(st.booleans()) if whole is None else whole
    notional, mark = 10 ** draw(st.floats(2.0, 6.0)), PRICES[asset]
    return Held(
        asset=asset,
        size=side * (notional if inverse else notional / mark),
        entry=mark * draw(st.floats(0.8, 1.25)),
        tiers=draw(tables(notional / (mark if in_coin else 1.0), jumps)),
        inverse=inverse,
        in_coin=in_coin,
        whole=jumps,
        size_rate=0.0,
        fee=draw(st.sampled_from([0.0, 0.0006])),
    )


@st.composite
def wealths(draw):
    """USD, and coins held or owed."""
    usd = draw(st.floats(-1e4, 1e6))
    coins = {a: draw(st.floats(-5e4, 3e5)) / PRICES[a] for a in range(3) if draw(st.booleans())}
    return Wealth(usd, coins, draw(st.sampled_from([0.0, 0.05])))


accounts = st.lists(contracts(), min_size=1, max_size=4)
moves = st.lists(st.floats(0.05, 4.0), min_size=3, max_size=3)


@settings_(300)
@given(accounts, wealths(), moves)
def test_kernels_agree_with_the_plain_account(held, wealth, move):
    """Equity and maintenance at any marks, in the relative units of the engine and in coins and prices."""
    desk = desk_of(held, wealth, PRICES)
    desk.view.marks[:] = move
    marks = [price * m for price, m in zip(PRICES, move, strict=True)]
    size = sum(h.notional(m) + abs(h.profit(m)) for h in held for m in (marks[h.asset], PRICES[h.asset]))
    size += abs(wealth.usd) + sum(abs(a) * marks[k] for k, a in wealth.coins.items())
    assert desk.equity() == pytest.approx(equity(held, wealth, marks), rel=1e-12, abs=1e-12 * size)
    if not at_an_edge(held, marks):
        assert desk.maintenance() == pytest.approx(maintenance(held, wealth, marks), rel=1e-12)
        own = [h.maintenance(marks[h.asset]) for h in held]
        assert desk.breakdown.contribution == pytest.approx(own, rel=1e-12)
