"""Which leg is closed first, and what happens when no leg restores the account."""

import numpy as np
import pytest

from stresskit.liquidation.largest_contribution import LargestContribution
from stresskit.margin.scenario_set import ordered
from stresskit.margin.var import VarRule
from stresskit.simulate.loop import assess
from stresskit.simulate.scratch import empty_breakdown, empty_ledger, view_at
from tests.liquidation.kernels import liquidated
from tests.reference.account import Account, Position
from tests.reference.random_accounts import book_of, table_of

POLICY = LargestContribution()
RATES = (0.01, 0.05, 0.02)


def liquidate(equity, quantity, cost=0.001, buffer=0.1):
    rule = table_of([((0.0, rate, 0.0),) for rate in RATES])
    book = book_of(
        Account(tuple(Position(i, q, cost, 0.0, 0.0) for i, q in enumerate(quantity)), 0.0, buffer)
    )
    view = view_at(book, np.ones(3))
    ledger = empty_ledger()
    left = liquidated(POLICY, rule, book, view, equity, empty_breakdown(3, 3, 0), ledger)
    return left, view.quantity, ledger


def test_the_largest_contribution_goes_first_and_only_as_much_as_needed():
    quantity = [100_000.0, -40_000.0, 60_000.0]  # contributions 1,000, 2,000, 1,200
    left, held, ledger = liquidate(4000.0, quantity)
    amount = (1.1 * 4200 - 4000) / (1.1 * 0.05 - 0.001)
    assert held.tolist() == pytest.approx([100_000.0, -40_000.0 + amount, 60_000.0], rel=1e-9)
    assert left == pytest.approx(4000 - 0.001 * amount, rel=1e-12)
    assert left == pytest.approx(1.1 * np.abs(held) @ RATES, rel=1e-9)
    assert ledger.closings[0] == 1


def test_legs_follow_in_the_order_of_what_they_contribute():
    quantity = [100_000.0, -40_000.0, 60_000.0]
    left, held, ledger = liquidate(1500.0, quantity)
    assert held[1] == 0.0
    rest = 1500.0 - 0.001 * 40_000
    amount = (1.1 * 2200 - rest) / (1.1 * 0.02 - 0.001)
    assert held.tolist() == pytest.approx([100_000.0, 0.0, 60_000.0 - amount], rel=1e-9)
    assert left == pytest.approx(rest - 0.001 * amount, rel=1e-12)
    assert ledger.closings[0] == 2


def test_nothing_is_closed_of_a_leg_that_does_not_help_and_all_if_none_does():
    left, held, ledger = liquidate(3000.0, [100_000.0, -40_000.0, 60_000.0], cost=0.06)
    assert held.tolist() == [0.0, 0.0, 0.0]
    assert left == pytest.approx(3000 - 0.06 * 200_000)
    assert ledger.closings[0] == 3


def test_a_hedged_book_shrinks_in_turns_and_keeps_its_equity():
    rng = np.random.default_rng(0)
    common, own = rng.standard_normal((1, 10_000)), rng.standard_normal((2, 10_000))
    losses = 0.05 * (0.95 * common + np.sqrt(1 - 0.95**2) * own)
    ones = np.ones(2)
    rule = VarRule(ordered(losses, 100.0), ones, ones, ones, ones, 100.0, 0.0, 1.3)
    book = book_of(
        Account((Position(0, 50_000.0, 1e-4, 0.0, 0.0), Position(1, -50_000.0, 1e-4, 0.0, 0.0)), 0.0, 0.1)
    )
    view, breakdown = view_at(book, np.ones(2)), empty_breakdown(2, 2, 10_000)
    ledger = empty_ledger()
    whole = assess(rule, book, view, breakdown)
    left = liquidated(POLICY, rule, book, view, 0.5 * whole, breakdown, ledger)
    # One leg alone can be cut only as far as it hedges the other; both come up more than once.
    assert ledger.closings[0] > 2
    assert np.all((np.abs(view.quantity) > 5_000) & (np.abs(view.quantity) < 45_000))
    assert left == pytest.approx(1.1 * assess(rule, book, view, breakdown), rel=1e-6)
