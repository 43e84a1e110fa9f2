"""Tails found among the scenarios far out, and beside what stays, are those of the whole set."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from stresskit.margin.coarse_losses import add_coarse, coarse_losses, put_pairs, room_of, unit_of, whole
from stresskit.margin.fan import corner_of, fan_of
from stresskit.margin.far_scenarios import length_of, tail_of_book, who_can_lose
from stresskit.margin.scenario_set import ordered, worst_mean
from stresskit.margin.shortfall_bound import shortfall_bound
from stresskit.margin.tail import add_slopes, slope_along, weigh_mean
from stresskit.numerics.jit import kernel
from stresskit.simulate.scratch import empty_breakdown
from tests.reference.random_accounts import STEADY

SCENARIOS = 2000
RNG = st.integers(0, 2**32 - 1).map(np.random.default_rng)
TIES = st.sampled_from(["free", "tied", "nearly"])
COUNTS = st.sampled_from([0.6, 1.0, 20.0, 18.75, 100.0])


@kernel
def look_up(scenarios, books, count, breakdown, out):
    """Mean, edge and slopes of the tail of each book."""
    for n in range(books.shape[0]):
        mean, edge, kept = tail_of_book(scenarios, books[n], count, 0, -1, breakdown)
        out[n, 0], out[n, 1] = mean, edge
        weight = breakdown.scratch[:kept]
        weigh_mean(breakdown.loss[:kept], count, edge, weight)
        add_slopes(scenarios.losses, breakdown.tail[:kept], weight, 1.0, out[n, 2:])


@kernel
def walk(scenarios, book, i, left, count, breakdown, out):
    """Mean, edge and slope as the book's exposure to asset `i` changes."""
    breakdown.beside.known[0] = 0
    for n in range(left.size):
        book[i] = left[n]
        mean, edge, kept = tail_of_book(scenarios, book, count, i, 0, breakdown)
        weight = breakdown.scratch[:kept]
        weigh_mean(breakdown.loss[:kept], count, edge, weight)
        slope = slope_along(scenarios.losses[i], breakdown.tail[:kept], weight)
        out[n, 0], out[n, 1], out[n, 2] = mean, edge, slope


def random_set(rng, assets, tied, count):
    losses = rng.standard_t(3, (assets, assets)) @ rng.standard_t(3, (assets, SCENARIOS))
    if rng.random() < 0.2:
        losses[-1] = losses[0]  # two assets that move as one
    if tied != "free":
        losses = np.round(losses)
    if tied == "nearly":  # by less than a grain: what is coarse does not tell them apart
        losses += 1e-8 * rng.standard_normal(losses.shape)
    return ordered(losses, count)


def edge_of(loss, count):
    return np.sort(loss)[::-1][int(np.ceil(count)) - 1]


@settings(STEADY, max_examples=100)
@given(RNG, st.integers(1, 6), COUNTS, TIES)
def test_scenarios_further_in_are_not_missed(rng, assets, count, tied):
    scenarios = random_set(rng, assets, tied, count)
    books = rng.normal(size=(40, assets)) * 10.0 ** rng.integers(-2, 3, (40, 1))
    books[0], books[1, 0], books[2] = 0.0, 0.0, np.abs(books[2])
    found = np.zeros((len(books), 2 + assets))
    look_up(scenarios, books, count, empty_breakdown(assets, assets, SCENARIOS), found)
    for book, (mean, edge, *slopes) in zip(books, found, strict=True):
        loss, room = book @ scenarios.losses, 1e-12 * np.abs(book).sum() * np.abs(scenarios.losses).max()
        assert abs(mean - worst_mean(loss, count)) <= room
        assert abs(edge - edge_of(loss, count)) <= room
        assert abs(book @ slopes - mean) <= 10 * room


@settings(STEADY, max_examples=100)
@given(RNG, st.integers(1, 4), COUNTS, TIES)
def test_what_stays_beside_a_closing_is_looked_at_once(rng, assets, count, tied):
    scenarios, book, i = random_set(rng, assets, tied, count), rng.normal(size=assets), rng.integers(assets)
    left = np.array([1.0, 0.97, 0.5, 0.1, 0.0, -1.5, 20.0]) * book[i]
    found, breakdown = np.zeros((left.size, 3)), empty_breakdown(assets, assets, SCENARIOS)
    walk(scenarios, book.copy(), i, left, count, breakdown, found)
    for x, (mean, edge, slope) in zip(left, found, strict=True):
        loss = np.where(np.arange(assets) == i, x, book) @ scenarios.losses
        room = 1e-12 * (np.abs(book).sum() + abs(x)) * np.abs(scenarios.losses).max()
        assert abs(mean - worst_mean(loss, count)) <= room
        assert abs(edge - edge_of(loss, count)) <= room
        for step in (-1e-3, 1e-3):  # convexity: the slope supports the mean from below
            moved = loss + step * scenarios.losses[i]
            assert worst_mean(moved, count) >= mean + step * slope - room


@kernel
def bounds(scenarios, books, count, breakdown, out):
    for n in range(books.shape[0]):
        out[n] = shortfall_bound(scenarios, books[n], count, breakdown)


