"""Student-t and Hansen's skewed t against published values, scipy and quadrature."""

import numpy as np
import pytest
from scipy import integrate, stats

from stresskit.numerics import skew_t, student_t
from tests.golden_cases import golden

HANSEN = golden("marginals.json", "hansen_skew_t")
SIZE = golden("models.json", "t_absolute_moment")
INF = float("inf")
X = np.linspace(-8, 8, 161)


def test_the_published_values() -> None:
    at, expected, room = HANSEN["inputs"], HANSEN["expected"], HANSEN["tolerance"]["abs"]
    eta, lam = at["eta"], at["lambda"]
    p, x = np.array(at["p"]), np.array(at["x"], dtype=float)
    np.testing.assert_allclose(skew_t.lower_quantile(eta, lam, p), expected["quantile"], atol=room)
    np.testing.assert_allclose(skew_t.upper_quantile(eta, lam, 1 - p), expected["quantile"], atol=room)
    np.testing.assert_allclose(skew_t.cdf(eta, lam, x), expected["cdf"], atol=room)
    np.testing.assert_allclose(skew_t.log_density(eta, lam, x), expected["log_density"], atol=room)
    mean, square = skew_t.lower_half(eta, lam)
    assert mean == pytest.approx(expected["mean_below_zero"], abs=room)
    assert square == pytest.approx(expected["square_below_zero"], abs=room)


@pytest.mark.parametrize(
    ("nu", "expected"), list(zip(SIZE["inputs"]["nu"], SIZE["expected"]["mean"], strict=True))
)
def test_mean_size(nu: float | None, expected: float) -> None:
    assert student_t.mean_size(nu or INF) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("nu", [2.1, 3.0, 8.0, INF])
def test_the_student_t_is_scipys(nu: float) -> None:
    law = stats.t(nu, scale=np.sqrt((nu - 2) / nu)) if nu < INF else stats.norm()
    p = np.geomspace(1e-15, 0.5, 60)
    np.testing.assert_allclose(student_t.lower_quantile(nu, p), law.ppf(p), rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(student_t.cdf(nu, X), law.cdf(X), rtol=1e-9)
    np.testing.assert_allclose(student_t.log_density(nu, X), law.logpdf(X), rtol=1e-12)


@pytest.mark.parametrize("c", [-2.0, -0.3, 0.0, 1.5])
@pytest.mark.parametrize("nu", [2.5, 5.0, INF])
def test_partial_moments(nu: float, c: float) -> None:
    """By quadrature over a substitution that reaches the far tail."""
    for k, found in enumerate(student_t.partial_moments(nu, c)):

        def integrand(u: float, power: int = k) -> float:
            z = c - np.sinh(u)
            return float(z**power * student_t.density(nu, np.array([z]))[0] * np.cosh(u))

        expected = integrate.quad(integrand, 0, 120 if nu < INF else 4, limit=400, epsabs=1e-12)[0]
        assert found == pytest.approx(expected, abs=1e-8), k


@pytest.mark.parametrize("lam", [-0.8, -0.1, 0.0, 0.4])
@pytest.mark.parametrize("eta", [2.2, 6.0, INF])
def test_mean_zero_unit_variance_and_mirror(eta: float, lam: float) -> None:
    """Both halves from the formula, the upper one as the lower one of the mirrored law."""
    low, high = skew_t.lower_half(eta, lam), skew_t.lower_half(eta, -lam)
    assert low[0] == pytest.approx(high[0], rel=1e-9)
    assert low[1] + high[1] == pytest.approx(1.0, rel=1e-9)
    p = np.concatenate([np.geomspace(1e-14, 0.4, 40), np.linspace(0.4, 0.999, 40)])
    np.testing.assert_allclose(skew_t.cdf(eta, lam, skew_t.lower_quantile(eta, lam, p)), p, rtol=1e-8)
    np.testing.assert_allclose(skew_t.density(eta, lam, X), skew_t.density(eta, -lam, -X), rtol=1e-12)


def test_without_skewness_it_is_the_student_t() -> None:
    assert skew_t.lower_half(5.0, 0.0)[1] == pytest.approx(0.5, rel=1e-14)
    np.testing.assert_array_equal(skew_t.log_density(5.0, 0.0, X), student_t.log_density(5.0, X))


@pytest.mark.parametrize(("eta", "lam"), [(2.0, 0.0), (float("nan"), 0.0), (5.0, 1.0), (5.0, float("nan"))])
def test_what_is_no_law_is_refused(eta: float, lam: float) -> None:
    with pytest.raises(ValueError, match=r"above 2|between -1 and 1"):
        skew_t.constants(eta, lam)
