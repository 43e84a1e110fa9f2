"""Where the model of two tangents is highest, against a dense scan of it."""

from typing import NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from stresskit.domain import Float1D
from stresskit.liquidation.leg_model import Closing, Tangent, at, left, top
from stresskit.numerics.jit import kernel
from tests.reference.random_accounts import STEADY

LOOKS = 4001


class Costs(NamedTuple):
    """What closing one position costs."""

    half_spread: Float1D
    impact: Float1D
    fee: Float1D


@kernel
def highest(book, closing, low, high, scan, out):
    for k in range(scan.size):
        out[k] = left(book, 0, closing, scan[k]) - max(at(low, scan[k]), at(high, scan[k]))
    x = top(book, 0, closing, low, high)
    return x, left(book, 0, closing, x) - max(at(low, x), at(high, x))


@settings(STEADY, max_examples=200)
@given(
    st.floats(0.0, 0.02), st.floats(0.0, 1e-3), st.floats(0.0, 0.01), st.floats(-0.5, -0.02),
    st.floats(-0.02, 0.1), st.floats(0.1, 0.9),
)  # fmt: skip
def test_no_look_at_the_model_is_higher(spread, impact, fee, steep, mild, meet):
    """Whether it is highest where the tangents meet, or before or behind that point, where it is smooth."""
    book = Costs(*(np.array([one]) for one in (spread, impact, fee)))
    closing, size = Closing(100.0, 2.0, 1e6), 1000.0
    low = Tangent(0.0, 500.0, 2.0 * steep)
    high = Tangent(size, at.py_func(low, meet * size) + (1 - meet) * size * 2.0 * mild, 2.0 * mild)
    scan, out = np.linspace(0.0, size, LOOKS), np.zeros(LOOKS)
    x, value = highest(book, closing, low, high, scan, out)
    assert 0.0 <= x <= size
    assert value >= out.max() - 1e-9
