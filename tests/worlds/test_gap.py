"""A price that jumps is nowhere in between: what a gap does to an account, in closed form.

The world is nearly still, so that whatever happens happens in the gap. A long position of a bridged
account would be closed where its excess is zero if the fall were a diffusion; in a gap it is closed
where the price lands, and the loss beyond the equity is shortfall.
"""

from dataclasses import replace

import numpy as np
import pytest

from stresskit.liquidation import CloseAll
from stresskit.simulate.blocks import Contender, live_block, workspace
from stresskit.simulate.jumps import Course, Level
from tests.reference.account import Account, Position
from tests.reference.random_accounts import book_of, table_of
from tests.worlds.one_asset import constant_volatility, plan_for

RATE, STEPS, PATHS = 0.01, 12, 50
LONG, EQUITY = 200_000.0, 20_000.0
STILL = 1e-7


def plan(*, bridged=True, **course):
    contender = Contender(
        table_of([((0.0, RATE, 0.0),)]),
        CloseAll(),
        book_of(Account((Position(0, LONG, 0.0, 0.0, 0.0),), EQUITY - LONG, 0.1)),
        0,
    )
    still = plan_for(constant_volatility(STILL, 0.0), STEPS, (contender,), seed=3)
    (stretch,) = still.stretches
    ramp = course.get("ramp")
    span = round(1 / course["share"]) if ramp else 1
    struck = replace(stretch, first=4, last=4 + span, courses=(Course(**course),))
    pieces = (replace(stretch, last=4), struck, replace(stretch, first=4 + span))
    return replace(still, stretches=pieces, bridged=bridged)


def level(factor):
    return Level(np.array([factor]), np.array([True]))


def gap(*factors, **more):
    return plan(since=None, gaps=tuple(map(level, factors)), ramp=None, share=1.0, **more)


def record(of):
    return live_block(of, 0, workspace(of, PATHS, 4)).records[0]


@pytest.mark.parametrize("bridged", [True, False])
def test_a_gap_is_closed_where_it_lands_and_leaves_a_shortfall(bridged):
    found = record(gap(0.7, bridged=bridged))
    assert (found.first_step == 5).all()
    assert (found.closed_step == 5).all()
    assert found.inside.sum() == 0
    assert found.shortfall == pytest.approx(0.3 * LONG - EQUITY, rel=1e-5)
    assert found.terminal_equity == pytest.approx(0.0)
    assert found.closed_notional == pytest.approx(0.7 * LONG, rel=1e-5)


def test_the_same_fall_over_a_step_is_met_by_the_bridge():
    """A ramp is a part of the step's return: bridged, it is closed where the excess is zero."""
    found = record(plan(since=None, gaps=(), ramp=level(0.7), share=1.0))
    assert (found.first_step == 5).all()
    assert (found.inside == 1).all()
    assert found.shortfall == pytest.approx(0.0, abs=1e-3 * LONG)
    mark = (LONG - EQUITY) / (LONG * (1 - RATE))
    assert found.closed_notional == pytest.approx(mark * LONG, rel=1e-4)


def test_a_gap_that_the_account_survives_moves_it_and_nothing_else():
    found = record(gap(0.95))
    assert (found.first_step == -1).all()
    assert found.terminal_equity == pytest.approx(EQUITY - 0.05 * LONG, rel=1e-4)


def test_a_wick_liquidates_although_the_price_comes_back():
    found = record(gap(0.85, 1.0))
    assert (found.closed_step == 5).all()
    assert found.shortfall == pytest.approx(0.15 * LONG - EQUITY, rel=1e-4)
    alive = record(gap(0.95, 1.0))
    assert (alive.first_step == -1).all()
    assert alive.lowest_equity == pytest.approx(EQUITY - 0.05 * LONG, rel=1e-4)
    assert alive.terminal_equity == pytest.approx(EQUITY, rel=1e-4)


def test_a_ramp_arrives_in_equal_parts_and_begins_where_the_gap_landed():
    of = plan(since=level(0.99), gaps=(level(0.98),), ramp=level(0.96), share=1 / 4)
    seen = []
    live_block(of, 0, workspace(of, PATHS, 4), lambda _s, t, _b, _r: seen.extend(t.marks[:, 0, 0].copy()))
    steps = [1.0] * 4
    steps += [0.98 / 0.99 * (0.96 / 0.98) ** (k / 4) for k in (1, 2, 3, 4)]
    assert seen == pytest.approx(steps + [0.96 / 0.99] * 4, rel=1e-5)