@settings(STEADY, max_examples=100)
@given(RNG, st.integers(1, 6), COUNTS, TIES)
def test_no_shortfall_exceeds_its_bound(rng, assets, count, tied):
    scenarios = random_set(rng, assets, tied, count)
    books, found = rng.normal(size=(40, assets)) * 10.0 ** rng.integers(-2, 3, (40, 1)), np.zeros(40)
    bounds(scenarios, books, count, empty_breakdown(assets, assets, SCENARIOS), found)
    assert np.all(found >= [worst_mean(book @ scenarios.losses, count) for book in books])


def test_the_bound_of_the_shortfall_is_close():
    rng = np.random.default_rng(4)
    scenarios = ordered(rng.standard_t(4, (5, SCENARIOS)), 20.0)
    books, found = rng.normal(size=(200, 5)), np.zeros(200)
    bounds(scenarios, books, 20.0, empty_breakdown(5, 5, SCENARIOS), found)
    exact = np.array([worst_mean(book @ scenarios.losses, 20.0) for book in books])
    assert np.median(found / exact) < 1.06
    assert np.max(found / exact) < 1.25


def test_few_scenarios_are_looked_at():
    rng = np.random.default_rng(1)
    scenarios = ordered(rng.standard_t(4, (2, 10_000)), 100.0)
    book, found, breakdown = np.array([1.0, -0.9]), np.zeros((1, 4)), empty_breakdown(2, 2, 10_000)
    look_up(scenarios, book[None], 100.0, breakdown, found)
    length = np.linalg.norm(book @ scenarios.root)
    wanted = who_can_lose.py_func(scenarios, found[0, 1], length)
    walk(scenarios, book, 0, np.array([1.0]), 100.0, breakdown, np.zeros((1, 3)))
    assert wanted <= breakdown.beside.known[0] < 1200


@kernel
def coarsely(scenarios, exposure, i, breakdown, out, split):
    """The coarse losses in one, and those of asset `i` beside the others'; their unit and room in USD."""
    unit = unit_of(scenarios, exposure, length_of(scenarios.root, exposure))
    put_pairs(scenarios, exposure, -1, unit, breakdown.pairs)
    coarse_losses(scenarios.coarse, breakdown.pairs, 0, out)
    put_pairs(scenarios, exposure, i, unit, breakdown.pairs)
    coarse_losses(scenarios.coarse, breakdown.pairs, 0, breakdown.rough[0, : out.size])
    amount = whole(exposure[i], scenarios.grain[i], unit)
    add_coarse(scenarios.coarse, breakdown.rough[0, : out.size], i, amount, split)
    return unit, unit * room_of(scenarios, exposure, unit)


@settings(STEADY, max_examples=100)
@given(RNG, st.integers(1, 6), TIES)
def test_a_coarse_loss_is_no_further_off_than_its_room(rng, assets, tied):
    scenarios = random_set(rng, assets, tied, 20.0)
    rough, split = np.zeros((2, SCENARIOS), dtype=np.int32)
    book, i = rng.normal(size=assets) * 10.0 ** rng.integers(-2, 6), int(rng.integers(assets))
    unit, room = coarsely(scenarios, book, i, empty_breakdown(assets, assets, SCENARIOS), rough, split)
    off = np.abs(unit * rough - book @ scenarios.losses).max()
    assert np.array_equal(rough, split)
    assert off <= room
    assert room < 20 * off or tied != "free"  # whole numbers may be whole grains


@kernel
def by_direction(fan, books, out):
    for n in range(books.shape[0]):
        out[n] = corner_of(fan, books[n, 0], books[n, 1])


@settings(STEADY, max_examples=100)
@given(RNG, COUNTS, TIES)
def test_a_tail_of_two_assets_is_known_by_the_book_s_direction(rng, count, tied):
    """Corners are tails of the whole set, also where books lie on an edge, and at the turn's ends."""
    scenarios = random_set(rng, 2, tied, count)
    fan = fan_of(scenarios, count)
    along = np.diff(fan.corner, axis=0)
    edges = np.column_stack([along[:, 1], -along[:, 0]])[:50]
    axes = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0], [1.0, -1e-300], [1.0, 1e-300]])
    books = np.concatenate([rng.normal(size=(60, 2)) * 10.0 ** rng.integers(-2, 3, (60, 1)), axes, edges])
    found = np.zeros_like(books)
    by_direction(fan, books, found)
    for book, corner in zip(books, found, strict=True):
        loss, room = book @ scenarios.losses, 1e-11 * np.abs(book).sum() * np.abs(scenarios.losses).max()
        assert abs(book @ corner - worst_mean(loss, count)) <= room
    assert np.all(np.diff(fan.begin) >= 0.0)
    assert fan.begin[-1] <= 4.0


def test_a_fan_of_many_sectors():
    """More than there is memory for at first."""
    rng = np.random.default_rng(7)
    scenarios = ordered(rng.standard_normal((2, 20_000)), 2000.0)
    fan, books = fan_of(scenarios, 2000.0), rng.normal(size=(200, 2))
    found = np.zeros_like(books)
    by_direction(fan, books, found)
    exact = [worst_mean(book @ scenarios.losses, 2000.0) for book in books]
    assert fan.begin.size > 1024
    np.testing.assert_allclose((books * found).sum(axis=1), exact, rtol=1e-11)
