"""The fitted quantile transforms against scipy's distributions, within the bounds their module states."""

import itertools
from typing import Any

import numpy as np
import pytest
from scipy import special, stats

from stresskit.domain import Float1D
from stresskit.model.elliptical import chi_square_scales
from stresskit.model.innovation_map import standardize
from stresskit.numerics.elementary import exp2, polynomial16, sixteen
from stresskit.numerics.jit import kernel
from stresskit.numerics.quantile_map import TAIL, chi_square_scale, innovation_map, map_reach, map_scale

INF = float("inf")
NU = [2.1, 2.2, 2.5, 3, 3.5, 4, 5, 6.5, 8, 10, 20, 50, 100, 200]
PAIRS = list(itertools.product([2.1, 6.5, INF], [2.1, 4, INF]))
EDGE = 6.77  # no normal is beyond it


@kernel
def each_innovation(y: Any, c: Any, inverse_scale: Any, reach: Any, z: Any) -> None:
    standardize(y, sixteen(c), inverse_scale, reach, z)
    for b in range(y.size):
        z[b] = y[b] * exp2(z[b])


@kernel
def each_scale(x: Any, c: Any, w: Any) -> None:
    for b in range(x.size):
        w[b] = exp2(polynomial16(sixteen(c), x[b]))


@kernel
def drawn_scales(c: Any, key: Any, words: Any, w: Any) -> None:
    chi_square_scales(c, key, 0, 0, words, w)


def innovation(y: Float1D, copula_nu: float, marginal_nu: float) -> Float1D:
    """What the kernels make of variates y."""
    z = np.empty_like(y)
    c = innovation_map(copula_nu, marginal_nu)
    each_innovation(y, c, 1.0 / map_scale(copula_nu), map_reach(copula_nu), z)
    return z


def exact(y: Float1D, copula_nu: float, marginal_nu: float) -> Float1D:
    """The same by scipy, for y > 0, through the upper tail."""
    tail = special.stdtr(copula_nu, -y) if np.isfinite(copula_nu) else special.ndtr(-y)
    if not np.isfinite(marginal_nu):
        return -special.ndtri(tail)
    return -special.stdtrit(marginal_nu, tail) * np.sqrt((marginal_nu - 2) / marginal_nu)


def edge(copula_nu: float) -> float:
    """The variate whose tail probability is 1e-15."""
    tail = special.stdtrit(copula_nu, TAIL) if np.isfinite(copula_nu) else special.ndtri(TAIL)
    return float(-tail)


@pytest.mark.parametrize("copula_nu", [*NU, INF])
def test_the_innovation_keeps_its_error_bound(copula_nu: float) -> None:
    """Relative error below 6e-6 for every marginal law, from the centre to tail probability 1e-15."""
    y = np.geomspace(1e-4, edge(copula_nu) * (1 - 1e-9), 3000)
    for marginal_nu in (*NU, INF):
        ratio = innovation(y, copula_nu, marginal_nu) / exact(y, copula_nu, marginal_nu)
        assert np.abs(ratio - 1).max() < 6e-6, marginal_nu


@pytest.mark.parametrize(("copula_nu", "marginal_nu"), list(itertools.product([2.1, 4, 6.5, INF], repeat=2)))
def test_at_the_centre_it_is_the_ratio_of_the_densities(copula_nu: float, marginal_nu: float) -> None:
    law = stats.t(marginal_nu, scale=np.sqrt(1 - 2 / marginal_nu)) if marginal_nu < INF else stats.norm()
    of_copula = stats.t(copula_nu) if copula_nu < INF else stats.norm()
    z = innovation(np.array([1e-9]), copula_nu, marginal_nu)[0]
    assert z / 1e-9 == pytest.approx(of_copula.pdf(0) / law.pdf(0), rel=6e-6)


@pytest.mark.parametrize("nu", [2.1, 2.5, 3, 5, 6.5, 10, 200])
def test_a_marginal_of_the_copulas_own_law_is_only_scaled(nu: float) -> None:
    y = np.geomspace(1e-6, 1e6, 500)
    np.testing.assert_allclose(innovation(y, nu, nu), y * np.sqrt(1 - 2 / nu), rtol=1e-10)


def test_normal_in_normal_out() -> None:
    y = np.geomspace(1e-6, 50, 500)
    np.testing.assert_allclose(innovation(y, INF, INF), y, rtol=1e-10)


@pytest.mark.parametrize(("copula_nu", "marginal_nu"), PAIRS)
def test_it_is_odd_and_increases(copula_nu: float, marginal_nu: float) -> None:
    y = np.geomspace(1e-6, 100 * edge(copula_nu), 20_000)
    z = innovation(y, copula_nu, marginal_nu)
    assert np.array_equal(innovation(-y, copula_nu, marginal_nu), -z)
    assert np.all(np.diff(z) > 0)


@pytest.mark.parametrize(("copula_nu", "marginal_nu"), PAIRS)
def test_beyond_the_reach_the_ratio_is_held(copula_nu: float, marginal_nu: float) -> None:
    y = edge(copula_nu) * np.array([1.0, 1.001, 2, 10, 1e6])
    ratio = innovation(y, copula_nu, marginal_nu) / y
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-9)


def test_nan_is_never_lost_and_infinity_never_becomes_a_number() -> None:
    found = innovation(np.array([np.nan, -np.nan, np.inf, -np.inf]), 6.5, 4)
    assert np.isnan(found[:2]).all()
    assert np.array_equal(found[2:], [np.inf, -np.inf])


@pytest.mark.parametrize("nu", [2.0, 1.5, 0.0, -3.0, float("nan"), -INF])
def test_a_law_without_a_variance_is_refused(nu: float) -> None:
    for pair in ((nu, 4.0), (4.0, nu)):
        with pytest.raises(ValueError, match="above 2"):
            innovation_map(*pair)
    with pytest.raises(ValueError, match="above 2"):
        chi_square_scale(nu)


@pytest.mark.parametrize("nu", NU)
def test_the_chi_square_scale_keeps_its_error_bound(nu: float) -> None:
    """Relative error below 1e-4 from nu = 2.1, below 2.5e-5 from 3, wherever a normal can be."""
    x = np.linspace(-EDGE, EDGE, 20_001)
    w = np.empty_like(x)
    each_scale(x, chi_square_scale(nu), w)
    lower, upper = stats.chi2.ppf(special.ndtr(x), nu), stats.chi2.isf(special.ndtr(-x), nu)
    error = np.abs(w / np.sqrt(nu / np.where(x < 0, lower, upper)) - 1)
    assert error.max() < (2.5e-5 if nu >= 3 else 1e-4)


@pytest.mark.parametrize("nu", [2.1, 4, 6.5, 200])
def test_the_drawn_scale_is_chi_square(nu: float) -> None:
    n = 200_000
    w, words = np.empty(n), np.zeros((4, n), dtype=np.uint32)
    drawn_scales(chi_square_scale(nu), 0, words, w)
    assert stats.kstest(nu / w**2, "chi2", (nu,)).pvalue > 0.001 / 4
