"""The tests of residuals against slow twins, and on series that pass and fail them by design."""

import numpy as np
import pytest
from scipy import special, stats

from stresskit.calibrate.residual_tests import LAGS, autocorrelations, residual_tests
from stresskit.domain import Float1D


def draws(n: int = 4000) -> Float1D:
    return np.random.default_rng(4).normal(size=n)


def test_autocorrelation_and_ljung_box_by_hand() -> None:
    x = draws(300)
    found, mean, n = autocorrelations(x), x.mean(), len(x)
    rho = [
        sum((x[t] - mean) * (x[t - k] - mean) for t in range(k, n)) / sum((x - mean) ** 2)
        for k in range(1, 21)
    ]
    for lag in LAGS:
        q = n * (n + 2) * sum(r * r / (n - k) for k, r in enumerate(rho[:lag], 1))
        assert found[str(lag)]["rho"] == pytest.approx(rho[lag - 1], abs=1e-13)
        assert found[str(lag)]["p"] == pytest.approx(stats.chi2.sf(q, lag), rel=1e-9)


def test_independent_draws_of_the_law_pass() -> None:
    z = draws()
    found = residual_tests(z, special.ndtr(z))
    assert min(p["p"] for key in ("acf", "acf_squares") for p in found[key].values()) > 0.01
    assert found["pit"]["p"] > 0.01


def test_clustering_shows_in_the_squares_alone() -> None:
    z = draws()
    level = np.repeat(np.exp(np.random.default_rng(5).normal(size=40)), 100)
    found = residual_tests(level * z, special.ndtr(z))
    assert found["acf_squares"]["20"]["p"] < 1e-6
    assert abs(found["acf"]["1"]["rho"]) < 0.1


def test_a_wrong_law_fails_the_transform() -> None:
    z = np.random.default_rng(6).standard_t(3, 4000) / np.sqrt(3)
    assert residual_tests(z, special.ndtr(z))["pit"]["p"] < 1e-6
