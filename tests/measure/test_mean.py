import numpy as np
import pytest

from stresskit.measure import pieces
from stresskit.measure.mean import mean


def test_agrees_with_the_textbook():
    values = np.random.default_rng(0).lognormal(3.0, 1.0, 2 * pieces.PIECE + 7)
    half = 1.959963984540054 * values.std(ddof=1) / len(values) ** 0.5
    assert mean(values)[:3] == pytest.approx((values.mean(), values.mean() - half, values.mean() + half))


def test_large_offset_keeps_the_spread():
    values = 1e9 + np.arange(1000.0) % 2
    found = mean(values)
    assert found.high - found.low == pytest.approx(2 * 1.959964 * (0.25 / 999) ** 0.5, rel=1e-5)


@pytest.mark.parametrize("size", [1, 97, 5000])
def test_split_of_the_sample_hardly_matters(size, monkeypatch):
    values = np.random.default_rng(1).normal(5.0, 2.0, 10_000)
    at_once = mean(values)
    monkeypatch.setattr(pieces, "PIECE", size)
    assert mean(values)[:3] == pytest.approx(at_once[:3], rel=1e-12)


def test_interval_stops_at_the_floor_but_holds_the_value():
    rare = np.zeros(1000)
    rare[0] = 50.0
    assert mean(rare).low < 0
    assert mean(rare, floor=0.0).low == 0.0
    assert mean(rare, floor=0.0).high == mean(rare).high
    assert mean(np.full(3, -1.0), floor=0.0) == (-1.0, -1.0, -1.0, None)


def test_sample_without_spread_has_no_width():
    assert mean(np.zeros(10)) == (0.0, 0.0, 0.0, None)


def test_empty_sample_is_undefined_with_its_own_reason():
    assert mean(np.array([])) == (None, None, None, "no path")
    assert mean(np.array([]), nothing="no path is liquidated").reason == "no path is liquidated"


def test_single_observation_is_undefined():
    assert mean(np.array([3.0])) == (None, None, None, "one observation gives no interval")


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.filterwarnings("ignore:invalid value encountered")
def test_a_value_that_is_not_finite_is_refused(bad):
    with pytest.raises(ValueError, match="not finite"):
        mean(np.array([1.0, bad, 2.0]))
