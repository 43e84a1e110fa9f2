"""The order in which positions and assets are written down changes nothing."""

import numpy as np
import pytest
from hypothesis import example, given, settings

from stresskit.domain import Tile
from stresskit.margin.brackets import BracketTable
from stresskit.margin.fan import fan_of
from stresskit.margin.scenario_set import ordered
from tests.reference.account import live
from tests.reference.blur import Blur
from tests.reference.random_accounts import HARD, POLICIES, STEADY, case, kernel_lives, shapes
from tests.simulate.test_loop import CLEAR, MONEY, NEAR

COLUMNS = ("quantity", "half_spread", "impact", "fee", "face")


def shuffled(found, rng):
    """The same account with its positions and its assets in another order."""
    place = rng.permutation(found.book.asset.size)
    order = rng.permutation(found.variance.size)
    where = np.argsort(order)
    book, rule = found.book, found.rule
    book = book._replace(asset=where[book.asset[place]], **{n: getattr(book, n)[place] for n in COLUMNS})
    if isinstance(rule, BracketTable):
        rule = BracketTable(*(column[place] for column in rule))
    else:
        by_asset = ("unit_long", "unit_short", "long_run", "persistence_weight")
        scenarios = ordered(rule.scenarios.losses[order], rule.tail_count)
        rule = rule._replace(
            scenarios=scenarios,
            fan=fan_of(scenarios, rule.tail_count),
            **{n: np.ascontiguousarray(getattr(rule, n)[order]) for n in by_asset},
        )
    tiles = [Tile(t.marks[:, order].copy(), t.variance[:, order].copy(), t.multiplier) for t in found.tiles]
    return found._replace(book=book, rule=rule, tiles=tiles, variance=found.variance[order]), place


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("kind", ["brackets", "var"])
@settings(STEADY, max_examples=40)
@given(shapes())
@example(shape=HARD[1])
def test_lives_do_not_depend_on_the_order(kind, policy, shape):
    found = case(shape, kind)
    other, place = shuffled(found, np.random.default_rng([shape.seed, 3]))
    slow, fast = POLICIES[policy]
    one, two = (kernel_lives(x, fast, always=False) for x in (found, other))
    gross = found.account.gross()
    for b in range(found.paths):
        path = found.path(b)
        twin = live(found.account, found.twin, slow, path)
        if twin.closest < CLEAR * gross:
            continue
        blur = Blur(found.account, twin, lambda account, path=path: live(account, found.twin, slow, path))
        for record in (one, two):
            assert blur.same("first_step", record.first_step[b])
            assert blur.same("closed_step", record.closed_step[b])
            for name in (*MONEY, "closed_notional"):
                assert blur.near(name, getattr(record, name)[b], NEAR / 2 * gross), name
        if one.trigger[b] >= 0:
            assert blur.same("trigger", one.trigger[b])
            assert blur.same("trigger", place[two.trigger[b]])
