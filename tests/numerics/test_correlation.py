"""The nearest correlation matrix: published answers, and the conditions that make it the nearest."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresskit.domain import Float2D
from stresskit.numerics.correlation import is_correlation, nearest_correlation
from tests.shared_folder import shared

HIGHAM = np.array([[1.0, 1, 0], [1, 1, 1], [0, 1, 1]])


def symmetric(seed: int, n: int) -> Float2D:
    b = np.random.default_rng(seed).uniform(-1, 1, (n, n))
    matrix: Float2D = (b + b.T) / 2
    np.fill_diagonal(matrix, 1.0)
    return matrix


def test_the_example_of_higham_2002() -> None:
    """Four digits are in the paper (page 334); more by R's Matrix::nearPD."""
    found, distance = nearest_correlation(HIGHAM)
    assert found[0, 1] == pytest.approx(0.76068985340229, abs=1e-10)
    assert found[0, 2] == pytest.approx(0.15729810613837, abs=1e-10)
    assert distance == pytest.approx(0.52779046358181, abs=1e-10)


def test_the_shared_golden_case() -> None:
    cases = json.loads(shared("golden/models.json").read_text())["cases"]
    case = next(case for case in cases if case["id"] == "corr.higham.3")
    found, distance = nearest_correlation(np.array(case["inputs"]["A"], dtype=float))
    figures = {"X12": found[0, 1], "X13": found[0, 2], "X23": found[1, 2], "frob_distance": distance}
    assert figures == pytest.approx(case["expected"], abs=case["tolerance"]["abs"])


def test_the_tridiagonal_example_of_the_same_paper() -> None:
    found, distance = nearest_correlation(2 * np.eye(4) - np.eye(4, k=1) - np.eye(4, k=-1))
    np.testing.assert_allclose(found[0], [1, -0.8084, 0.1916, 0.1068], atol=5e-5)
    assert distance == pytest.approx(2.1337, abs=5e-5)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 12))
def test_the_result_is_a_correlation_matrix_and_nothing_is_nearer(seed: int, n: int) -> None:
    """The nearest X is given + diagonal + Z with Z semidefinite and Z X = 0 (Higham, theorem 2.5)."""
    given_ = symmetric(seed, n)
    found, distance = nearest_correlation(given_)
    assert np.all(np.diag(found) == 1.0)
    assert np.array_equal(found, found.T)
    assert np.linalg.eigvalsh(found)[0] >= -1e-12
    assert distance == pytest.approx(float(np.linalg.norm(found - given_)))
    z = found - given_
    np.fill_diagonal(z, -np.sum((z - np.diag(np.diag(z))) * found, axis=1))
    assert np.linalg.eigvalsh(z)[0] >= -1e-7
    assert np.abs(z @ found).max() < 1e-7


def test_a_correlation_matrix_is_left_alone() -> None:
    for matrix in (np.eye(3), np.ones((4, 4)), np.array([[1, 0.9], [0.9, 1]])):
        found, distance = nearest_correlation(matrix)
        assert np.array_equal(found, matrix)
        assert distance == 0.0


def test_what_is_not_a_matrix_of_this_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="symmetric"):
        nearest_correlation(np.array([[1, 0.2], [0.3, 1]]))
    with pytest.raises(ValueError, match="square"):
        nearest_correlation(np.ones((2, 3)))
    with pytest.raises(ValueError, match="finite"):
        nearest_correlation(np.array([[1, np.nan], [np.nan, 1]]))


def test_is_correlation() -> None:
    assert is_correlation(np.ones((3, 3)))
    assert not is_correlation(HIGHAM)
    assert not is_correlation(np.array([[1, 0.2], [0.3, 1]]))
    assert not is_correlation(np.diag([1.0, 2.0]))
