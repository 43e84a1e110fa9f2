import numpy as np
import pytest

from stresskit.report import curves


def test_an_event_counts_from_its_step_on() -> None:
    step = np.array([-1, 1, 3, 3], dtype=np.int32)
    np.testing.assert_array_equal(curves.happened(step, 4, np.ones(len(step))), [0.0, 0.25, 0.25, 0.75, 0.75])


def test_every_event_falls_into_one_bar() -> None:
    step = np.array([-1, 1, 24, 25, 30, -1], dtype=np.int32)
    np.testing.assert_allclose(curves.hazard(step, 30, 24, np.ones(len(step))), [2 / 6, 2 / 6])


@pytest.mark.parametrize(
    ("step_h", "steps", "hours"),
    [
        (1.0, 240, 24.0),
        (1.0, 24, 1.0),
        (1.0, 48, 2.0),
        (1.0, 120, 24.0),
        (24.0, 30, 24.0),
        (24.0, 365, 720.0),
    ],
)
def test_bars_are_usual_stretches(step_h: float, steps: int, hours: float) -> None:
    assert curves.stretch(step_h, steps) * step_h == hours


def test_an_unusual_step_still_gives_few_bars() -> None:
    assert curves.stretch(1000.0, 100) == 4
    assert -(-20_000 // curves.stretch(1000.0, 20_000)) <= curves.MOST_BINS


def test_fans_keep_both_ends() -> None:
    for steps in (1, 10, 240, 241, 20_000):
        at = curves.fan_times(steps)
        assert at[0] == 0
        assert at[-1] == steps
        assert len(at) <= curves.FAN_POINTS
        assert np.all(np.diff(at) > 0)


def test_clock_shows_days_from_two_days_on() -> None:
    assert curves.clock(1.0, 47).unit == "hours"
    days = curves.clock(1.0, 48)
    assert (days.unit, days.end) == ("days", 2.0)
    np.testing.assert_array_equal(days.axis([0, 24, 48]), [0.0, 1.0, 2.0])


def test_no_path_is_lost_from_a_histogram() -> None:
    pnl = np.random.default_rng(1).standard_t(3, 5000) * 1000.0
    edges = curves.pnl_edges(pnl, 20_000.0)
    assert curves.shares(pnl, edges, len(pnl), np.ones(len(pnl))).sum() == pytest.approx(1.0)
    assert curves.shares(pnl[:2500], edges, len(pnl), np.ones(2500)).sum() == pytest.approx(0.5)


def test_a_hedge_without_profit_has_a_histogram() -> None:
    edges = curves.pnl_edges(np.zeros(10), 20_000.0)
    assert np.all(np.diff(edges) > 0)
    assert curves.shares(np.zeros(10), edges, 10, np.ones(10)).sum() == 1.0
    assert np.all(np.diff(curves.pnl_edges(np.zeros(10), 0.0)) > 0)
