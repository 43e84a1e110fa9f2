"""The plausible matrices, and the climb among them, against closed forms and every matrix of a grid."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stresskit.numerics.correlation import is_correlation
from stresskit.scenario.plausibility import history
from stresskit.study.worst.ball import Ball, ball
from stresskit.study.worst.search import climb, steepest

TRIO = ("BTC", "ETH", "SOL")
CALM = np.array([[1.0, 0.85, 0.75], [0.85, 1.0, 0.75], [0.75, 0.75, 1.0]])


def box(low, high, n=3):
    bounds = [np.full((n, n), float(x)) for x in (low, high)]
    for one in bounds:
        np.fill_diagonal(one, 1.0)
    return Ball(*bounds)


def test_a_pair_stays_between_quantiles_of_its_history():
    found = ball(0.01, ("BTC", "ETH", "NEW"), CALM)
    quantiles = dict(zip(history()["levels"], history()["pairs"]["BTC/ETH"], strict=True))
    assert (found.low[0, 1], found.high[0, 1]) == (quantiles[0.01], quantiles[0.99])
    assert found.low[0, 2] == found.high[0, 2] == CALM[0, 2]
    assert found.unknown == ("BTC/NEW", "ETH/NEW")
    assert ball(0.0, TRIO, CALM).low[0, 1] == quantiles[0.0]


@given(st.lists(st.floats(-1.5, 1.5), min_size=3, max_size=3))
def test_the_nearest_member_is_one(values):
    within = box(-0.6, 0.7)
    matrix = np.eye(3)
    matrix[np.triu_indices(3, 1)] = values
    matrix = np.triu(matrix) + np.triu(matrix, 1).T
    found = within.nearest(matrix)
    assert is_correlation(found)
    assert within.holds(found)
    assert np.allclose(within.nearest(found), found, atol=1e-9)
    distance = np.linalg.norm(found - matrix)
    for rho in grid(within, 9):
        assert distance <= np.linalg.norm(rho - matrix) + 1e-6


def grid(within, points):
    """Every correlation matrix of three assets on a grid within the bounds."""
    i, j = np.triu_indices(3, 1)
    axes = [np.linspace(a, b, points) for a, b in zip(within.low[i, j], within.high[i, j], strict=True)]
    for values in product(*axes):
        matrix = np.eye(3)
        matrix[i, j] = matrix[j, i] = values
        if np.linalg.eigvalsh(matrix)[0] >= -1e-12:
            yield matrix


def test_of_a_pair_the_end_of_its_bounds_is_worst():
    """Hedged: the least correlation; alike: the largest. Variance x1^2 + 2 rho x1 x2 + x2^2."""
    for x, rho in (((1.0, -1.0), 0.4), ((1.0, 0.5), 0.9)):
        exposure = np.array(x)
        found = climb(box(0.4, 0.9, 2), CALM[:2, :2], exposure, lambda r, x=exposure: float(x @ r @ x), 30)
        assert found.best[0, 1] == pytest.approx(rho, abs=1e-9)


@pytest.mark.parametrize("x", [(1.0, -0.6, -0.4), (1.0, 1.0, -1.0), (1.0, -1.0, 0.2)])
def test_the_largest_variance_beats_every_matrix_of_a_grid(x):
    within, exposure = box(-0.9, 0.9), np.array(x)
    best = max(float(exposure @ r @ exposure) for r in grid(within, 25))
    found = steepest(within, within.nearest(CALM), exposure)
    assert is_correlation(found)
    assert float(exposure @ found @ exposure) >= best - 1e-7


NORMALS = np.random.default_rng(5).standard_normal((4000, 3))


def lost(matrix):
    """How often a leg or the whole loses too much: not a function of the variance alone."""
    values, vectors = np.linalg.eigh(matrix)
    moves = NORMALS @ (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    return float(np.mean((moves @ (1.0, -0.8, 0.3) < -2.0) | (moves.min(axis=1) * moves.max(axis=1) < -2.5)))


def test_the_climb_is_not_below_a_grid():
    within = box(-0.5, 0.8)
    found = climb(within, within.nearest(CALM), np.array([1.0, -0.8, 0.3]), lost, 200)
    assert found.made <= 200
    assert found.height[0] == lost(found.best)
    assert found.height[0] >= max(map(lost, grid(within, 9))) - 0.01


def test_bounds_without_a_correlation_matrix_are_no_ball():
    low, high = (np.array([[1.0, 0.9, 0.9], [0.9, 1.0, b], [0.9, b, 1.0]]) for b in (-0.9, -0.8))
    with pytest.raises(ArithmeticError, match="no correlation matrix"):
        Ball(low, high).nearest(np.eye(3))
