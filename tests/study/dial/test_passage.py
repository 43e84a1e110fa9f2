"""Points of curves: found, never, already at 0; a fall is said, never smoothed."""

import numpy as np
import pytest

from stresskit.domain import Estimate
from stresskit.study.dial.passage import bracket, crossings, curve, falls, illusion_point, passage

X = [0.0, 0.25, 0.5, 0.75, 1.0]


def line(values, half=0.1, x=X):
    return curve(x, [Estimate(v, v - half, v + half) for v in values])


def test_a_passage_has_the_interval_of_its_band():
    found = passage(line([0.0, 0.25, 0.5, 0.75, 1.0]), 0.4)
    assert found["status"] == "found"
    assert [found[k] for k in ("low", "value", "high")] == pytest.approx([0.3, 0.4, 0.5])


def test_already_at_zero_and_never():
    assert passage(line([0.5, 0.6, 0.7, 0.8, 0.9]), 0.3) == {
        "status": "at_0", "limit": 0.3, "value": 0.0, "low": 0.0, "high": 0.0,
    }  # fmt: skip
    never = passage(line([0.0, 0.0, 0.1, 0.1, 0.15]), 0.2)
    assert never["status"] == "none"
    assert never["value"] is None
    assert never["low"] is not None  # the band reaches beyond the limit: it cannot be excluded
    assert "0.15" in never["reason"]


def test_the_limit_itself_is_not_passed():
    assert passage(line([0.1, 0.2, 0.2, 0.2, 0.2]), 0.2)["status"] == "none"


def test_a_late_end_may_lie_beyond_one():
    found = passage(line([0.0, 0.1, 0.2, 0.3, 0.35]), 0.3)
    assert found["high"] is None
    assert "lower end" in found["reason"]


def test_a_curve_that_comes_back_is_said_to():
    hump = line([0.0, 0.5, 0.9, 0.5, 0.1])
    found = passage(hump, 0.3)
    assert found["below_again"] == [1.0]
    assert falls(hump) == [{"from": 0.5, "to": 1.0, "by": pytest.approx(0.8)}]
    assert falls(line([0.0, 0.3, 0.25, 0.4, 0.35])) == []  # within the intervals


def test_the_bracket_is_that_of_the_first_passage():
    assert bracket(line([0.0, 0.1, 0.5, 0.2, 0.6]), 0.3) == (0.25, 0.5)
    assert bracket(line([0.5] * 5), 0.3) is None
    assert bracket(line([0.0] * 5), 0.3) is None


def test_costs_cross_only_where_both_sides_are_material():
    found = crossings(line([-1.0, -0.5, 0.05, 0.5, 1.0]))
    (point,) = found["points"]
    assert (point["low"], point["high"]) == (0.25, 0.75)
    assert point["value"] == pytest.approx(0.25 + 0.25 * 0.5 / 0.55)
    assert crossings(line([-0.05, 0.05, 0.05, 0.05, 0.05]))["reason"].startswith("no material")
    assert crossings(line([1.0, 0.05, -0.05, 0.5, 1.0]))["reason"].startswith("the larger")
    assert len(crossings(line([1.0, -1.0, 1.0, -1.0, 1.0]))["points"]) == 4


def test_an_illusion_needs_the_sum_to_hold():
    book = line([0.0, 0.02, 0.04, 0.06, 0.08], 0.005)
    safe, unsafe = line([0.0] * 5, 0.001), line([0.05] * 5, 0.001)
    found = illusion_point(book, safe, 0.01)
    assert found["status"] == "found"
    assert found["value"] == pytest.approx(0.125)
    assert found["low"] < found["value"] < found["high"]
    assert "so does the sum" in illusion_point(book, unsafe, 0.01)["reason"]
    assert "covers" in illusion_point(safe, safe, 0.01)["reason"]
    assert illusion_point(line([0.05] * 5, 0.001), safe, 0.01)["status"] == "at_0"
    late = illusion_point(book, line([0.05, 0.05, 0.0, 0.0, 0.0], 0.001), 0.01)
    assert late["value"] == 0.5  # the book failed before, but so did the sum


def test_points_never_leave_the_dial():
    rng = np.random.default_rng(1)
    for _ in range(200):
        found = passage(line(rng.normal(0.2, 0.2, 5).cumsum(), 0.05), 0.3)
        for key in ("value", "low", "high"):
            assert found[key] is None or 0.0 <= found[key] <= 1.0
        if found["status"] == "found" and found["high"] is not None:
            assert found["low"] <= found["value"] <= found["high"]
