"""Lanes against numpy, and what has no rows to take them from."""

import numpy as np
import pytest

from stresskit.numerics.elementary import fma
from stresskit.numerics.jit import kernel
from stresskit.numerics.lanes import (
    ROW,
    WIDTH,
    below_zero,
    higher,
    least_of,
    load,
    lower,
    magnitude,
    packed,
    put,
    root,
    spread,
    store,
    sum_of,
    take,
    where,
)


@kernel
def combine(x, a, y):
    for b in range(0, ROW, WIDTH):
        one, two = take(x, 0, b), take(x, 2, b)
        put(y, 1, b, fma(-one, two, one * spread(a)))


def test_lanes_calculate_as_numbers_do():
    """To one rounding, which a fused processor spares; and no other row is written."""
    x, y = np.random.default_rng(4).standard_normal((3, ROW)), np.zeros((3, ROW))
    combine(x, 3.0, y)
    np.testing.assert_allclose(y[1], 3.0 * x[0] - x[0] * x[2], rtol=0, atol=1e-14)
    assert not y[[0, 2]].any()


@pytest.mark.parametrize("rows", [np.zeros((ROW, 3)).T, np.zeros((3, ROW), dtype=np.float32), np.zeros(ROW)])
def test_rows_are_doubles_side_by_side(rows):
    with pytest.raises(TypeError, match="rows of doubles that lie side by side"):
        combine(rows, 3.0, np.zeros((3, ROW)))


@kernel
def compare(x, y, count, out):
    """Quotients where a count is negative and x above y, else roots of differences; who of all is not."""
    one, other = load(x, 1), load(y, 2)
    mask = below_zero(count, 1) & (one > other)
    store(out[0], 1, where(mask, one / other, root(magnitude(one - other))))
    store(out[1], 1, higher(one, other) + lower(one, other) * spread(2.0))
    return packed(~mask), packed(mask | (other > one))


def test_lanes_of_columns_compare_and_choose():
    """From any path on: a column need not begin at a cache line."""
    rng = np.random.default_rng(5)
    (x, y), count, out = (
        rng.standard_normal((2, WIDTH + 2)),
        rng.integers(-2, 3, WIDTH + 1),
        np.zeros((2, WIDTH + 1)),
    )
    others, either = compare(x, y, count, out)
    one, other = x[1 : WIDTH + 1], y[2:]
    mask = (count[1:] < 0) & (one > other)
    assert 0 < mask.sum() < WIDTH
    np.testing.assert_array_equal(out[0, 1:], np.where(mask, one / other, np.sqrt(np.abs(one - other))))
    np.testing.assert_array_equal(out[1, 1:], np.maximum(one, other) + 2.0 * np.minimum(one, other))
    bits = 1 << np.arange(WIDTH)
    assert (others, either) == (int(bits[~mask].sum()), int(bits[mask | (other > one)].sum()))
    assert not out[:, 0].any()


@pytest.mark.parametrize("column", [np.zeros((2, 8)), np.zeros(8, dtype=np.float32), np.zeros(16)[::2]])
def test_columns_are_doubles_side_by_side(column):
    with pytest.raises(TypeError, match="a column of float64 that lie side by side"):
        compare(column, np.zeros(10), np.zeros(9, dtype=np.int64), np.zeros((2, 9)))


@kernel
def joined(x):
    lanes = load(x, 0)
    return sum_of(lanes), least_of(lanes)


def test_lanes_are_joined():
    for x in np.random.default_rng(6).standard_normal((50, WIDTH)):
        total, least = joined(x)
        assert total == pytest.approx(x.sum(), rel=0, abs=1e-14)
        assert least == x.min()
