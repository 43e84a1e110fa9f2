"""The order in which positions and assets are written down changes nothing."""

import numpy as np
import pytest
from hypothesis import given, settings

from stresskit.domain import Tile
from stresskit.margin.brackets import BracketTable
from stresskit.margin.scenario_set import ordered
from tests.reference.account import live
from tests.reference.random_accounts import POLICIES, STEADY, case, kernel_lives, shapes
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
        rule = rule._replace(
            scenarios=ordered(rule.scenarios.losses[order], rule.tail_count),
            **{n: np.ascontiguousarray(getattr(rule, n)[order]) for n in by_asset},
        )
    tiles = [Tile(t.marks[:, order].copy(), t.variance[:, order].copy(), t.multiplier) for t in found.tiles]
    return found._replace(book=book, rule=rule, tiles=tiles, variance=found.variance[order]), place


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("kind", ["brackets", "var"])
@settings(STEADY, max_examples=40)
@given(shapes())
def test_lives_do_not_depend_on_the_order(kind, policy, shape):
    found = case(shape, kind)
    other, place = shuffled(found, np.random.default_rng([shape.seed, 3]))
    slow, fast = POLICIES[policy]
    one, two = (kernel_lives(x, fast, always=False) for x in (found, other))
    gross = found.account.gross()
    for b in range(found.paths):
        twin = live(found.account, found.twin, slow, found.path(b))
        if twin.closest < CLEAR * gross:
            continue
        assert one.first_step[b] == two.first_step[b]
        assert one.closed_step[b] == two.closed_step[b]
        if one.trigger[b] >= 0:
            assert place[two.trigger[b]] == one.trigger[b]
        for name in (*MONEY, "closed_notional"):
            assert abs(getattr(one, name)[b] - getattr(two, name)[b]) <= NEAR * gross, name
