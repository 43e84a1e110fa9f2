"""Brier score, reliability curve and cover: by hand, where forecasts are right, and at the edges."""

import numpy as np
import pytest

from stresskit.measure.backtest.cover import cover
from stresskit.measure.backtest.reliability import ALIKE, SURE, as_json, reliability
from stresskit.measure.probability import probability
from tests.lawful import assert_lawful


def test_counted_by_hand():
    forecast, came = np.array([0.1, 0.3, 0.8, 0.0]), np.array([False, True, True, False])
    found = reliability(forecast, came)
    assert found.brier == pytest.approx((0.01 + 0.49 + 0.04) / 4)
    assert found.climatology == 0.25
    assert found.skill == pytest.approx(1 - 0.135 / 0.25)
    assert (found.expected, found.events) == (pytest.approx(1.2), 2)
    assert [(one.low, one.high, one.starts) for one in found.curve] == [
        (0.0, 0.01, 1),
        (0.1, 0.2, 1),
        (0.2, 0.5, 1),
        (0.5, 1.0, 1),
    ]
    assert found.curve[-1].happened == probability(1, 1)
    z = (-0.1 * 0.8 + 0.7 * 0.4 + 0.2 * -0.6) / np.sqrt(0.64 * 0.09 + 0.16 * 0.21 + 0.36 * 0.16)
    assert found.calibration.statistic == pytest.approx(z**2)


def test_right_forecasts_pass_and_beat_climatology():
    rng, rejected, skills = np.random.default_rng(7), 0, []
    for _ in range(200):
        forecast = rng.beta(0.5, 4.0, 500)
        found = reliability(forecast, rng.random(500) < forecast)
        rejected += found.calibration.p_value < 0.05
        skills.append(found.skill)
    assert 2 <= rejected <= 20
    assert np.mean(skills) == pytest.approx(0.18, abs=0.03)  # 1 / (a + b + 1) of a beta law


def test_forecasts_that_are_too_low_are_found():
    rng = np.random.default_rng(3)
    forecast = rng.uniform(0.0, 0.2, 400)
    found = reliability(forecast, rng.random(400) < 2.0 * forecast)
    assert found.calibration.p_value < 1e-3
    assert found.events > found.expected


@pytest.mark.parametrize(("came", "forecast"), [(False, 0.0), (True, 1.0), (False, 0.3), (True, 0.5)])
def test_events_that_come_always_or_never(came, forecast):
    found = reliability(np.full(30, forecast), np.full(30, came))
    assert_lawful(as_json(found))
    assert (found.skill, found.reason) == (None, ALIKE)
    if forecast in (0.0, 1.0, 0.5):
        assert found.calibration.reason == SURE
    assert sum(one.starts for one in found.curve) == 30


def test_a_single_start_is_judged_without_an_interval():
    assert_lawful(as_json(reliability(np.array([0.2]), np.array([True]))))


@pytest.mark.parametrize(
    ("forecast", "came"),
    [([], []), ([0.1], [True, False]), ([1.1], [True]), ([-0.1], [False]), ([np.nan], [True])],
)
def test_what_is_no_forecast_is_refused(forecast, came):
    with pytest.raises(ValueError, match="forecast"):
        reliability(np.array(forecast), np.array(came, dtype=bool))


def test_cover_counts_each_loss_beyond_the_requirement():
    found = cover(np.array([5.0, 10.0, 10.5, -3.0, 40.0]), np.full(5, 10.0))
    assert found.exceptions.tolist() == [2, 4]
    assert (found.days, found.share.value, found.largest, found.mean_requirement) == (5, 0.4, 4.0, 10.0)
    assert found.coverage == pytest.approx(10.0 / 16.375)


def test_cover_without_exceptions_losses_or_a_requirement():
    calm = cover(-np.ones(4), np.ones(4))
    assert (calm.exceptions.size, calm.largest, calm.coverage, calm.share.low) == (0, None, None, 0.0)
    nothing = cover(np.ones(4), np.zeros(4))
    assert (nothing.exceptions.size, nothing.largest, nothing.share.value) == (4, None, 1.0)
    same = cover(np.full(4, 2.0), np.full(4, 2.0))
    assert same.exceptions.size == 0
    for loss, asked in (([], []), ([1.0], [1.0, 2.0]), ([np.nan], [1.0]), ([1.0], [-1.0])):
        with pytest.raises(ValueError, match="requirements"):
            cover(np.array(loss), np.array(asked))
