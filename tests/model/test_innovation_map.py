"""The kernels' maps from a copula's variates to innovations, against the laws' own quantiles."""

from typing import Any

import numpy as np
import pytest
from scipy import special, stats

from stresskit.domain import Float1D, Innovation, SemiParametric, SkewT, StudentT
from stresskit.model.innovation_map import EvenMap, NoMap, TableMap, build_map, innovate
from stresskit.model.innovations import lower_quantile, upper_quantile
from stresskit.numerics.jit import kernel
from stresskit.numerics.quantile_map import TAIL
from tests.model.laws import EVERY, LAWS

INF = float("inf")
COPULAS = [2.2, 4.0, 6.5, 10.0, 30.0, 100.0, INF]
SKEWED = SkewT(5.0, 0.1)


@kernel
def each(law: Any, y: Any, z: Any, scratch: Any) -> None:
    innovate(law, 0, y, z, scratch)


def innovation(y: Float1D, law: Innovation, nu: float | None) -> Float1D:
    """By the table, even where the law alone would take the polynomial."""
    found = build_map((law, SKEWED), None if nu is None else np.array([nu, 6.5]))
    z = np.empty_like(y)
    each(found, y, z, np.empty_like(y))
    return z


def lower_tail(y: Float1D, nu: float) -> Float1D:
    return special.stdtr(nu, -np.abs(y)) if nu < INF else special.ndtr(-np.abs(y))


def edge(nu: float) -> float:
    return float(-special.stdtrit(nu, TAIL) if nu < INF else -special.ndtri(TAIL))


@pytest.mark.parametrize("nu", COPULAS)
@pytest.mark.parametrize("law", EVERY.values(), ids=EVERY)
def test_the_table_keeps_its_error_bound(law: Innovation, nu: float) -> None:
    """2e-6 of max(1, |z|), 3e-4 with the knots of an empirical body, to tail probability 1e-15."""
    y = np.concatenate([np.linspace(0, 8, 20_001), np.geomspace(1e-6, edge(nu) * (1 - 1e-9), 20_000)])
    y = np.concatenate([y, -y])
    tail = lower_tail(y, nu)
    expected = np.where(y > 0, upper_quantile(law, tail), lower_quantile(law, tail))
    error = np.abs(innovation(y, law, nu) - expected) / np.maximum(1, np.abs(expected))
    assert error.max() < (3e-4 if isinstance(law, SemiParametric) else 2e-6)


@pytest.mark.parametrize("law", EVERY.values(), ids=EVERY)
def test_it_increases_and_is_held_beyond_its_reach(law: Innovation) -> None:
    for nu in (2.2, 6.5, INF):
        y = np.sort(np.concatenate([np.linspace(-9, 9, 9000), np.linspace(-edge(nu), edge(nu), 9000)]))
        z = innovation(y, law, nu)
        assert np.diff(z).min() > -3e-6 * np.abs(z).max()
        far = innovation(np.array([-1e9, -1e12, 1e9, 1e12]), law, nu)
        assert far[0] == far[1]
        assert far[2] == far[3]
        assert far[0] <= z.min()
        assert far[2] >= z.max()


def test_nan_and_infinity_never_become_a_number() -> None:
    assert np.isnan(innovation(np.array([np.nan, -np.nan, np.inf, -np.inf]), SKEWED, 6.5)).all()


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
@pytest.mark.parametrize("nu", [4.0, INF])
def test_what_comes_out_follows_the_law(law: Innovation, nu: float) -> None:
    """100,000 variates through their own distribution and the law's quantiles: uniform again."""
    random = np.random.default_rng(7)
    y = random.standard_t(nu, 100_000) if nu < INF else random.normal(size=100_000)
    z = np.sort(innovation(y, law, nu))
    p = (np.arange(z.size) + 0.5) / z.size
    levels = lower_quantile(law, p)
    exceeds = np.searchsorted(z, levels) / z.size
    assert np.abs(exceeds - p).max() < stats.kstwobign.isf(1e-4) / np.sqrt(z.size)
    for level in (0.001, 0.01):
        below = int((z < lower_quantile(law, np.array([level]))[0]).sum())
        assert stats.binomtest(below, z.size, level).pvalue > 1e-4


def test_only_odd_laws_take_the_polynomial() -> None:
    nu = np.array([6.5, 6.5])
    assert isinstance(build_map((StudentT(4.0), StudentT(INF)), nu), EvenMap)
    assert isinstance(build_map((StudentT(4.0), SKEWED), nu), TableMap)
    assert isinstance(build_map((StudentT(4.0), SKEWED), None), NoMap)


def test_innovations_that_are_given_are_left_alone() -> None:
    y = np.array([-3.0, 0.1, np.nan])
    assert np.array_equal(innovation(y, SKEWED, None), y, equal_nan=True)


@pytest.mark.parametrize("law", [StudentT(2.0), SkewT(5.0, -1.0), SkewT(float("nan"), 0.0)])
def test_what_is_no_law_is_refused(law: Innovation) -> None:
    for nu in (None, np.array([6.5])):
        with pytest.raises(ValueError, match=r"above 2|between -1 and 1"):
            build_map((law,), nu)
    with pytest.raises(ValueError, match="above 2"):
        build_map((SKEWED,), np.array([2.0]))
