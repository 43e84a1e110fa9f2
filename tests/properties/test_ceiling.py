"""What may certify an account as healthy: an upper bound of the requirement, always."""

import numpy as np
import pytest
from hypothesis import given, settings

from stresskit.domain import Tile, View, ceiling, remember, requirement, roof
from stresskit.numerics.jit import kernel
from stresskit.simulate.scratch import empty_block, empty_breakdown
from tests.reference.random_accounts import STEADY, Shape, case, shapes

SHAPE = Shape(5, 3, 5, 0.1, 2.0, 0.0125, 1e-6, 0.02, 0.99, 0.005)
PATHS = 16


@kernel
def anchored(rule, book, view, breakdown, block, path):
    """Evaluate in full and remember."""
    value = requirement(rule, book, view, breakdown)
    remember(rule, block, path, breakdown)
    return value


@kernel
def bounded(rule, book, tile, block):
    """Bound the requirement of every path at the tile's only step."""
    ceiling(rule, book, tile, 0, block)


@kernel
def roofed(rule, book, view, breakdown):
    """The closer bound of one account."""
    return roof(rule, book, view, breakdown)


def walk(found, rng, spread):
    """Anchor every path somewhere, move it elsewhere; returns ceilings, requirements and gross values."""
    positions, assets = found.book.asset.size, found.variance.size
    block, breakdown = (
        empty_block(positions, assets, PATHS),
        empty_breakdown(positions, assets, found.scenarios),
    )
    tile = Tile(np.empty((1, assets, PATHS)), np.empty((1, assets, PATHS)), float(rng.uniform(0.5, 3)))
    gross, required = np.empty(PATHS), np.empty(PATHS)
    for b in range(PATHS):
        before = view(found, rng, spread, float(rng.uniform(0.5, 3)))
        anchored(found.rule, found.book, before, breakdown, block, b)
    for b in range(PATHS):
        after = view(found, rng, spread, tile.multiplier)
        block.quantity[:, b] = after.quantity
        tile.marks[0, :, b], tile.variance[0, :, b] = after.marks, after.variance
        required[b] = anchored(found.rule, found.book, after, breakdown, spare(found), 0)
        gross[b] = np.abs(after.quantity * after.marks[found.book.asset]).sum()
    bounded(found.rule, found.book, tile, block)
    return block.ceiling, required, gross


def spare(found):
    return empty_block(found.book.asset.size, found.variance.size, 1)


def view(found, rng, spread, multiplier):
    """Some of the book closed, at some marks and volatilities."""
    kept = rng.choice([0.0, 0.5, 1.0, rng.uniform()], found.book.asset.size)
    n = found.variance.size
    marks = np.exp(spread * rng.standard_normal(n))
    variance = found.variance * np.exp(2 * spread * rng.standard_normal(n))
    return View(found.book.quantity * kept, marks, variance, np.array([multiplier]))


@pytest.mark.parametrize("kind", ["brackets", "var"])
@settings(STEADY, max_examples=120)
@given(shapes())
def test_ceiling_is_never_below_the_requirement(kind, shape):
    found = case(shape, kind, steps=2, paths=1)
    rng = np.random.default_rng([shape.seed, 2])
    for spread in (0.001, 0.05, 1.0):
        bound, required, gross = walk(found, rng, spread)
        assert (bound >= required).all()
        if kind == "brackets":
            assert (bound <= required * (1 + 1e-11) + 1e-14 * gross).all()


@settings(STEADY, max_examples=120)
@given(shapes())
def test_a_roof_is_never_below_the_requirement(shape):
    found = case(shape, "var", steps=2, paths=1)
    rng = np.random.default_rng([shape.seed, 4])
    breakdown = empty_breakdown(found.book.asset.size, found.variance.size, found.scenarios)
    for spread in (0.001, 0.05, 1.0):
        seen = view(found, rng, spread, float(rng.uniform(0.5, 3)))
        required = anchored(found.rule, found.book, seen, breakdown, spare(found), 0)
        assert roofed(found.rule, found.book, seen, breakdown) >= required


def test_along_the_anchor_the_ceiling_is_the_requirement():
    """ES is homogeneous: where only the size of the book changed nothing is given away."""
    found = case(SHAPE, "var")
    before = View(found.book.quantity.copy(), np.ones(3), found.variance, np.ones(1))
    block, breakdown = empty_block(5, 3, 1), empty_breakdown(5, 3, found.scenarios)
    value = anchored(found.rule, found.book, before, breakdown, block, 0)
    for size in (1e-3, 0.5, 1.0, 7.0):
        block.quantity[:, 0] = size * before.quantity
        bounded(found.rule, found.book, Tile(np.ones((1, 3, 1)), found.variance[None, :, None], 1.0), block)
        assert block.ceiling[0] == pytest.approx(size * value, rel=1e-6)
