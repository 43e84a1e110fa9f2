"""Joint fits: gaps, common rows and the two forms of the copula."""

import numpy as np
import pytest

from stresskit.domain import Float2D, StudentT
from stresskit.model.fit import fit_marginal
from stresskit.model.joint_fit import FitError, fit_joint

HOUR = 3600


def returns() -> Float2D:
    """Three assets; the second has a gap, the third is listed later."""
    normals = np.random.default_rng(1).standard_t(6, (1500, 3)) @ np.array(
        [[1, 0.5, 0.3], [0, 0.9, 0.3], [0, 0, 0.9]]
    )
    found: Float2D = 0.01 * normals
    found[700:750, 1] = np.nan
    found[:200, 2] = np.nan
    return found


def test_a_marginal_uses_all_its_returns_and_the_copula_the_common_rows() -> None:
    data = returns()
    fit = fit_joint(("A", "B", "C"), data, HOUR, "garch", "student_t")
    assert fit.observations == 1250
    assert [fit.diagnostics["assets"][a]["observations"] for a in "ABC"] == [1500, 1450, 1300]
    alone = fit_marginal(data[np.isfinite(data[:, 1]), 1], HOUR, "garch", "student_t")
    assert fit.marginals.beta[1] == alone.parameters.beta
    assert fit.marginals.current_variance[1] == alone.current_variance
    assert fit.marginals.mean.tolist() == [0.0, 0.0, 0.0]


def test_both_copulas_share_the_correlation() -> None:
    fit = fit_joint(("A", "B", "C"), returns(), HOUR, "garch", "normal")
    gaussian, student = fit.model("gaussian"), fit.model("student_t")
    assert np.isinf(gaussian.dependence.nu)
    assert student.dependence.nu == fit.copula.nu
    assert np.array_equal(gaussian.dependence.correlation, student.dependence.correlation)
    assert student.marginals.innovations == (StudentT(np.inf),) * 3


def test_a_series_that_cannot_be_fitted_is_named() -> None:
    data = returns()
    data[:, 1] = 0.0
    with pytest.raises(FitError, match="returns that vary") as caught:
        fit_joint(("A", "B", "C"), data, HOUR, "garch", "normal")
    assert caught.value.asset == "B"
    data = returns()
    data[:1450, 1], data[1450:, 2] = np.nan, np.nan
    data[:1400, 1] = 0.01 * np.random.default_rng(2).normal(size=1400)
    data[:1350, 2] = np.nan
    with pytest.raises(FitError, match="at least 100"):
        fit_joint(("A", "B", "C"), data, HOUR, "garch", "normal")
