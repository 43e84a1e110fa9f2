"""Tails found among the scenarios far out, and on a line of books, are those of the whole set."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from stresskit.margin.far_scenarios import tail_of_book, who_can_lose
from stresskit.margin.scenario_set import ordered
from stresskit.margin.shortfall_bound import shortfall_bound
from stresskit.margin.tail import tail_gradient
from stresskit.margin.tail_on_line import draw_line, tail_on_line
from stresskit.numerics.jit import kernel
from stresskit.simulate.scratch import empty_breakdown
from tests.margin.test_tail import worst_mean
from tests.reference.random_accounts import STEADY

SCENARIOS = 2000
RNG = st.integers(0, 2**32 - 1).map(np.random.default_rng)
COUNTS = st.sampled_from([0.6, 1.0, 20.0, 18.75, 100.0])


@kernel
def look_up(scenarios, books, count, breakdown, out):
    """Mean, edge and slopes of the tail of each book."""
    for n in range(books.shape[0]):
        mean, edge, kept = tail_of_book(scenarios, books[n], count, breakdown)
        out[n, 0], out[n, 1] = mean, edge
        for i in range(books.shape[1]):
            unit, tail = scenarios.losses[i], breakdown.tail[:kept]
            out[n, 2 + i] = tail_gradient(unit, breakdown.loss, count, edge, tail)


@kernel
def walk(scenarios, book, i, rest, amounts, count, breakdown, out):
    """Mean, edge and slope of the books on the line that closes asset `i` down to `rest`."""
    draw_line(scenarios, book, i, rest, count, 0, 0, breakdown)
    for n in range(amounts.size):
        mean, edge, kept = tail_on_line(0, amounts[n], count, breakdown)
        unit, tail = breakdown.lines.unit[0], breakdown.tail[:kept]
        out[n] = mean, edge, tail_gradient(unit, breakdown.loss, count, edge, tail)
    return breakdown.lines.size[0]


def random_set(rng, assets, tied, count):
    losses = rng.standard_t(3, (assets, assets)) @ rng.standard_t(3, (assets, SCENARIOS))
    if rng.random() < 0.2:
        losses[-1] = losses[0]  # two assets that move as one
    return ordered(np.round(losses) if tied else losses, count)


def edge_of(loss, count):
    return np.sort(loss)[::-1][int(np.ceil(count)) - 1]


@settings(STEADY, max_examples=100)
@given(RNG, st.integers(1, 6), COUNTS, st.booleans())
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
@given(RNG, st.integers(1, 4), COUNTS, st.sampled_from([0.0, 0.3, -0.5, 1.5]), st.booleans())
def test_no_tail_on_a_line_leaves_what_is_kept(rng, assets, count, left, tied):
    scenarios, book, i = random_set(rng, assets, tied, count), rng.normal(size=assets), rng.integers(assets)
    rest, whole = left * book[i], (1 - left) * book[i]
    amounts = np.array([1.0, 0.97, 0.5, 0.1, 0.0]) * whole
    found, breakdown = np.zeros((5, 3)), empty_breakdown(assets, assets, SCENARIOS)
    walk(scenarios, book, i, rest, amounts, count, breakdown, found)
    for x, (mean, edge, slope) in zip(amounts, found, strict=True):
        at = np.where(np.arange(assets) == i, rest + x, book)
        loss, room = at @ scenarios.losses, 1e-12 * np.abs(book).sum() * np.abs(scenarios.losses).max()
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
@given(RNG, st.integers(1, 6), COUNTS, st.booleans())
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
    assert scenarios.first < 1200
    book, found = np.array([1.0, -0.9]), np.zeros((1, 4))
    look_up(scenarios, book[None], 100.0, empty_breakdown(2, 2, 10_000), found)
    length = np.linalg.norm(book @ scenarios.root)
    assert scenarios.first >= who_can_lose.py_func(scenarios, found[0, 1], length)
    kept = walk(
        scenarios, book, 0, 0.7, np.array([0.1]), 100.0, empty_breakdown(2, 2, 10_000), np.zeros((1, 3))
    )
    assert kept < 500
