"""Levels, frailties and tables within the bounds that their modules state."""

from typing import Any

import numpy as np
import pytest
from scipy import special, stats

from stresskit.domain import Float1D
from stresskit.model.archimedean import exponential, log2_gamma_quantile
from stresskit.numerics.elementary import sixteen
from stresskit.numerics.jit import kernel
from stresskit.numerics.levels import log1p, normal_score, one_minus_exp, score_map
from stresskit.numerics.stable import log2_stable, sine_of_pi
from stresskit.numerics.table import build_table, look_up

WORDS = np.unique(np.concatenate([np.geomspace(1, 2**32 - 1, 3000), 2.0**32 - np.geomspace(1, 2**31, 3000)]))


@kernel
def each(x: Any, log: Any, rest: Any, sine: Any) -> None:
    for b in range(x.size):
        log[b] = log1p(x[b])
        rest[b] = one_minus_exp(min(x[b], 599.0))
        sine[b] = sine_of_pi(min(x[b], 0.5))


@kernel
def each_score(a: Any, c: Any, slope: Any, shift: Any, y: Any) -> None:
    for b in range(a.size):
        y[b] = normal_score(a[b], sixteen(c), slope, shift)


@kernel
def each_look_up(table: Any, x: Any, y: Any) -> None:
    for b in range(x.size):
        y[b] = look_up(table, x[b])


@kernel
def each_stable(alpha: Any, word: Any, wait: Any, y: Any) -> None:
    for b in range(y.size):
        y[b] = log2_stable(alpha, word[b], exponential(wait[b]))


def scores(a: Float1D) -> Float1D:
    y = np.empty_like(a)
    each_score(a, *score_map(), y)
    return y


def test_no_digits_are_lost_near_zero() -> None:
    x = np.concatenate([[0.0], np.geomspace(1e-25, 1e30, 20_000)])
    log, rest, sine = np.empty((3, x.size))
    each(x, log, rest, sine)
    np.testing.assert_allclose(log, np.log1p(x), rtol=2e-11, atol=0)
    np.testing.assert_allclose(rest, -np.expm1(-np.minimum(x, 599)), rtol=1e-12, atol=0)
    np.testing.assert_allclose(sine, np.sin(np.pi * np.minimum(x, 0.5)), rtol=3e-14, atol=0)


def test_the_score_keeps_either_tail_probability() -> None:
    """Below 1e-5 of it, from 1e-20 on either side."""
    upper = np.geomspace(1e-20, 0.5, 20_000)
    y = scores(-np.log1p(-upper))
    assert np.abs(special.ndtr(-y) / upper - 1).max() < 1e-5
    lower = np.geomspace(1e-20, 0.5, 20_000)
    y = scores(-np.log(lower))
    assert np.abs(special.ndtr(y) / lower - 1).max() < 1e-5


def test_the_score_falls_with_minus_log_u_and_is_held_beyond() -> None:
    a = np.geomspace(1e-19, 45, 100_000)
    assert np.all(np.diff(scores(a)) < 0)
    held = scores(np.array([60.0, 500.0]))
    assert held[0] == held[1]
    assert np.isnan(scores(np.array([np.nan]))).all()


@pytest.mark.parametrize("alpha", [0.05, 0.1, 0.5, 1.0, 2.0, 100.0])
def test_the_gamma_table(alpha: float) -> None:
    """1e-9 in the logarithm of the frailty, at any level a normal can have."""
    table = build_table(lambda z: log2_gamma_quantile(alpha, z), -6.8, 6.8, 1024)
    z = np.linspace(-6.77, 6.77, 20_001)
    found = np.empty_like(z)
    each_look_up(table, z, found)
    error = np.abs(found - log2_gamma_quantile(alpha, z)) * np.log(2)
    assert error.max() < 1e-9
    level = special.gammainc(alpha, np.exp2(found[::500]))
    np.testing.assert_allclose(level, special.ndtr(z[::500]), rtol=1e-9)


def test_a_table_keeps_nan_and_refuses_it() -> None:
    table = build_table(np.sin, 0.0, 1.0, 64)
    found = np.empty(3)
    each_look_up(table, np.array([np.nan, 1.0, -1e9]), found)
    assert np.isnan(found[0])
    assert found[1] == pytest.approx(np.sin(1.0), abs=1e-10)
    with pytest.raises(ValueError, match="finite"):
        build_table(lambda x: x * np.nan, 0.0, 1.0, 8)


@pytest.mark.parametrize("theta", [1.001, 1.25, 2.0, 20.0])
def test_the_stable_frailty_is_its_closed_form(theta: float) -> None:
    """1e-10 absolute, at both ends of the angle too, against the sines of the angle from the nearer end."""
    alpha = 1 / theta
    word = np.uint32(np.clip(WORDS, 0, 2**32 - 1))
    wait = word[np.random.default_rng(0).permutation(word.size)]
    found = np.empty(word.size)
    each_stable(alpha, word, wait, found)
    u, back = (word + 0.5) / 2**32, (2.0**32 - word - 0.5) / 2**32

    def sine(a: float) -> Float1D:
        return np.where(a * u < 0.5, np.sin(np.pi * a * u), np.sin(np.pi * ((1 - a) + a * back)))

    w = -np.where(u < 0.5, np.log(u), np.log1p(-back))[np.random.default_rng(0).permutation(word.size)]
    whole = np.log(np.sin(np.pi * np.minimum(u, back)))
    expected = alpha * np.log(sine(alpha)) - whole + (1 - alpha) * (np.log(sine(1 - alpha)) - np.log(w))
    np.testing.assert_allclose(found * np.log(2), expected, rtol=0, atol=1e-10)


@pytest.mark.parametrize("theta", [1.25, 2.0, 5.0])
def test_the_stable_frailty_has_its_laplace_transform(theta: float) -> None:
    random = np.random.default_rng(3)
    words = random.integers(0, 2**32, (2, 400_000), dtype=np.uint32)
    found = np.empty(400_000)
    each_stable(1 / theta, words[0], words[1], found)
    v = np.exp2(found * theta)
    for t in (0.1, 1.0, 5.0):
        draws = np.exp(-t * v)
        assert abs(draws.mean() - np.exp(-(t ** (1 / theta)))) < 4 * draws.std() / np.sqrt(draws.size)


def test_the_exponential_is_one() -> None:
    u = (np.random.default_rng(4).integers(0, 2**32, 100_000) + 0.5) / 2**32
    assert stats.kstest(-np.log(u), "expon").pvalue > 1e-3
