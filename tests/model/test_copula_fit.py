"""Copula fits: published likelihoods, parameters that are known, and matrices that need repair."""

import json
import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from stresskit.domain import Float2D
from stresskit.model.copula_fit import fit_copula, kendall_correlation
from stresskit.model.copula_likelihood import build_copula_likelihood
from tests.shared_folder import shared

RHO = np.array([[1, 0.7, 0.5, -0.3], [0.7, 1, 0.6, 0.0], [0.5, 0.6, 1, 0.1], [-0.3, 0.0, 0.1, 1]])


def student(n: int, nu: float, seed: int) -> Float2D:
    random = np.random.default_rng(seed)
    normals = random.normal(size=(n, 4)) @ np.linalg.cholesky(RHO).T
    found: Float2D = normals / np.sqrt(random.chisquare(nu, (n, 1)) / nu)
    return found


def opposed() -> Float2D:
    """A rising series and three that each fall in another third: their sines are indefinite."""
    columns = [np.arange(300.0)]
    for third in range(3):
        turned = np.arange(300.0)
        turned[100 * third : 100 * third + 100] = turned[100 * third : 100 * third + 100][::-1]
        columns.append(turned)
    return np.array(columns).T


def test_a_simulated_copula_is_recovered() -> None:
    fit = fit_copula(student(8000, 5.0, 1) ** 3)
    assert abs(fit.nu - 5.0) < 4 * fit.diagnostics["nu_standard_error"]
    np.testing.assert_allclose(fit.correlation, RHO, atol=0.05)
    assert fit.diagnostics["loglik_student_t"] > fit.diagnostics["loglik_gaussian"] + 100
    assert fit.diagnostics["repair_distance"] == 0.0
    assert fit.diagnostics["observations"] == 8000


def test_a_gaussian_world_leads_nu_to_its_bound() -> None:
    normals = np.random.default_rng(2).normal(size=(20_000, 4)) @ np.linalg.cholesky(RHO).T
    fit = fit_copula(normals)
    assert fit.nu > 40
    gain = fit.diagnostics["loglik_student_t"] - fit.diagnostics["loglik_gaussian"]
    assert gain < 5


def test_the_likelihood_is_joint_over_marginal_density() -> None:
    u = stats.rankdata(student(200, 4.0, 3), axis=0) / 201
    likelihood = build_copula_likelihood(u, RHO)
    x = stats.t.ppf(u, 4.5)
    t = stats.multivariate_t.logpdf(x, shape=RHO, df=4.5).sum() - stats.t.logpdf(x, 4.5).sum()
    assert likelihood.value(4.5) == pytest.approx(t, abs=1e-8)
    x = stats.norm.ppf(u)
    g = stats.multivariate_normal.logpdf(x, cov=RHO).sum() - stats.norm.logpdf(x).sum()
    assert likelihood.value(math.inf) == pytest.approx(g, abs=1e-8)


def test_an_indefinite_matrix_is_repaired_and_the_pairs_decide_nu() -> None:
    assert np.linalg.eigvalsh(kendall_correlation(opposed()))[0] < -0.01
    fit = fit_copula(opposed())
    assert fit.diagnostics["repair_distance"] > 0.01
    assert fit.diagnostics["pairwise_likelihood"]
    assert np.linalg.eigvalsh(fit.correlation)[0] >= -1e-12
    assert np.all(np.diag(fit.correlation) == 1.0)


def test_what_cannot_be_fitted_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 100 times"):
        fit_copula(student(99, 4.0, 4))
    x = student(200, 4.0, 5)
    x[:, 1] = 2 * x[:, 0]
    with pytest.raises(ValueError, match="copies of each other"):
        fit_copula(x)


def test_one_asset_depends_on_nothing() -> None:
    assert fit_copula(student(200, 4.0, 6)[:, :1]).correlation.tolist() == [[1.0]]


def test_the_shared_reference_series() -> None:
    """INTC, MSFT, GE: Kendall's tau and both likelihoods at the parameters others found."""
    cases = json.loads(shared("golden/models.json").read_text())["cases"]
    expected = next(case for case in cases if case["id"] == "copula.fit.rdj")["expected"]
    x = pd.read_csv(shared("data/reference-series/rdj.csv"))[["INTC", "MSFT", "GE"]].to_numpy()
    upper = np.triu_indices(3, 1)
    tau = 2 / np.pi * np.arcsin(kendall_correlation(x)[upper])
    np.testing.assert_allclose(tau, expected["kendall"], atol=1e-10)
    for kind, nu in (("gauss3", math.inf), ("t3", expected["t3"]["nu"])):
        rho = np.eye(3)
        rho[upper] = expected[kind]["rho"]
        rho = rho + rho.T - np.eye(3)
        likelihood = build_copula_likelihood(stats.rankdata(x, axis=0) / (len(x) + 1), rho)
        assert likelihood.value(nu) == pytest.approx(expected[kind]["loglik"], abs=1e-3)
    fit = fit_copula(x)
    assert abs(fit.nu - expected["t3"]["nu"]) < 0.1
