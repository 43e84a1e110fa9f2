"""What closing everything costs, path by path, in closed form."""

import numpy as np
import pytest

from stresskit.liquidation import CloseAll
from stresskit.simulate.blocks import Contender, live_block, workspace
from tests.reference.account import Account, Position
from tests.reference.random_accounts import book_of, table_of
from tests.worlds.one_asset import constant_volatility, plan_for

RATE, STEPS, PATHS = 0.01, 60, 2000
LONG, IMPACT = 200_000.0, 4e-6


@pytest.mark.parametrize(
    ("spread", "fee", "share"), [(0.0005, 0.0125, 0.10), (0.002, 0.0, 0.05), (0.012, 0.01, 0.08)]
)
def test_cost_of_closing_out(spread, fee, share):
    equity = share * LONG
    book = book_of(Account((Position(0, LONG, spread, IMPACT, fee),), equity - LONG, 0.1))
    contender = Contender(table_of([((0.0, RATE, 0.0),)]), CloseAll(), book, 0)
    plan = plan_for(constant_volatility(0.02, 0.0), STEPS, (contender,), seed=3)
    marks = np.empty((STEPS, PATHS))

    def watch(step, tile, _blocks, _records):
        marks[step - 1] = tile.marks[0, 0]

    record = live_block(plan, 0, workspace(plan, PATHS, 1), watch).records[0]
    left = equity + LONG * (marks - 1)
    breached = left <= RATE * LONG * marks
    dead = breached.any(axis=0)
    step = breached.argmax(axis=0)
    assert np.array_equal(record.first_step, np.where(dead, step + 1, -1))
    value = LONG * marks[step, np.arange(PATHS)][dead]
    before = left[step, np.arange(PATHS)][dead]
    slippage = value * spread + IMPACT * value**1.5
    charged = np.minimum(fee * value, np.maximum(before - slippage, 0))
    final = np.maximum(before - slippage - charged, 0)
    tolerance = {"rel": 0, "abs": 1e-9 * LONG}
    assert record.slippage[dead] == pytest.approx(slippage, **tolerance)
    assert record.fee[dead] == pytest.approx(charged, **tolerance)
    assert record.fee_waived[dead] == pytest.approx(fee * value - charged, **tolerance)
    assert record.shortfall[dead] == pytest.approx(np.maximum(slippage - before, 0), **tolerance)
    assert record.terminal_equity[dead] == pytest.approx(final, **tolerance)
    assert record.closed_notional[dead] == pytest.approx(value, **tolerance)
    assert (record.closings[dead] == 1).all()
    lowest = np.minimum.accumulate(np.vstack([np.full(PATHS, equity), left]))
    assert record.lowest_equity[dead] == pytest.approx(
        np.minimum(lowest[step, np.arange(PATHS)][dead], final), **tolerance
    )
    assert record.terminal_equity[~dead] == pytest.approx(left[-1][~dead], **tolerance)
    if fee > 0:
        assert (record.fee_waived[dead] > 0).any()
    assert 0.02 < dead.mean() < 0.98
