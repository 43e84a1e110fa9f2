"""A copula that keeps the linear correlation: the truth where it is elliptical, the hedge where it is not."""

import numpy as np
import pytest
from scipy import stats

from stresskit.domain import Dependence, StudentT
from stresskit.model.copula_fit import fit_copula, fit_matched
from stresskit.model.linear_correlation import matched_correlation
from stresskit.study.backtest.one_step import innovations

TRUE = np.array([[1.0, 0.8, -0.3], [0.8, 1.0, 0.1], [-0.3, 0.1, 1.0]])


def elliptical(nu, n=20_000, seed=1):
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((n, 3)) @ np.linalg.cholesky(TRUE).T
    return z * np.sqrt(nu / rng.chisquare(nu, n))[:, None] if np.isfinite(nu) else z


def alone(n=4000, seed=5):
    """Two assets that move together, but for days on which the first moves alone."""
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((n, 2)) @ np.linalg.cholesky(np.array([[1.0, 0.9], [0.9, 1.0]])).T
    z[:, 0] += np.where(rng.random(n) < 0.05, 3.0 * rng.standard_normal(n), 0.0)
    return z / z.std(axis=0)


def test_of_normal_residuals_it_is_their_correlation():
    found = matched_correlation(elliptical(np.inf), np.inf)
    assert found == pytest.approx(np.corrcoef(elliptical(np.inf).T), abs=1e-3)


@pytest.mark.parametrize("nu", [5.0, 20.0])
def test_of_an_elliptical_sample_it_finds_the_truth(nu, figures):
    found = fit_matched(elliptical(nu), "student_t")
    assert found.correlation == pytest.approx(TRUE, abs=0.02)
    assert found.nu == pytest.approx(nu, rel=0.15)
    kendall = fit_copula(elliptical(nu))
    figures.append(
        f"linear against Kendall, nu {nu:g}: {np.abs(found.correlation - kendall.correlation).max():.4f}"
    )


def test_known_transforms_of_normals():
    """Lognormals: corr = (exp(rho s s) - 1) / (exp(s^2) - 1)."""
    s, rho = 0.5, 0.6
    grid = stats.norm.ppf((np.arange(4000) + 0.5) / 4000)
    rng = np.random.default_rng(2)
    x = np.exp(s * grid)
    wanted = (np.exp(rho * s * s) - 1) / (np.exp(s * s) - 1)
    columns = np.column_stack([x, x])
    order = None
    for mix in np.linspace(0.0, 1.0, 2001):  # a sample with these margins and about this correlation
        trial = np.argsort(np.argsort(mix * grid + np.sqrt(1 - mix**2) * rng.standard_normal(4000)))
        if np.corrcoef(x, x[trial])[0, 1] > wanted:
            order = trial
            break
    columns[:, 1] = x[order]
    exact = np.log(1 + np.corrcoef(columns.T)[0, 1] * (np.exp(s * s) - 1)) / (s * s)
    assert matched_correlation(columns, np.inf)[0, 1] == pytest.approx(exact, abs=2e-3)


def test_the_variance_of_a_hedge_is_that_of_the_residuals(figures):
    rows = alone()
    laws = [StudentT(np.inf)] * 2
    kendall, linear = fit_copula(rows), fit_matched(rows, "student_t")
    spreads = {}
    for name, fit in (("kendall", kendall), ("linear", linear)):
        drawn = innovations(laws, Dependence(fit.correlation, fit.nu), 40_000)
        ranks = [np.quantile(rows[:, i], stats.norm.cdf(drawn[:, i])) for i in range(2)]
        spreads[name] = float(np.std(ranks[0] - ranks[1]))
    true = float(np.std(rows[:, 0] - rows[:, 1]))
    figures.append(
        f"deviation of a hedge: {true:.3f}, linear {spreads['linear']:.3f}, Kendall {spreads['kendall']:.3f}"
    )
    assert spreads["linear"] == pytest.approx(true, rel=0.03)
    assert spreads["kendall"] < 0.85 * true  # a fifth of the deviation is lost


def test_what_no_copula_reaches_is_the_nearest():
    x = np.exp(2.0 * elliptical(np.inf, 500)[:, 0])
    found = matched_correlation(np.column_stack([x, -x]), np.inf)
    assert found[0, 1] == pytest.approx(-0.9999, abs=1e-3)
    assert fit_matched(x[:, None], "gaussian").correlation.shape == (1, 1)
