"""The DCC fit against another program's, and against models whose parameters are known."""

import numpy as np
import pandas as pd
import pytest

from stresskit.domain import Dcc, JointModel
from stresskit.model.dcc_fit import fit_dcc, fit_engle
from stresskit.model.dcc_likelihood import filter_correlations
from tests.golden_cases import golden
from tests.shared_folder import shared
from tests.shipped import draw, made

CASE = golden("dynamic.json", "dcc.rmgarch")
EXPECTED, ROOM = CASE["expected"], CASE["tolerance"]
LEVEL = np.array([[1, 0.6, 0.3], [0.6, 1, 0.4], [0.3, 0.4, 1]])


def filtered():
    """Residuals of the published marginals, and what their variances add to the log-likelihood."""
    file = shared(f"data/reference-series/{CASE['inputs']['file']}")
    table, residuals, loglik = pd.read_csv(file, index_col=0), [], 0.0
    for asset, (mean, omega, alpha, beta) in CASE["inputs"]["univariate"].items():
        r = table[asset].to_numpy() - mean
        h = np.empty(r.size)
        h[0] = np.mean(r**2)
        for t in range(1, r.size):
            h[t] = omega + alpha * r[t - 1] ** 2 + beta * h[t - 1]
        residuals.append(r / np.sqrt(h))
        loglik -= 0.5 * np.log(h).sum()
    return np.array(residuals).T.copy(), loglik


def correlations(q):
    scale = 1 / np.sqrt(np.diag(q))
    return (q * np.outer(scale, scale))[np.triu_indices(len(q), 1)]


def test_engle_against_rmgarch():
    residuals, marginal = filtered()
    found = fit_engle(residuals)
    assert found.converged
    assert found.a == pytest.approx(EXPECTED["a"], abs=ROOM["parameters"])
    assert found.b == pytest.approx(EXPECTED["b"], abs=ROOM["parameters"])
    assert found.loglik + marginal == pytest.approx(EXPECTED["loglik"], abs=ROOM["loglik"])
    np.testing.assert_allclose(found.level, EXPECTED["level"], atol=ROOM["level"])
    np.testing.assert_allclose(correlations(found.last), EXPECTED["last"], atol=ROOM["correlation"])
    np.testing.assert_allclose(correlations(found.ahead), EXPECTED["ahead"], atol=ROOM["correlation"])


def test_with_student_t_errors_too():
    residuals, marginal = filtered()
    found, expected = fit_engle(residuals, "student_t"), EXPECTED["student_t"]
    assert found.a == pytest.approx(expected["a"], abs=ROOM["parameters"])
    assert found.b == pytest.approx(expected["b"], abs=ROOM["parameters"])
    assert found.nu == pytest.approx(expected["nu"], abs=ROOM["nu"])
    assert found.loglik + marginal == pytest.approx(expected["loglik"], abs=ROOM["loglik"])


def sample(model, seed, margin, rows=3000):
    """Standardized returns of one path: constant volatility of 1 %, innovations of `margin` degrees."""
    given = JointModel(("A", "B", "C"), 86400, made(3, margin), model)
    return draw(given, rows, 2, seed)[0][:, :, 0] / 0.01


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("margin", [6.0, 3.5])
def test_what_was_simulated_is_recovered(seed, margin):
    """Within four standard errors, whatever the margins: the fit sees ranks."""
    found, report = fit_dcc(sample(Dcc(LEVEL, 0.05, 0.9, 6.0), seed, margin))
    errors = report["standard_errors"]
    assert report["converged"]
    assert not report["bounds"]
    for name, value in (("a", 0.05), ("b", 0.9), ("nu", 6.0)):
        assert abs(getattr(found, name) - value) < 4 * errors[name], name
    np.testing.assert_allclose(found.correlation, LEVEL, atol=0.1)


def test_a_gaussian_one_too():
    found, report = fit_dcc(sample(Dcc(LEVEL, 0.05, 0.9, np.inf), 5, np.inf), "gaussian")
    assert np.isinf(found.nu)
    assert abs(found.a - 0.05) < 4 * report["standard_errors"]["a"]
    assert abs(found.b - 0.9) < 4 * report["standard_errors"]["b"]


def test_likelihood_of_a_constant_correlation_is_that_of_the_density():
    from scipy import stats

    e = np.random.default_rng(0).standard_normal((50, 3))
    law = stats.multivariate_t(np.zeros(3), LEVEL * 4 / 6, 6.0)
    assert filter_correlations(e, LEVEL, 0.0, 0.5, 6.0)[0] == pytest.approx(law.logpdf(e).sum(), rel=1e-12)
    normal = stats.multivariate_normal(np.zeros(3), LEVEL)
    assert filter_correlations(e, LEVEL, 0.0, 0.5, np.inf)[0] == pytest.approx(
        normal.logpdf(e).sum(), rel=1e-12
    )


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_residuals_that_are_no_numbers_are_refused(bad):
    residuals = np.random.default_rng(0).standard_normal((200, 3))
    residuals[7, 1] = bad
    with pytest.raises(ValueError, match="finite"):
        fit_dcc(residuals)
    with pytest.raises(ValueError, match="finite"):
        fit_engle(residuals)
