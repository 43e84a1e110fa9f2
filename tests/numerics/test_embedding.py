"""A sub-matrix put into a correlation matrix, regular or singular."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stresskit.numerics.embedding import embed_correlation
from stresskit.numerics.factor import semidefinite_factor


def correlation(rng, n, rank):
    loadings = rng.standard_normal((n, rank))
    loadings /= np.linalg.norm(loadings, axis=1)[:, None]
    found = loadings @ loadings.T
    np.fill_diagonal(found, 1.0)
    return (found + found.T) / 2


@given(st.integers(0, 2**32 - 1), st.integers(2, 8), st.integers(1, 8), st.integers(1, 8), st.data())
def test_part_is_set_others_are_kept_and_nothing_becomes_indefinite(seed, n, rank, part_rank, data):
    rng = np.random.default_rng(seed)
    members = np.array(sorted(data.draw(st.sets(st.integers(0, n - 1), min_size=1))))
    others = np.setdiff1d(np.arange(n), members)
    whole = correlation(rng, n, rank)
    part = correlation(rng, members.size, part_rank)
    found = embed_correlation(whole, members, part)
    assert np.array_equal(found[np.ix_(members, members)], part)
    assert np.array_equal(found[np.ix_(others, others)], whole[np.ix_(others, others)])
    assert np.array_equal(found, found.T)
    assert np.linalg.eigvalsh(found)[0] >= -1e-7


def test_against_the_map_in_matrix_algebra():
    rng = np.random.default_rng(1)
    whole, members, part = correlation(rng, 6, 9), np.array([1, 3, 4]), correlation(rng, 3, 2)
    block = np.ix_(members, members)
    mapping = np.eye(6)
    mapping[block] = semidefinite_factor(part) @ np.linalg.inv(np.linalg.cholesky(whole[block]))
    assert embed_correlation(whole, members, part) == pytest.approx(mapping @ whole @ mapping.T, abs=1e-12)


def test_the_same_part_changes_nothing():
    rng = np.random.default_rng(2)
    whole, members = correlation(rng, 6, 9), np.array([0, 2, 5])
    part = whole[np.ix_(members, members)]
    assert embed_correlation(whole, members, part) == pytest.approx(whole, abs=1e-14)


def test_an_indefinite_part_is_refused():
    part = np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])
    with pytest.raises(ValueError, match="semidefinite"):
        embed_correlation(np.eye(4), np.array([0, 1, 2]), part)
