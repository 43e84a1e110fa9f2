"""Marking, bounding and looking ahead in one pass over a block: the same as one after the other."""

import numpy as np
import pytest

from stresskit.domain import Tile, ceiling, weigh
from stresskit.numerics.jit import kernel
from stresskit.simulate.bridge import Bridge
from stresskit.simulate.reach import brace
from stresskit.simulate.scratch import empty_block, take_hands
from tests.reference.random_accounts import Shape, case

PATHS = 700  # more than a strip


@kernel
def at_once(rule, book, tile, block, bridge, hands):
    """A step with the bound of the next one; whether there is one."""
    brace(bridge, rule, book, tile, 0, block.quantity, block.reach, hands.steep)
    return weigh(rule, book, tile, 0, block, hands.steep)


@kernel
def in_turn(rule, book, tile, block, bridge, hands):
    """The bound of the next step and of the requirement, each in a pass of its own."""
    ceiling(rule, book, tile, 0, block)
    brace(bridge, rule, book, tile, 1, block.quantity, block.reach, hands.steep)


@pytest.mark.parametrize("seed", range(5))
def test_one_pass_gives_what_several_give(seed):
    found = case(Shape(seed, 3, 5, 0.1, 2.0, 0.0125, 1e-6, 0.02, 0.99, 0.005), "brackets", steps=2, paths=1)
    rng, book, n = np.random.default_rng(seed), found.book, found.variance.size
    block, hands = empty_block(book.asset.size, n, PATHS), take_hands(book, found.variance, 0)
    block.quantity[:] = book.quantity[:, None] * rng.choice([0.0, 0.5, 1.0], block.quantity.shape)
    block.cash[:], block.held[:] = rng.normal(0, 1e4, PATHS), 1.0
    marks = np.exp(rng.choice([0.1, 2.0]) * rng.standard_normal((2, n, PATHS)))
    tile = Tile(marks, found.variance[:, None] * rng.uniform(0.2, 5.0, marks.shape), 1.7)
    bridge = Bridge(np.ones((n, PATHS)), np.ones((n, PATHS)), 1.0, np.eye(n), 0, np.arange(PATHS))
    assert at_once(found.rule, book, tile, block, bridge, hands)
    equity = block.cash + (block.quantity * marks[0][book.asset]).sum(axis=0)
    bound, ahead = block.ceiling.copy(), block.ahead.copy()
    np.testing.assert_allclose(block.equity, equity, rtol=1e-12, atol=1e-9)
    in_turn(found.rule, book, tile, block, bridge, hands)
    assert np.array_equal(bound, block.ceiling)
    np.testing.assert_allclose(ahead, block.reach, rtol=1e-12)
