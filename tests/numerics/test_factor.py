"""The triangular factor of semidefinite matrices: exact where it can be, refused where there is none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresskit.domain import Float2D
from stresskit.numerics.factor import semidefinite_factor


def correlation(seed: int, n: int, rank: int) -> Float2D:
    """A random correlation matrix (n, n) of this rank."""
    rows = np.random.default_rng(seed).standard_normal((n, rank))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    matrix: Float2D = rows @ rows.T
    np.fill_diagonal(matrix, 1.0)
    return matrix


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 12))
def test_of_a_definite_matrix(seed: int, n: int) -> None:
    matrix = correlation(seed, n, n + 3)
    factor = semidefinite_factor(matrix)
    assert np.array_equal(factor, np.tril(factor))
    np.testing.assert_allclose(factor @ factor.T, matrix, rtol=0, atol=1e-12)
    np.testing.assert_allclose(factor, np.linalg.cholesky(matrix), rtol=0, atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 12), st.data())
def test_of_a_matrix_of_low_rank(seed: int, n: int, data: st.DataObject) -> None:
    matrix = correlation(seed, n, data.draw(st.integers(1, n - 1)))
    factor = semidefinite_factor(matrix)
    np.testing.assert_allclose(factor @ factor.T, matrix, rtol=0, atol=1e-6)


@pytest.mark.parametrize("signs", [[1], [1, -1], [1, 1, -1, 1, -1], [-1, -1, 1, 1, -1, 1, 1, 1, -1, -1]])
def test_of_a_sign_matrix(signs: list[int]) -> None:
    """Every leg losing together: one column of signs, and zeros."""
    s = np.array(signs, dtype=float)
    factor = semidefinite_factor(np.outer(s, s))
    assert np.array_equal(factor[:, 0], s * s[0])
    assert not factor[:, 1:].any()


def test_of_two_groups_that_move_as_one_each() -> None:
    block = np.kron(np.eye(2), np.ones((3, 3)))
    factor = semidefinite_factor(block)
    assert np.array_equal(factor @ factor.T, block)


@pytest.mark.parametrize(
    "matrix",
    [
        [[1, 1, 0], [1, 1, 1], [0, 1, 1]],
        [[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]],
        [[1, 1.1], [1.1, 1]],
        [[1, 0.5], [0.4, 1]],
        [[-1.0]],
        [[1, 1 + 1e-5], [1 + 1e-5, 1]],
    ],
)
def test_what_is_not_semidefinite_or_symmetric_is_refused(matrix: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="positive semidefinite"):
        semidefinite_factor(np.array(matrix, dtype=float))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("at", [(0, 0), (1, 0), (2, 2), (2, 1)])
def test_nan_and_infinity_are_refused(bad: float, at: tuple[int, int]) -> None:
    matrix = np.eye(3)
    matrix[at] = matrix[at[::-1]] = bad
    with pytest.raises(ValueError, match="finite numbers"):
        semidefinite_factor(matrix)
