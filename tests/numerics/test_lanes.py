"""Lanes against numpy, and what has no rows to take them from."""

import numpy as np
import pytest

from stresskit.numerics.elementary import fma
from stresskit.numerics.jit import kernel
from stresskit.numerics.lanes import ROW, WIDTH, put, spread, take


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
