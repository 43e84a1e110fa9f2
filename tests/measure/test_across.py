"""Differences between scenarios: exact on paired draws, held by their intervals, defined at the edges."""

import numpy as np
import pytest

from stresskit.measure.across import against, mean_difference
from stresskit.measure.efficiency import required_return
from stresskit.measure.law import PLAIN, Law
from tests.lawful import assert_lawful


def life(first, cost):
    zero = np.zeros(len(first))
    columns = {"fee": cost, "slippage": zero, "fund": zero, "shortfall_price": zero}
    return {"first_step": first, "closed_step": first, **columns}.__getitem__


def test_counted_by_hand():
    here = life(np.array([1, 2, 3, -1]), np.array([4.0, 2.0, 2.0, 0.0]))
    calm = life(np.array([1, -1, -1, -1]), np.array([4.0, 0.0, 0.0, 0.0]))
    found = against(here, calm, PLAIN, PLAIN)
    assert found["p_liquidation"]["value"] == 0.5
    assert found["expected_liquidation_cost"]["value"] == 1.0
    assert_lawful(found)


def test_the_same_scenario_differs_by_nothing():
    column = life(np.array([1, -1] * 50), np.arange(100.0))
    for law in (PLAIN, Law(np.random.default_rng(0).uniform(1, 2, 100))):
        found = against(column, column, law, law)
        assert [found[key]["value"] for key in found] == [0.0] * 3
        assert found["expected_liquidation_cost"]["high"] == pytest.approx(0.0, abs=1e-12)


def test_weights_that_are_equal_change_no_mean():
    rng = np.random.default_rng(2)
    x, y, even = rng.random(500), rng.random(500), Law(np.full(500, 3.0))
    assert mean_difference(x, y, even, even)[:3] == pytest.approx(mean_difference(x, y, PLAIN, PLAIN)[:3])


def test_weighted_intervals_hold_the_truth():
    """Normals drawn at a shift of 0.5, or of 0.2, and weighted back: their means differ by 1."""
    rounds, held, rng = 300, 0, np.random.default_rng(8)
    for _ in range(rounds):
        z = rng.standard_normal(2000)
        x, y = z + 0.5, z + 0.2
        laws = Law(np.exp(-0.5 * x + 0.125)), Law(np.exp(-0.2 * y + 0.02))
        found = mean_difference(x + 1.0, y, *laws)
        held += found.low <= 1.0 <= found.high
    assert 0.91 <= held / rounds <= 0.985


def test_too_few_paths_have_no_difference():
    assert_lawful(against(life(np.array([1]), np.ones(1)), life(np.array([-1]), np.zeros(1)), PLAIN, PLAIN))
    heavy = Law(np.ones(1))
    assert "no interval" in mean_difference(np.ones(1), np.zeros(1), heavy, heavy).reason


def test_the_return_pays_for_the_cost():
    cost = {"value": 10.0, "low": 8.0, "high": 12.0}
    found = required_return(cost, 1000.0, 240.0)
    assert found["value"] == pytest.approx(0.01 * 36.5)
    assert found["value"] * 1000.0 * 240.0 / 8760.0 == pytest.approx(10.0)
    assert (found["low"], found["high"]) == pytest.approx((0.292, 0.438))
    assert required_return(cost, 0.0, 240.0)["reason"] == "no capital is put up"
    none = {"value": None, "low": None, "high": None, "reason": "no path"}
    assert_lawful(required_return(none, 1.0, 24.0))
