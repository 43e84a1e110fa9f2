"""The liquidation price of grids and of the distribution rule: where the rule itself says breach."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresskit.liquidation import CloseAll
from stresskit.pipeline.desk import Desk, liquidation_mark, side_of
from stresskit.simulate.blocks import Contender
from tests.reference.random_accounts import STEADY, case, shapes
from tests.reference.random_grids import grid_case, grid_seeds


def with_equity(contender, variance, share):
    """The desk of an account whose equity is `share` times its requirement."""
    desk = Desk(contender, variance)
    cash = contender.book.cash + share * desk.maintenance() - desk.equity()
    book = contender.book._replace(cash=float(cash))
    return Desk(Contender(contender.rule, contender.policy, book, contender.scenarios), variance)


def check(desk, p, gross, first):
    """A root of the excess, the `first` one if it is concave; none where it never falls to zero."""
    asset, mark, down = int(desk.contender.book.asset[p]), liquidation_mark(desk, p), side_of(desk, p) > 0
    if desk.excess(asset, 1.0) <= 0:
        assert mark is None
        return
    if mark is not None:
        assert (mark < 1.0) == down
        assert desk.excess(asset, mark) == pytest.approx(0.0, abs=1e-9 * gross * max(mark, 1.0))
    if first:
        end = (1e-9 if down else 1e6) if mark is None else mark * (1 + 1e-9 if down else 1 - 1e-9)
        rounding = 1e-12 * gross * max(end, 1.0)
        assert all(desk.excess(asset, m) > -rounding for m in np.geomspace(1.0, end, 40))


@settings(STEADY, max_examples=200)
@given(grid_seeds(), st.floats(1.01, 20.0), st.integers(0, 5))
def test_of_a_scenario_grid(drawn, share, choice):
    found = grid_case(*drawn)
    n, variance = found.values.size, np.ones(3)
    desk = with_equity(Contender(found.table, CloseAll(), found.book, 2 * n), variance, share)
    check(desk, choice % n, np.abs(found.values).sum(), first=bool(found.table.convex))


@settings(STEADY, max_examples=60)
@given(shapes(), st.floats(1.01, 20.0), st.integers(0, 5))
def test_of_the_distribution_rule(shape, share, choice):
    found = case(shape, "var", steps=2, paths=1)
    contender = Contender(found.rule, CloseAll(), found.book, found.scenarios)
    desk = with_equity(contender, found.variance, share)
    gross = np.abs(found.book.quantity).sum()
    check(desk, choice % found.book.asset.size, gross, first=True)
