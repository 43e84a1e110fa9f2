"""What a forced closing costs, in closed form."""

import numpy as np
import pytest

from stresskit.liquidation.close_all import CloseAll
from stresskit.liquidation.execution import Execution, impact_coefficients
from stresskit.simulate.scratch import empty_breakdown, empty_ledger, view_at
from tests.liquidation.kernels import liquidated
from tests.reference.account import Account, Position
from tests.reference.random_accounts import book_of, table_of

RULE = table_of([((0.0, 0.004, 0.0),)] * 2)


def shut(equity, positions, marks=(1.0, 1.0)):
    """Close everything at `equity`; returns the equity left, the quantities and the ledger."""
    book = book_of(Account(positions, 0.0, 0.1))
    view = view_at(book, np.ones(2))
    view.marks[:] = marks
    ledger = empty_ledger()
    left = liquidated(CloseAll(), RULE, book, view, equity, empty_breakdown(2, 2, 0), ledger)
    return left, view.quantity, {name: column[0] for name, column in ledger._asdict().items()}


def test_square_root_impact():
    spec = Execution(impact=0.5, depth=0.25)
    found = impact_coefficients(spec, np.array([0.04, 0.06]), np.array([4e8, 1e8]))
    assert found == pytest.approx([0.5 * 0.04 / 1e4, 0.5 * 0.06 / 5e3])
    # a hundredth of a quarter of the day's volume moves the price by Y sigma sqrt(0.01)
    assert found[0] * np.sqrt(0.01 * 0.25 * 4e8) == pytest.approx(0.5 * 0.04 * 0.1)


def test_cost_of_closing_both_legs():
    positions = (Position(0, 40_000.0, 1e-4, 2e-6, 0.005), Position(1, -90_000.0, 3e-4, 5e-6, 0.005))
    left, quantity, ledger = shut(10_000.0, positions, (0.9, 1.1))
    long, short = 36_000.0, 99_000.0
    slippage = long * 1e-4 + 2e-6 * long**1.5 + short * 3e-4 + 5e-6 * short**1.5
    assert quantity.tolist() == [0.0, 0.0]
    assert ledger["slippage"] == pytest.approx(slippage, rel=1e-14)
    assert ledger["fee"] == pytest.approx(0.005 * (long + short), rel=1e-14)
    assert ledger["fee_waived"] == 0.0
    assert ledger["closed_notional"] == pytest.approx(long + short, rel=1e-14)
    assert ledger["closings"] == 2
    assert left == pytest.approx(10_000 - slippage - 0.005 * (long + short), rel=1e-14)


@pytest.mark.parametrize("order", [1, -1])
def test_the_fee_ranks_behind_the_slippage_of_every_leg(order):
    positions = (Position(0, 10_000.0, 0.02, 0.0, 0.05), Position(1, -10_000.0, 0.05, 0.0, 0.05))[::order]
    slippage, fee = 700.0, 1000.0
    for equity in (2000.0, 1700.0, 1699.0, 900.0, 701.0, 700.0, 650.0, 1.0, 0.0, -50.0):
        left, _, ledger = shut(equity, positions)
        charged = min(fee, max(equity - slippage, 0.0))
        assert ledger["slippage"] == pytest.approx(slippage)
        assert ledger["fee"] == pytest.approx(charged, abs=1e-9)
        assert ledger["fee_waived"] == pytest.approx(fee - charged, abs=1e-9)
        assert left == pytest.approx(equity - slippage - charged, abs=1e-9)
