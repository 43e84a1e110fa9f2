"""Likelihoods, fits and forecasts that others published, within their tolerances."""

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from stresskit.domain import Float1D
from stresskit.model.fit_box import Parameters
from stresskit.model.fit_errors import covariances
from stresskit.model.fit_likelihood import Likelihood, free_fit
from stresskit.model.fit_semi_parametric import fit_pareto, pareto_errors
from stresskit.model.forecast import expected_variances
from tests.golden_cases import golden
from tests.shared_folder import shared
from tests.shipped import made

INF = float("inf")
NAMES = ("mu", "omega", "alpha", "beta")


def case_of(name: str) -> dict[str, Any]:
    return golden("marginals.json", name)


def series(case: dict[str, Any], column: str) -> Float1D:
    """A reference series that is not ours to commit."""
    path = shared(f"data/reference-series/{case['inputs']['data']['file']}")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == case["inputs"]["data"]["sha256"]
    return pd.read_csv(path)[column].to_numpy(dtype=float)


def benchmark_terms(data: Float1D) -> Callable[[Float1D], Float1D]:
    """Log-densities at (mu, omega, alpha, beta), from the mean squared residual at that mu."""

    def terms(at: Float1D) -> Float1D:
        left = data - at[0]
        return Likelihood(left, float(np.mean(left**2)), "garch").terms(
            Parameters(at[1], at[2], 0.0, at[3], INF)
        )

    return terms


def test_the_benchmark_likelihood() -> None:
    case = case_of("dem_gbp_loglik")
    at = np.array([case["inputs"]["parameters"][name] for name in NAMES])
    found = benchmark_terms(series(case, "V1"))(at).sum()
    assert found == pytest.approx(case["expected"]["loglik"], abs=case["tolerance"]["abs"])


def test_the_benchmark_fit_and_its_errors() -> None:
    case, errors = case_of("dem_gbp_fit"), case_of("dem_gbp_errors")
    terms = benchmark_terms(series(case, "V1"))
    best = np.array([case["expected"][name] for name in NAMES])
    options = {"xatol": 1e-9, "fatol": 1e-12, "maxiter": 5000, "maxfev": 9000}
    start, unit = np.array([-0.9, 1.1, 1.1, 0.9]), np.abs(best)
    found = minimize(lambda x: -terms(x * unit).sum(), start, method="Nelder-Mead", options=options).x * unit
    np.testing.assert_allclose(found, best, rtol=case["tolerance"]["rel"])
    pair = covariances(lambda move: terms(best + move), 1e-4 * unit)
    assert pair is not None
    for name, covariance in zip(("hessian", "robust"), pair, strict=True):
        rel = errors["tolerance"]["rel"]
        np.testing.assert_allclose(np.sqrt(np.diag(covariance)), errors["expected"][name], rtol=rel)


def backcast(returns: Float1D) -> float:
    """arch's own start: squared deviations of the first 75 returns, weights falling by 0.94."""
    weight = 0.94 ** np.arange(75)
    return float(weight @ (returns - returns.mean())[:75] ** 2 / weight.sum())


def test_the_start_decides_between_two_optima() -> None:
    """The published one from the mean squared deviation, another one from arch's backcast."""
    for name in ("dem_gbp_fixed_start", "dem_gbp_arch_start"):
        case = case_of(name)
        data, expected = series(case, "V1"), case["expected"]
        start = case["inputs"].get("backcast", backcast(data))
        found, report = free_fit(data - expected["mu"], start, "garch", "normal")
        assert report["loglik"] == pytest.approx(expected["loglik"], abs=case["tolerance"]["loglik_abs"])
        for parameter in ("omega", "alpha", "beta"):
            rel = case["tolerance"]["parameters_rel"]
            assert getattr(found, parameter) == pytest.approx(expected[parameter], rel=rel)


