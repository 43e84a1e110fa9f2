"""A tile in one pass leaves what the same tile step by step leaves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresskit.domain import Block, Record, Tile
from stresskit.simulate.bridge import Bridge
from stresskit.simulate.few import AT_ONCE, counts_of, money_of, room_for_few
from stresskit.simulate.loop import live_through, start
from stresskit.simulate.scratch import empty_block, empty_record, take_hands
from stresskit.simulate.sweep import empty_course
from tests.reference.random_accounts import POLICIES, STEADY, Shape, case, shapes

ROUNDING = 1e-11  # of the lowest ratio: who is looked at closer has it of the requirement itself


def lives(found, policy, bridged, few):
    """Every path of a case: block, record and number of full evaluations."""
    steps, assets, paths = found.tiles[0].marks.shape
    block = empty_block(found.book.asset.size, assets, paths)._replace(trace=np.zeros((steps, paths)))
    record, hands = empty_record(paths), take_hands(found.book, found.variance, found.scenarios)
    start(found.rule, found.book, block, hands, record)
    marks, variance = np.ones((assets, paths)), np.tile(found.variance[:, None], paths)
    course = empty_course(steps, found.book.asset.size, assets) if few else None
    bridge, multiplier, step, evaluated = None, 1.0, 0, 0
    for tile in found.tiles:
        if bridged:
            bridge = Bridge(marks, variance, multiplier, np.eye(assets), 5, 7 + np.arange(paths))
        evaluated += live_through(
            found.rule, policy, found.book, tile, step, False, block, hands, record, bridge, None, None,
            None, None, few, course,
        )  # fmt: skip
        marks, variance, multiplier = tile.marks[-1].copy(), tile.variance[-1].copy(), tile.multiplier
        step += steps
    return block, record, evaluated


@pytest.mark.parametrize(
    ("rule", "policy", "bridged"),
    [
        ("brackets", "close_all", False),
        ("brackets", "largest_contribution", True),
        ("var", "largest_contribution", True),
    ],
)
@settings(STEADY, max_examples=60)
@given(shape=shapes(), paths=st.sampled_from([1, 8, 61, 2 * AT_ONCE + 70]))
def test_one_pass_leaves_what_steps_leave(shape, paths, policy, bridged, rule):
    found = case(shape, rule, paths=paths)
    way = POLICIES[policy][1]
    block, record, evaluated = lives(found, way, bridged, None)
    few = room_for_few(found.book.asset.size, found.tiles[0].marks.shape)
    swept, outcome, looked = lives(found, way, bridged, few)
    for name in record._fields:
        if name != "lowest_ratio":
            np.testing.assert_array_equal(getattr(outcome, name), getattr(record, name), err_msg=name)
    np.testing.assert_allclose(outcome.lowest_ratio, record.lowest_ratio, rtol=ROUNDING)
    open_ones = record.closed_step < 0
    for name in ("equity", "cash", "quantity"):
        after, before = getattr(swept, name), getattr(block, name)
        np.testing.assert_array_equal(after[..., open_ones], before[..., open_ones], err_msg=name)
    np.testing.assert_array_equal(swept.trace, block.trace)
    if bridged:  # where it was evaluated the slack is of the requirement itself
        room = ROUNDING * np.abs(block.equity).max()
        np.testing.assert_allclose(swept.slack[open_ones], block.slack[open_ones], rtol=0, atol=room)
    assert bridged or looked == evaluated


@pytest.mark.parametrize("rule", ["brackets", "var"])
def test_nobody_of_a_safe_account_is_brought(rule):
    """Else the pass would be for nothing."""
    found = case(Shape(3, 3, 4, 0.1, 4.0, 0.0005, 1e-6, 0.0005, 0.99, 0.0), rule, paths=1024)
    still = Tile(np.ones((10, 3, 1024)), np.full((10, 3, 1024), 1e-8), 1.0)
    found = found._replace(tiles=[still, still])
    few = room_for_few(found.book.asset.size, found.tiles[0].marks.shape)
    few.record.first_step[:] = -7
    record = lives(found, POLICIES["largest_contribution"][1], True, few)[1]
    assert (record.first_step == -1).all()
    assert (few.record.first_step == -7).all()


def test_what_is_brought_is_all_that_a_life_remembers():
    """What stays behind is scratch, or what only carry, footprints and owners move."""
    block, record = empty_block(1, 1, 2), empty_record(2)
    names = {id(column): name for name, column in (block._asdict() | record._asdict()).items()}
    brought = (*money_of.py_func(block, record), *counts_of.py_func(record))
    known = [names[id(column)] for column in brought] + ["quantity", "anchor_exposure"]
    behind = ["exposure", "gross", "scale", "reach", "ahead", "rough", "picked", "premium", "shift", "trace"]
    assert sorted(known + behind) == sorted((*Block._fields, *Record._fields))
