"""Every elementary function keeps the error bound that its docstring states, over the kernels' domain.

The references are numpy's functions in extended precision where the machine has it.
"""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from stresskit.domain import Float1D
from stresskit.numerics import elementary
from stresskit.numerics.jit import kernel

EXTENDED = np.longdouble
HALF_PI = EXTENDED("1.57079632679489661923132169163975144")


@kernel
def each_log2(x: Any, out: Any) -> None:
    for i in range(x.size):
        out[i] = elementary.log2(x[i])


@kernel
def each_exp2(x: Any, out: Any) -> None:
    for i in range(x.size):
        out[i] = elementary.exp2(x[i])


@kernel
def each_sine(x: Any, out: Any) -> None:
    for i in range(x.size):
        out[i] = elementary.quarter_sine(x[i])


@kernel
def each_cosine(x: Any, out: Any) -> None:
    for i in range(x.size):
        out[i] = elementary.quarter_cosine(x[i])


@kernel
def each_polynomial(c: Any, x: Any, out: Any) -> None:
    row = elementary.sixteen(c)
    for i in range(x.size):
        out[i] = elementary.polynomial16(row, x[i])


@kernel
def each_greater(x: Any, y: Any, out: Any) -> None:
    for i in range(x.size):
        out[i] = elementary.greater(x[i], y[i])


@kernel
def each_smaller(x: Any, y: Any, out: Any) -> None:
    for i in range(x.size):
        out[i] = elementary.smaller(x[i], y[i])


def of(function: Callable[..., None], *arguments: Float1D) -> Float1D:
    out = np.empty(arguments[-1].size)
    function(*arguments, out)
    return out


def stated(name: str) -> float:
    """The bound in the docstring, so that the promise and the test cannot drift apart."""
    found = re.search(r"error below (\S+)", getattr(elementary, name).__doc__)
    assert found
    return float(found[1])


def test_log2() -> None:
    x = np.concatenate([
        np.geomspace(1e-300, 1e300, 200_001),
        1 + np.linspace(-1e-3, 1e-3, 20_001),
        1 + np.geomspace(1e-16, 1, 2_001),
        (np.arange(1000) + 0.5) / 2**32,
        1 - (np.arange(1000) + 0.5) / 2**32,
        np.sqrt(0.5) * (1 + np.linspace(-1e-12, 1e-12, 2_001)),
    ])  # fmt: skip
    assert np.abs(of(each_log2, x) - np.log2(x.astype(EXTENDED))).max() < stated("log2")


def test_log2_near_one_keeps_its_relative_precision() -> None:
    """The radius of Box-Muller is the root of a logarithm that can be as small as 2^-33."""
    x = np.concatenate([1 - (np.arange(1000) + 0.5) / 2**32, 1 + np.geomspace(1e-12, 1e-2, 1000)])
    exact = np.log1p(x.astype(EXTENDED) - 1) / np.log(EXTENDED(2))
    assert np.abs(of(each_log2, x) / exact - 1).max() < 1e-13


def test_exp2() -> None:
    x = np.concatenate(
        [np.linspace(-999.999, 999.999, 400_001), np.linspace(-1, 1, 100_001), [0.5, -0.5, 1.5]]
    )
    assert np.abs(of(each_exp2, x) / np.exp2(x.astype(EXTENDED)) - 1).max() < stated("exp2")


def test_exp2_of_whole_numbers_is_exact() -> None:
    whole = np.arange(-999.0, 1000.0)
    assert np.array_equal(of(each_exp2, whole), np.exp2(whole))


def test_quarter_sine() -> None:
    x = np.linspace(2.0**-33, 0.5, 200_001)
    exact = np.sin(HALF_PI * np.sqrt((x * x).astype(EXTENDED))) / np.sqrt((x * x).astype(EXTENDED))
    assert np.abs(of(each_sine, x * x) / exact - 1).max() < stated("quarter_sine")


def test_quarter_cosine() -> None:
    x = np.linspace(0, 0.5, 200_001)
    exact = np.cos(HALF_PI * np.sqrt((x * x).astype(EXTENDED)))
    assert np.abs(of(each_cosine, x * x) / exact - 1).max() < stated("quarter_cosine")


def test_polynomial16() -> None:
    """Estrin's scheme differs from the exact sum by rounding alone: a few units of the terms' size."""
    generator = np.random.default_rng(0)
    x = np.concatenate([generator.uniform(-7, 7, 2_000), generator.uniform(0, 50, 2_000), [0.0, 1.0, -1.0]])
    for _ in range(20):
        c = generator.standard_normal(16) * 10.0 ** generator.uniform(-9, 2, 16)
        powers = x.astype(EXTENDED)[:, None] ** np.arange(16)
        error = np.abs(of(each_polynomial, c, x) - powers @ c.astype(EXTENDED))
        assert np.all(error <= 8 * np.finfo(float).eps * (np.abs(powers) @ np.abs(c)))


def test_greater_and_smaller() -> None:
    x, y = np.array([1.0, 2, -0.0, np.inf, -np.inf]), np.array([2.0, 1, 3, 0, 0])
    assert np.array_equal(of(each_greater, x, y), np.maximum(x, y))
    assert np.array_equal(of(each_smaller, x, y), np.minimum(x, y))


@pytest.mark.parametrize("function", [each_greater, each_smaller])
def test_nan_in_the_first_place_passes_through_a_comparison(function: Callable[..., None]) -> None:
    """The running value stands first; the other is a bound, which is never NaN."""
    nan, bound = np.full(9, np.nan), np.linspace(-1, 1, 9)
    assert np.isnan(of(function, nan, bound)).all()


def test_nan_passes_through_exp2_the_polynomial_and_the_root() -> None:
    """``log2`` is not in this list: of NaN it makes a number, so what takes it multiplies by its argument."""
    nan = np.full(9, np.nan)
    assert np.isnan(of(each_exp2, nan)).all()
    assert np.isnan(of(each_polynomial, np.ones(16), nan)).all()
