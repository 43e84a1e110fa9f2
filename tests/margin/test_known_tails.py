"""What is known of a book's neighbours changes no bit of its tail."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from stresskit.margin.known_tails import tail_of_book
from stresskit.margin.tail import book_losses, tail_gradient, tail_mean
from stresskit.numerics.jit import kernel, part
from stresskit.simulate.scratch import empty_breakdown
from tests.reference.random_accounts import STEADY

SCENARIOS = 4000


@part
def note(losses, known, entry, exposure, count, found, breakdown, out):
    mean, edge, kept = found
    out[0], out[1], out[2] = mean, edge, kept
    tail = breakdown.tail[:kept]
    for i in range(exposure.size):
        if entry >= 0:
            out[3 + i] = tail_gradient(known.rows[entry, i], breakdown.loss, count, edge, tail)
        else:
            out[3 + i] = tail_gradient(losses[i], breakdown.loss, count, edge, tail)


@kernel
def look_up(losses, books, count, breakdown, out):
    """Mean, edge, size and slopes of the tail of each book, with a memory; in how many it was of use."""
    recalled = 0
    for n in range(books.shape[0]):
        mean, edge, kept, entry = tail_of_book(losses, books[n], count, breakdown)
        note(losses, breakdown.known, entry, books[n], count, (mean, edge, kept), breakdown, out[n])
        recalled += entry >= 0
    return recalled


@kernel
def look_through(losses, books, count, breakdown, out):
    """The same, of the whole set each time."""
    for n in range(books.shape[0]):
        book_losses(losses, books[n], breakdown.loss)
        found = tail_mean(breakdown.loss, count, breakdown.scratch, breakdown.tail)
        note(losses, breakdown.known, -1, books[n], count, found, breakdown, out[n])


def wandering(rng, assets, steps, pace):
    """Books that move a little, are sometimes cut, turned or doubled, and sometimes lose a leg."""
    books = np.empty((steps, assets))
    book = rng.normal(size=assets)
    for n in range(steps):
        book = book * (1 + pace * rng.normal(size=assets))
        jump = rng.random()
        if jump < 0.05:
            book = book * 0.7
        elif jump < 0.08:
            book[rng.integers(assets)] *= 0.5
        elif jump < 0.10:
            book = rng.normal(size=assets) * 10.0 ** rng.integers(-2, 3)
        books[n] = book
        if jump > 0.98:
            books[n, rng.integers(assets)] = 0.0
    return books


@settings(STEADY, max_examples=60)
@given(
    st.integers(0, 2**32 - 1).map(np.random.default_rng),
    st.integers(1, 3),
    st.sampled_from([0.001, 0.02, 0.2]),
    st.sampled_from([0.6, 1.0, 40.0, 37.5, 100.0, 400.0]),
    st.booleans(),
)
def test_known_neighbours_change_no_bit(rng, assets, pace, count, tied):
    losses = rng.standard_t(3, (assets, assets)) @ rng.standard_t(3, (assets, SCENARIOS))
    losses = np.ascontiguousarray(np.round(losses) if tied else losses)
    books = wandering(rng, assets, 120, pace)
    found, expected = np.zeros((2, len(books), 3 + assets))
    look_up(losses, books, count, empty_breakdown(assets, assets, SCENARIOS), found)
    look_through(losses, books, count, empty_breakdown(assets, assets, SCENARIOS), expected)
    np.testing.assert_array_equal(found, expected)


def test_a_book_near_a_known_one_is_recognised_at_any_size():
    rng = np.random.default_rng(1)
    losses = rng.standard_t(4, (2, SCENARIOS))
    books = np.array([1.0, -0.9]) * (1 + 0.01 * rng.normal(size=(100, 2))) * rng.uniform(0.1, 10, (100, 1))
    out = np.zeros((100, 5))
    assert look_up(losses, books, 40.0, empty_breakdown(2, 2, SCENARIOS), out) == 99


def test_many_assets_have_no_memory():
    losses, out = np.random.default_rng(2).normal(size=(4, SCENARIOS)), np.zeros((5, 7))
    assert look_up(losses, np.ones((5, 4)), 40.0, empty_breakdown(4, 4, SCENARIOS), out) == 0
