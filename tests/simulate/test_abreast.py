"""Positions under isolated margin: a tile that passes for all at once leaves what they leave one by one."""

from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresskit.domain import Tile
from stresskit.simulate.apart import Apart
from stresskit.simulate.bridge import Bridge
from stresskit.simulate.few import AT_ONCE
from stresskit.simulate.isolated_life import IsolatedLife, life_of
from stresskit.simulate.living import Living
from stresskit.simulate.plan import Contender
from tests.reference.account import Market
from tests.reference.random_accounts import POLICIES, STEADY, Case, Shape, case, shapes

ROUNDING = 1e-11  # of the lowest ratio: who is looked at closer has it of the requirement itself


def isolated(shape: Shape, paths: int, policy: str) -> tuple[Case, Contender]:
    """A random account whose positions hold margins of their own, thin and ample ones."""
    found, rng = case(shape, "brackets", paths=paths), np.random.default_rng([shape.seed, 11])
    book = found.book
    calm = Market([1.0] * shape.assets, found.variance.tolist(), 1.0)
    own = np.array(found.twin.requirement(found.account, book.quantity.tolist(), calm)[1])
    usd = own * rng.choice([1.001, 2.0, 20.0], shape.positions) * shape.wealth
    free = float(rng.uniform(-0.1, 0.1)) * found.account.gross()
    book = book._replace(cash=float(usd.sum() - book.quantity.sum()) + free)
    margins = Apart(usd, np.full(shape.positions, -1), np.zeros(shape.positions))
    way = POLICIES[policy][1]
    return found, Contender(found.rule, way, book, 0, entry=np.ones(shape.positions), apart=margins)


def lived(found: Case, contender: Contender, *, bridged: bool, at_once: bool) -> tuple[IsolatedLife, int]:
    """Every path of a case, and the number of times that positions walked a tile by themselves."""
    steps, assets, paths = found.tiles[0].marks.shape
    called = 0
    through = Living.through

    def count(*given: Any) -> int:
        nonlocal called
        called += 1
        return through(*given)

    with (
        patch.object(IsolatedLife, "_passes", IsolatedLife._passes if at_once else lambda *_: False),
        patch.object(Living, "through", count),
    ):
        living = life_of(contender, found.variance, (steps, assets, paths), False)
        assert isinstance(living, IsolatedLife)
        living.begin(contender, contender, found.variance, False)
        marks, variance = np.ones((assets, paths)), np.tile(found.variance[:, None], paths)
        bridge, multiplier, step = None, 1.0, 0
        for tile in found.tiles:
            if bridged:
                bridge = Bridge(marks, variance, multiplier, np.eye(assets), 5, 7 + np.arange(paths))
            living.through(contender, tile, step, False, bridge, None)
            marks, variance, multiplier = tile.marks[-1].copy(), tile.variance[-1].copy(), tile.multiplier
            step += steps
    return living, called


def same(one: IsolatedLife, other: IsolatedLife) -> None:
    for name in one.record._fields:
        if name != "lowest_ratio":
            after, before = getattr(one.record, name), getattr(other.record, name)
            np.testing.assert_array_equal(after, before, err_msg=name)
    np.testing.assert_allclose(one.record.lowest_ratio, other.record.lowest_ratio, rtol=ROUNDING)
    for name in ("equity", "cash", "quantity", "shift"):
        np.testing.assert_array_equal(getattr(one.block, name), getattr(other.block, name), err_msg=name)
    np.testing.assert_array_equal(one.pledge.cause, other.pledge.cause)


@pytest.mark.parametrize(("policy", "bridged"), [("close_all", False), ("close_all", True)])
@settings(STEADY, max_examples=60)
@given(shape=shapes(), paths=st.sampled_from([1, 8, 61, 2 * AT_ONCE + 70]))
def test_at_once_leaves_what_one_by_one_leaves(shape: Shape, paths: int, policy: str, bridged: bool) -> None:
    found, contender = isolated(shape, paths, policy)
    at_once, _ = lived(found, contender, bridged=bridged, at_once=True)
    same(at_once, lived(found, contender, bridged=bridged, at_once=False)[0])


@pytest.mark.parametrize("bridged", [False, True])
def test_some_are_liquidated_and_of_safe_tiles_nobody_walks(bridged: bool) -> None:
    """Else there would be nothing to compare, or the pass would be for nothing."""
    liquidated = 0
    for seed in range(12):
        shape = Shape(seed, 3, 3, 0.1, 1.5, 0.0005, 1e-6, 0.02, 0.99, 0.0)
        found, contender = isolated(shape, 64, "close_all")
        one = lived(found, contender, bridged=bridged, at_once=True)[0]
        liquidated += int((one.record.first_step > 0).sum())
        assert contender.apart is not None
        ample = contender.apart._replace(usd=contender.apart.usd * 1000.0)
        cash = contender.book.cash + 999.0 * float(contender.apart.usd.sum())
        rich = Contender(
            found.rule, contender.policy, contender.book._replace(cash=cash), 0, entry=np.ones(3), apart=ample
        )
        still = [Tile(np.ones((10, 3, 64)), np.full((10, 3, 64), 1e-8), 1.0)] * 2
        life, called = lived(found._replace(tiles=still), rich, bridged=bridged, at_once=True)
        assert called == 0
        assert (life.record.first_step == -1).all()
    assert liquidated > 100


@pytest.mark.parametrize("column", ["jumps", "in_coin", "size_rate"])
def test_what_is_not_convex_in_the_mark_walks(column: str) -> None:
    """The lowest and the highest mark say nothing then of those in between."""
    found, contender = isolated(Shape(3, 2, 2, 0.1, 1.5, 0.0005, 1e-6, 0.02, 0.99, 0.0), 16, "close_all")
    bent = contender.rule._replace(**{column: np.array([0.0, 1e-9])})
    other = Contender(bent, contender.policy, contender.book, 0, entry=np.ones(2), apart=contender.apart)
    living = life_of(other, found.variance, found.tiles[0].marks.shape, False)
    assert isinstance(living, IsolatedLife)
    assert not living._plain
    living = life_of(contender, found.variance, found.tiles[0].marks.shape, False)
    assert isinstance(living, IsolatedLife)
    assert living._plain
