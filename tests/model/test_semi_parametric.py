"""The semi-parametric law against its definition, and its fit."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import integrate, special, stats

from stresskit.domain import Float1D, SemiParametric
from stresskit.model.fit_semi_parametric import SHAPES, TAIL, fit_pareto, fit_semi_parametric, pareto_terms
from stresskit.model.innovations import down_share, lower_quantile, mean_size, upper_quantile
from tests.model.laws import made_semi_parametric

SEEDS = range(4)


@pytest.mark.parametrize("shape", [(0.3, 0.15), (0.45, -0.3), (0.0, 0.0)])
def test_moments_by_quadrature_over_the_quantiles(shape: tuple[float, float]) -> None:
    """In normal scores, where the integrand of a Pareto tail is smooth and falls fast enough."""
    law = made_semi_parametric(shape)

    def moment(power: int, low: float, high: float, *, size: bool = False) -> float:
        def integrand(s: float) -> float:
            tail = np.array([special.ndtr(-abs(s))])
            z = float((lower_quantile if s < 0 else upper_quantile)(law, tail)[0])
            return float((abs(z) if size else z) ** power * np.exp(-s * s / 2) / np.sqrt(2 * np.pi))

        return float(integrate.quad(integrand, low, high, limit=800, epsabs=1e-9)[0])

    knot = -float(special.ndtri(law.tail))
    parts = [(-37.0, -knot), (-knot, knot), (knot, 37.0)]
    assert sum(moment(1, *ends) for ends in parts) == pytest.approx(0.0, abs=1e-7)
    assert sum(moment(2, *ends) for ends in parts) == pytest.approx(1.0, abs=1e-6)
    assert sum(moment(1, *ends, size=True) for ends in parts) == pytest.approx(mean_size(law), abs=2e-5)
    negative = moment(2, -37.0, -knot)
    assert 0 < negative < down_share(law) < 1


def test_the_tails_are_pareto_and_the_join_is_smooth() -> None:
    law = made_semi_parametric()
    share = np.array([0.5, 0.1, 1e-3, 1e-9])
    for side, quantile, sign in ((0, lower_quantile, -1), (1, upper_quantile, 1)):
        beyond = stats.genpareto(law.shape[side], scale=law.scale[side]).isf(share)
        threshold = law.quantiles[-side]
        np.testing.assert_allclose(quantile(law, law.tail * share), threshold + sign * beyond, rtol=1e-10)
        near = quantile(law, law.tail * (1 + np.array([-1e-6, 0.0, 1e-6])))
        assert np.diff(near)[0] == pytest.approx(np.diff(near)[1], rel=1e-2)


def test_two_spellings_of_a_probability_agree() -> None:
    law, p = made_semi_parametric(), np.linspace(0.001, 0.999, 999)
    z = lower_quantile(law, p)
    np.testing.assert_allclose(z, upper_quantile(law, 1 - p), atol=1e-9)
    assert np.all(np.diff(z) > 0)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"quantiles": np.array([-1.0, np.nan, 1.0])}, "finite"),
        ({"tail": 0.5}, "tail probability"),
        ({"quantiles": np.array([-1.0, 1.0, 1.0])}, "rising"),
        ({"quantiles": np.array([0.1, 0.5, 1.0])}, "below zero"),
        ({"shape": np.array([0.1, 0.5])}, "below 0.5"),
        ({"scale": np.array([0.0, 0.5])}, "positive scale"),
        ({"scale": np.array([0.5])}, "two tails"),
    ],
)
def test_what_is_no_law_is_refused(wrong: dict[str, Float1D | float], message: str) -> None:
    law = replace(made_semi_parametric(), **wrong)
    with pytest.raises(ValueError, match=message):
        lower_quantile(law, np.array([0.1]))


@pytest.mark.parametrize("shape", [-0.3, 1e-12, 0.3])
def test_the_pareto_density_is_scipys(shape: float) -> None:
    x = np.linspace(0.01, 5, 50)
    expected = stats.genpareto(shape, scale=1.3).logpdf(x)
    np.testing.assert_allclose(pareto_terms(x, shape, 1.3), expected, rtol=1e-8)


@pytest.mark.parametrize("shape", [-0.2, 0.1, 0.35])
def test_a_pareto_tail_is_recovered(shape: float) -> None:
    """Within four asymptotic standard errors (1 + xi) / sqrt(n) at each of four seeds."""
    for seed in SEEDS:
        random = np.random.default_rng(seed)
        fit = fit_pareto(stats.genpareto(shape, scale=0.7).rvs(2000, random_state=random))
        assert fit.converged
        assert abs(fit.shape - shape) < 4 * (1 + shape) / np.sqrt(2000)


def test_a_tail_without_variance_is_held_at_the_bound_and_reported() -> None:
    random = np.random.default_rng(1)
    law, report = fit_semi_parametric(random.standard_t(1.3, 5000))
    assert law.shape.max() == pytest.approx(SHAPES[1], abs=1e-6)
    assert "shape of the lower tail at the highest allowed" in report["lower"]["bounds"]
    assert report["lower"]["shape_standard_error"] is None


def test_the_law_of_residuals_is_theirs() -> None:
    """Empirical within: every twentieth has its share, but for the residuals between two knots."""
    residuals = np.random.default_rng(2).standard_t(4, 20_000) / np.sqrt(2)
    law, report = fit_semi_parametric(residuals)
    assert isinstance(law, SemiParametric)
    assert report["converged"]
    scaled = (residuals - report["mean"]) / np.sqrt(report["variance"])
    p = np.linspace(TAIL, 1 - TAIL, 19)
    np.testing.assert_allclose([(scaled < q).mean() for q in lower_quantile(law, p)], p, atol=2.5e-3)
    for level in (1e-3, 1e-2):
        below = int((scaled < lower_quantile(law, np.array([level]))[0]).sum())
        assert stats.binomtest(below, scaled.size, level).pvalue > 1e-3


def test_too_few_or_equal_residuals_are_refused() -> None:
    random = np.random.default_rng(3)
    with pytest.raises(ValueError, match="25 returns in each tail"):
        fit_semi_parametric(random.normal(size=300))
    with pytest.raises(ValueError, match="too many are equal"):
        fit_semi_parametric(np.round(random.normal(size=3000)))
