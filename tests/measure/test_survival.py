"""Survival, hazard and their bands: counted by hand, in a world of constant hazard, and at the edges."""

import numpy as np
import pytest

from stresskit.measure.law import PLAIN, Law
from stresskit.measure.probability import probability
from stresskit.measure.survival import GONE, survival_band, survival_table
from tests.lawful import assert_lawful


def test_counted_by_hand():
    step = np.array([0, 3, 3, 5, 10, -1, -1, -1])
    found = survival_table(step, 10, 2.0, PLAIN)
    assert found["time_h"] == [2.0 * k for k in range(1, 11)]
    assert [x["value"] for x in found["survival"]] == [7 / 8, 7 / 8, *[5 / 8] * 2, *[4 / 8] * 5, 3 / 8]
    hazards = [x["value"] for x in found["hazard"]]
    assert hazards == [1 / 8, 0, 2 / 7, 0, 1 / 5, 0, 0, 0, 0, 1 / 4]
    assert found["survival"][2] == {"value": 5 / 8, **bounds(probability(5, 8))}


def bounds(found):
    return {"low": found.low, "high": found.high}


@pytest.mark.parametrize("weighted", [False, True])
def test_a_constant_hazard_is_found_in_every_stretch(weighted):
    n, rng = 100_000, np.random.default_rng(4)
    drawn = rng.geometric(0.02, n)
    law = Law(rng.uniform(0.5, 1.5, n)) if weighted else PLAIN
    found = survival_table(np.where(drawn <= 60, drawn, -1), 60, 1.0, law)
    held = sum(x["low"] <= 1 - 0.98**6 <= x["high"] for x in found["hazard"])
    assert held >= 9
    assert found["survival"][-1]["value"] == pytest.approx(0.98**60, rel=0.02)


def test_a_horizon_of_few_steps_has_a_stretch_a_step():
    assert survival_table(np.array([-1, 2]), 3, 24.0, PLAIN)["time_h"] == [24.0, 48.0, 72.0]


def test_once_all_are_gone_there_is_no_hazard():
    found = survival_table(np.full(50, 2), 10, 1.0, PLAIN)
    assert_lawful(found)
    assert [x["value"] for x in found["hazard"]] == [0.0, 1.0, *[None] * 8]
    assert found["hazard"][-1]["reason"] == GONE
    assert found["survival"][-1]["value"] == 0.0


def test_the_band_is_that_of_the_share_at_every_step():
    step = np.array([0, 3, 3, 5, 10, -1, -1, -1])
    low, high = survival_band(step, 10, None)
    for t, gone in ((0, 1), (3, 3), (9, 4), (10, 5)):
        expected = probability(8 - gone, 8)
        assert (low[t], high[t]) == pytest.approx((expected.low, expected.high))
    again = survival_band(step, 10, np.full(8, 1.7))
    assert np.allclose(again, (low, high))
    assert survival_band(np.full(9, -1), 4, None)[1].tolist() == [1.0] * 5
