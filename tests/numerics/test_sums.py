"""Sums of 16-bit products, and counting by levels, against numpy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresskit.numerics.jit import kernel
from stresskit.numerics.sums import (
    GROUP,
    LANES,
    add_products,
    bits_in,
    load_sums,
    lowest_bit,
    no_sums,
    reaching,
    store_sums,
)
from tests.reference.random_accounts import STEADY

RNG = st.integers(0, 2**32 - 1).map(np.random.default_rng)


@kernel
def products(pairs, weights, before, out, fresh):
    """The column before, and each block's products with the pairs of weights; or the products alone."""
    for block in range(pairs.shape[0]):
        sums = no_sums() if fresh else load_sums(before, block * LANES)
        for j in range(pairs.shape[1]):
            sums = add_products(sums, pairs, block, j, weights[j])
        store_sums(out, block * LANES, sums)


@settings(STEADY, max_examples=100)
@given(RNG, st.integers(1, 5), st.integers(1, 4), st.booleans())
def test_products_of_pairs_add_up(rng, blocks, rows, fresh):
    """Also where a sum on the way does not fit into 32 bits: it wraps round."""
    pairs = rng.integers(-32767, 32768, (blocks, rows, 2 * LANES)).astype(np.int16)
    weights = rng.integers(-32767, 32768, (rows, 2))
    before, out = rng.integers(-(2**31), 2**31, (2, blocks * LANES)).astype(np.int32)
    products(pairs, (weights[:, 0] & 0xFFFF) | (weights[:, 1] << 16), before, out, fresh)
    whole = (pairs.reshape(blocks, rows, LANES, 2).astype(np.int64) * weights[None, :, None]).sum(axis=(1, 3))
    expected = whole.ravel() + (0 if fresh else before.astype(np.int64))
    assert np.array_equal(out, expected.astype(np.int32))


@kernel
def who_reaches(column, first, level, places):
    """Places of the numbers that reach the level, and how many they are."""
    bits, found = reaching(column, first, level), 0
    count = bits_in(bits)
    while bits != 0:
        places[found] = first + lowest_bit(bits)
        bits &= bits - 1
        found += 1
    return count


@settings(STEADY, max_examples=100)
@given(RNG, st.integers(0, 20), st.sampled_from([1, 5, 2**31 - 1]))
def test_who_reaches_a_level(rng, first, size):
    column = rng.integers(-size - 1, size, first + GROUP, endpoint=True).astype(np.int32)
    level, places = int(rng.choice(column)), np.zeros(GROUP, dtype=np.int64)
    count = who_reaches(column, first, level, places)
    assert np.array_equal(places[:count], first + np.flatnonzero(column[first:] >= level))


@pytest.mark.parametrize("column", [np.zeros(GROUP), np.zeros((GROUP, 2), dtype=np.int32)[:, 0]])
def test_columns_are_whole_numbers_side_by_side(column):
    with pytest.raises(TypeError, match="a column of 32-bit numbers that lie side by side"):
        who_reaches(column, 0, 0, np.zeros(GROUP, dtype=np.int64))


def test_blocks_are_of_short_numbers():
    pairs, column = np.zeros((1, 1, 2 * LANES)), np.zeros(LANES, dtype=np.int32)
    with pytest.raises(TypeError, match="blocks of 16-bit numbers that lie side by side"):
        products(pairs, np.zeros(1, dtype=np.int64), column, column, True)
