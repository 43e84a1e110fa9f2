"""Packed factors of many matrices against numpy, and the inverse square root over its domain."""

import numpy as np
import pytest

from stresskit.numerics.elementary import inverse_sqrt
from stresskit.numerics.jit import kernel
from stresskit.numerics.lanes import ROW
from stresskit.numerics.packed import factorise, pack, solve, triangle
from tests.reference.memory import semidefinite_root


@kernel
def factors(q, c, inverse, z, y):
    factorise(q, c, inverse, z, y)


@kernel
def solutions(c, inverse, x):
    solve(c, inverse, x)


@kernel
def inverse_roots(x, out):
    for i in range(x.size):
        out[i] = inverse_sqrt(x[i])


def matrices(n, paths, rank):
    loadings = np.random.default_rng(n).standard_normal((paths, n, rank))
    return loadings @ loadings.transpose(0, 2, 1)


def unpack(c, n):
    whole = np.zeros((c.shape[1], n, n))
    whole[:, *np.tril_indices(n)] = c.T
    return whole


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 8, 11])
def test_factors_products_and_solutions(n):
    given, rng = matrices(n, ROW, n + 3), np.random.default_rng(0)
    q = np.ascontiguousarray(np.array([pack(m) for m in given]).T)
    z = rng.standard_normal((n, ROW))
    c, inverse, y = np.empty((triangle(n), ROW)), np.empty((n, ROW)), np.empty((n, ROW))
    factors(q, c, inverse, z, y)
    root = np.linalg.cholesky(given)
    np.testing.assert_allclose(unpack(c, n), root, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(y.T, np.einsum("pij,jp->pi", root, z), rtol=1e-9, atol=1e-11)
    solutions(c, inverse, y)
    np.testing.assert_allclose(y, z, rtol=1e-7, atol=1e-8)
    same = q.copy()
    factors(same, same, inverse, z, y)
    assert np.array_equal(same, c)


def test_a_matrix_without_full_rank_empties_columns():
    s = np.array([1.0, -1.0, 1.0])
    q = np.repeat(pack(np.outer(s, s))[:, None], ROW, axis=1)
    c, inverse, z, y = np.empty((6, ROW)), np.empty((3, ROW)), np.ones((3, ROW)), np.empty((3, ROW))
    factors(q, c, inverse, z, y)
    np.testing.assert_allclose(unpack(c, 3)[2], semidefinite_root(np.outer(s, s)), atol=1e-15)
    assert np.array_equal(inverse[1:], np.zeros((2, ROW)))
    np.testing.assert_allclose(y[:, 0], s, rtol=1e-15)


def test_the_inverse_square_root_holds_its_bound():
    rng = np.random.default_rng(1)
    x = np.concatenate([2.0 ** rng.uniform(-300, 300, 200_000), np.linspace(0.5, 4.0, 100_001)])
    found = np.empty_like(x)
    inverse_roots(x, found)
    exact = 1 / np.sqrt(x.astype(np.longdouble))
    assert np.abs(found / exact - 1).max() < 4e-16
    inverse_roots(np.array([np.nan]), found[:1])
    assert np.isnan(found[0])
