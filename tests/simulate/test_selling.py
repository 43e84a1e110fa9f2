"""Liquidations of others: the closed form against waves of single holders, and marks path by path."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresskit.config_file import direct, load_run
from stresskit.errors import ConfigError
from stresskit.pipeline.setting import prepare
from stresskit.scenario.cascade import log_move
from stresskit.simulate.blocks import live_block, stream, workspace
from stresskit.simulate.selling import press_on
from stresskit.study.bare_paths import bare_plan
from tests.study.dial.test_dial import CONFIGS

QUICKSTART = CONFIGS / "quickstart.toml"
SMALL = ("simulation.paths=300", "simulation.horizon=2d", "comparison.equal_efficiency=false")
HOLDERS = 4000


def waves(marks, push, begin, width, side):
    """Marks after each step, by holders who are liquidated one by one as the mark reaches each."""
    levels = begin + width * (np.arange(HOLDERS) + 0.5) / HOLDERS
    gone = np.zeros(HOLDERS, dtype=bool)
    found = []
    for mark in marks:
        move = -side * np.log2(mark)
        while True:
            hit = ~gone & (levels < move + push * gone.sum() / HOLDERS)
            if not hit.any():
                break
            gone |= hit
        found.append(mark * 2 ** (-side * push * gone.sum() / HOLDERS))
    return np.array(found)


def closed_form(marks, push, begin, width, side):
    """The same by the kernel: `marks` are those of the market by itself."""
    sold, now, before, found = np.zeros((1, 1)), np.ones((1, 1)), 1.0, []
    for mark in marks:
        now *= mark / before
        press_on(now, np.array([0]), np.array([push]), begin, width, side, np.ones((1, 1)), sold)
        before = mark
        found.append(now[0, 0])
    return np.array(found)


@settings(deadline=None)
@given(
    st.lists(st.floats(-0.15, 0.12), min_size=1, max_size=12),
    st.floats(0.01, 0.5),
    st.floats(0.01, 0.4),
    st.sampled_from([0.3, 0.6, 1.5]),
    st.sampled_from([1.0, -1.0]),
)
def test_the_closed_form_is_the_end_of_all_waves(moves, begin, width, feedback, side):
    marks, push = np.cumprod(1 + np.array(moves)), feedback * width
    slow, fast = waves(marks, push, begin, width, side), closed_form(marks, push, begin, width, side)
    grain = push / HOLDERS / abs(1 - feedback) + width / HOLDERS
    worst = -side * np.log2(marks) - begin
    if feedback < 1 or np.abs(worst).min() > grain:  # at the very edge one holder decides
        assert np.abs(np.log2(fast / slow)).max() <= 2 * grain


ASSETS = {"BTC": {"notional": 2e9, "impact": 0.01}, "ETH": {"notional": 1e9, "impact": 0.015}}


def loaded_with(table):
    """The quickstart, with the calm model and one more scenario, ``x``."""
    scenarios = {"baseline": {"kind": "baseline"}, "x": table}
    return load_run(QUICKSTART, [*SMALL, "limits={}", direct("scenarios", scenarios)])


def marks_of(setting, name):
    """Marks (steps + 1, assets, paths)."""
    found = [np.ones((2, 300))]
    plan = bare_plan(setting, name)
    live_block(plan, 0, workspace(plan, 300, 1), lambda _s, t, _b, _r: found.append(t.marks[-1].copy()))
    return np.array(found)


def test_the_marks_of_a_run_are_those_of_the_definition():
    table = {
        "kind": "cascade",
        "begins": 0.01,
        "ends": 0.05,
        "onset": "6h",
        "duration": "30h",
        "assets": ASSETS,
    }
    setting = prepare(loaded_with(table))
    calm, found = marks_of(setting, "baseline"), marks_of(setting, "x")
    begin, width = log_move(0.01, "long"), log_move(0.05, "long") - log_move(0.01, "long")
    for i, crowd in enumerate(ASSETS.values()):
        push = -np.log2(1 - crowd["impact"]) * crowd["notional"] / 1e9
        for b in range(0, 300, 13):
            mark, share = 1.0, 0.0
            for step in range(48):
                if step == 6:
                    start = mark
                if 6 <= step < 36:
                    least = share
                    for _ in range(80):  # the least fixed point, from below
                        fall = -np.log2(mark / start) + push * (least - share)
                        least = max(least, min((fall - begin) / width, 1.0))
                    mark *= 2 ** (-push * (least - share))
                    share = least
                mark *= calm[step + 1, i, b] / calm[step, i, b]
                assert found[step + 1, i, b] == pytest.approx(mark, rel=1e-9)
    assert np.array_equal(found[:7], calm[:7])
    assert (found[-1] < calm[-1] * (1 - 1e-6)).any()


def test_forced_sales_of_others_liquidate_and_depend_on_no_block():
    table = {
        "kind": "cascade",
        "begins": 0.01,
        "ends": 0.05,
        "assets": {"BTC": {"notional": 1e10, "impact": 0.02}},
    }
    setting = prepare(loaded_with(table))
    hits = {}
    for name in ("baseline", "x"):
        for block in (64, 300):
            parts = [one.records[0].terminal_equity for one in stream(setting.plan(name), 300, block, 1)]
            hits[name, block] = np.concatenate(parts)
        assert np.array_equal(hits[name, 64], hits[name, 300])
    assert hits["x", 300].mean() < hits["baseline", 300].mean()


def test_buying_back_shorts_pushes_up():
    table = {"kind": "cascade", "begins": 0.01, "ends": 0.05, "side": "short", "assets": ASSETS}
    setting = prepare(loaded_with(table))
    calm, found = marks_of(setting, "baseline"), marks_of(setting, "x")
    assert np.all(found >= calm * (1 - 1e-12))
    assert (found[-1] > calm[-1] * 1.001).any()


def test_the_notes_say_how_strong_the_feedback_is():
    strong = {"BTC": {"notional": 1e10, "impact": 0.02}, "ETH": {"notional": 1e8, "impact": 0.01}}
    table = {"kind": "cascade", "begins": 0.01, "ends": 0.05, "assets": strong}
    notes = prepare(loaded_with(table)).stressed["x"].notes
    assert notes["feedback"]["BTC"] > 1 > notes["feedback"]["ETH"]
    assert notes["by_itself"] == "BTC: the first liquidation brings on all others"
    assert notes["pushes_at_most"]["BTC"] == pytest.approx(0.98**10 - 1)
    assert "no calibration of cascades" in notes["plausibility"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"assets": {"LUNA": {"notional": 1e9, "impact": 0.01}}}, "LUNA"),
        ({"assets": {"BTC": {"notional": 1e9, "impact": 0.9}}}, "impact"),
        ({"assets": {"BTC": {"notional": -1.0, "impact": 0.01}}}, "notional"),
        ({"ends": 0.01}, "a move beyond 0.01"),
        ({"onset": "3d"}, "onset"),
        ({"duration": "30m"}, "duration"),
        ({"strength": 1.0}, "strength"),
    ],
)
def test_what_cannot_be_is_refused(changes, says):
    table = {"kind": "cascade", "begins": 0.01, "ends": 0.05, "assets": ASSETS, **changes}
    with pytest.raises(ConfigError, match=says):
        prepare(loaded_with(table))
