"""Given moves of the marks: as stated on every path, beside draws that stay what they are."""

import numpy as np
import pytest
from scipy import stats

from stresskit.config_file import load_run
from stresskit.pipeline.setting import prepare
from stresskit.simulate.blocks import live_block, workspace
from stresskit.simulate.jumps import nudge
from tests.simulate.test_blocks import CONFIG, POOR, SHORT, columns

PATHS = 700
FIRST, LAST = 20, 26


def plan_of(table, name="crash", *more):
    crash = f"scenarios.{name}={table}"
    return prepare(load_run(CONFIG, [*SHORT, *POOR, crash, *more])).plan(name)


def course(plan, paths=PATHS, first=0, tile=16):
    """Marks (steps, assets, paths)."""
    tiles = []
    live_block(plan, first, workspace(plan, paths, tile), lambda _s, t, _b, _r: tiles.append(t.marks.copy()))
    return np.concatenate(tiles)


@pytest.fixture(scope="module")
def calm():
    return course(prepare(load_run(CONFIG, [*SHORT, *POOR])).plan("baseline"))


def test_a_gap_shifts_no_draw(calm):
    plan = plan_of('{kind="crash", shocks={BTC=-0.3}, at="20h", others="stay"}')
    found = course(plan)
    assert np.array_equal(found[:FIRST], calm[:FIRST])
    assert found[FIRST:, 0] == pytest.approx(0.7 * calm[FIRST:, 0], rel=1e-12)
    assert np.array_equal(found[:, 1], calm[:, 1])


def test_a_ramp_arrives_at_its_end(calm):
    found = course(plan_of('{kind="crash", shocks={BTC=-0.3, ETH=0.2}, at="20h", over="6h"}'))
    share = np.minimum(np.maximum(np.arange(48) - FIRST + 1, 0), LAST - FIRST) / (LAST - FIRST)
    for k, whole in enumerate((0.7, 1.2)):
        assert found[:, k] == pytest.approx(calm[:, k] * whole ** share[:, None], rel=1e-9)


def test_a_ramp_is_the_same_where_another_effect_cuts_it():
    crash = '{kind="crash", shocks={BTC=-0.3}, at="20h", over="6h"}'
    noop = '{kind="correlation_breakdown", toward="zero", strength=0.0, onset="23h", duration="1h"}'
    both = f'{{kind="combined", effects=[{crash}, {noop}]}}'
    other = f'{{kind="combined", effects=[{noop}, {crash}]}}'
    whole = course(plan_of(crash))
    for table in (both, other):
        assert course(plan_of(table)) == pytest.approx(whole, rel=1e-12)


def test_the_unnamed_asset_follows_its_law():
    """The median and the range that the notes tell are those of the paths."""
    setting = prepare(load_run(CONFIG, [*SHORT, 'scenarios.crash={kind="crash", shocks={BTC=-0.3}}']))
    text = setting.stressed["crash"].notes["move 1"]["ETH"]
    middle, low, high = (float(word.rstrip("%,")) / 100 for word in text.split() if "%" in word)
    found = course(setting.plan("crash"), paths=4000)
    fresh = course(setting.plan("baseline"), paths=4000)
    moves = found[0, 1] / fresh[0, 1] - 1
    for bound, share in ((low, 0.05), (middle, 0.5), (high, 0.95)):
        assert (moves < bound).mean() == pytest.approx(share, abs=0.02)
    assert found[0, 0] == pytest.approx(0.7 * fresh[0, 0], rel=1e-9)
    plain = np.log(fresh[-1, 1] / fresh[0, 1])  # the draws of the completion are none of the path's
    assert abs(stats.spearmanr(moves, plain).statistic) < 0.06


def test_bits_do_not_depend_on_blocks_or_threads():
    plan = plan_of('{kind="crash", shocks={BTC=-0.1}, at="20h", over="6h"}')
    expected = columns(plan, 512, paths=600)
    assert columns(plan, 64, paths=600) == expected
    assert columns(plan, 256, 2, paths=600) == expected


def test_crashes_at_one_step_are_drawn_apart():
    crash = '{kind="crash", shocks={BTC=-0.2}, at="20h"}'
    plan = plan_of(f'{{kind="combined", effects=[{crash}, {crash}]}}')
    (stretch,) = [s for s in plan.stretches if s.courses]
    one, other = (c.gaps[0].ratio(5, 0, 300)[1] for c in stretch.courses)
    assert abs(stats.spearmanr(one, other).statistic) < 0.2
    again = stretch.courses[0].gaps[0].ratio(5, 100, 50)[1]
    assert np.array_equal(again, one[100:150])


def test_nudge_is_a_power():
    rng = np.random.default_rng(1)
    marks, ratio = rng.uniform(0.1, 5, (3, 40)), rng.uniform(0.05, 20, (3, 40))
    expected = marks * ratio**0.37
    nudge(marks, ratio, 0.37)
    assert marks == pytest.approx(expected, rel=1e-12)


def test_a_book_that_does_not_hold_the_named_asset(calm):
    plan = plan_of('{kind="crash", shocks={SOL=-0.4, LINK=-0.3}, at="20h"}')
    found = course(plan)
    assert np.array_equal(found[:FIRST], calm[:FIRST])
    moves = found[FIRST] / calm[FIRST] - 1
    assert np.median(moves[0]) < -0.05
    assert np.median(moves[1]) < -0.05