def sp500(first: str = "1999-01-01", last: str = "2018-12-31") -> Float1D:
    import arch.data.sp500

    prices = arch.data.sp500.load()["Adj Close"][first:last]  # type: ignore[misc]
    return (100 * prices.pct_change().dropna()).to_numpy()


SP500 = [
    ("sp500_garch_normal", "garch", "normal"),
    ("sp500_gjr_student_t", "gjr_garch", "student_t"),
    ("sp500_gjr_skew_t", "gjr_garch", "skew_t"),
    ("sp500_egarch_normal", "egarch", "normal"),
]


def published(expected: dict[str, float]) -> Parameters:
    nu = expected.get("nu", expected.get("eta", INF))
    numbers = (expected["omega"], expected["alpha"], expected.get("gamma", 0.0), expected["beta"], nu)
    return Parameters(*numbers, expected.get("lam", 0.0))


@pytest.mark.parametrize(("name", "kind", "innovations"), SP500, ids=[row[0] for row in SP500])
def test_our_likelihood_and_the_free_fit_are_archs(name: str, kind: str, innovations: str) -> None:
    """With leverage and skewness arch starts at gamma / 2, we at gamma times the share of falls."""
    case = case_of(name)
    returns, expected = sp500(), case["expected"]
    start, data, at = backcast(returns), returns - expected["mu"], published(expected)
    loose = case["tolerance"]
    same = start if kind == "egarch" else start * (at.alpha + at.gamma / 2 + at.beta) / at.persistence
    assert Likelihood(data, same, kind).value(at) == pytest.approx(expected["loglik"], abs=1e-4)
    found, report = free_fit(data, start, kind, innovations)
    assert report["loglik"] == pytest.approx(expected["loglik"], abs=loose["loglik_abs"])
    for parameter in ("omega", "alpha", "gamma", "beta", "skew"):
        close = pytest.approx(getattr(at, parameter), abs=loose["parameters_abs"])
        assert getattr(found, parameter) == close
    assert found.nu == pytest.approx(at.nu, abs=loose["parameters_abs"])


def test_archs_introductory_example() -> None:
    case = case_of("sp500_2000_2013_garch")
    returns, expected = sp500("2000-01-01", "2013-12-31"), case["expected"]
    assert returns.size == 3520
    found, report = free_fit(returns - expected["mu"], backcast(returns), "garch", "normal")
    assert report["loglik"] == pytest.approx(expected["loglik"], abs=case["tolerance"]["loglik_abs"])
    for name in ("omega", "alpha", "beta"):
        close = pytest.approx(expected[name], abs=case["tolerance"]["parameters_abs"])
        assert getattr(found, name) == close


def test_the_forecast_after_the_sample() -> None:
    case, fit = case_of("sp500_gjr_student_t_forecast"), case_of("sp500_gjr_student_t")["expected"]
    returns, at = sp500(), published(fit)
    _, ahead = Likelihood(returns - fit["mu"], backcast(returns), "gjr_garch").variances(at)
    law = made(nu=at.nu, omega=at.omega, alpha=at.alpha, gamma=at.gamma, beta=at.beta)
    expected = case["expected"]["variance"]
    found = expected_variances(law, 0, ahead, len(expected))
    np.testing.assert_allclose(found, expected, rtol=case["tolerance"]["rel"])


def test_a_pareto_tail() -> None:
    case = case_of("danish_fire_tail")
    losses = series(case, "x")
    excesses = losses[losses > case["inputs"]["threshold"]] - case["inputs"]["threshold"]
    assert excesses.size == 109
    fit, expected = fit_pareto(excesses, (-0.5, 0.9)), case["expected"]
    assert fit.loglik == pytest.approx(expected["loglik"], abs=1e-5)
    rel = case["tolerance"]["rel"]
    assert (fit.shape, fit.scale) == pytest.approx((expected["shape"], expected["scale"]), rel=rel)
    errors = pareto_errors(excesses, fit)
    assert errors is not None
    assert errors == pytest.approx(expected["errors"], rel=rel)
