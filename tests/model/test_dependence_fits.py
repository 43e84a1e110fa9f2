"""Simulate and refit: every copula's parameters come back within their standard errors.

The errors are those of estimates on ranks, four of them at most, at fixed seeds.
"""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from stresskit.domain import Archimedean, Dependence, Family, Float2D, GroupedT, Mixture
from stresskit.model.archimedean_fit import fit_archimedean
from stresskit.model.copula_density import log_density
from stresskit.model.copula_errors import rank_errors
from stresskit.model.copula_report import pseudo_observations
from stresskit.model.grouped_fit import fit_grouped_t
from stresskit.model.mixture_errors import scalars
from stresskit.model.mixture_fit import fit_mixture
from stresskit.model.mixture_parts import Kind
from tests.golden_cases import golden
from tests.model.variates import drawn
from tests.shared_folder import shared

R = np.array([[1, 0.6, 0.3, 0.4], [0.6, 1, 0.2, 0.5], [0.3, 0.2, 1, 0.7], [0.4, 0.5, 0.7, 1]])
GROUPS = np.array([0, 1, 0, 1])
PAIRS = np.triu_indices(4, 1)
FAMILIES: list[tuple[Family, float]] = [
    ("clayton", 2.0), ("survival_clayton", 0.5), ("gumbel", 1.4), ("survival_gumbel", 3.0),
]  # fmt: skip


def residuals(dependence: Any, n: int, seed: int) -> Float2D:
    """Draws with margins that are anything but those of the copula."""
    return np.sinh(drawn(dependence, n, seed=seed).T)


def errors_off(found: dict[str, float], truth: dict[str, float], errors: dict[str, Any]) -> float:
    return max(abs(found[name] - truth[name]) / errors[name] for name in truth)


@pytest.mark.parametrize(("family", "theta"), FAMILIES)
def test_archimedean(family: Family, theta: float) -> None:
    for seed in range(3):
        fit, report = fit_archimedean(residuals(Archimedean(family, theta, 4), 3000, seed), family)
        assert (fit.family, fit.assets) == (family, 4)
        assert errors_off({"theta": fit.theta}, {"theta": theta}, report["standard_errors"]) < 4
        assert report["converged"]
        assert not report["bounds"]
        assert report["aic"] == pytest.approx(2 - 2 * report["loglik"])
        assert report["bic"] == pytest.approx(np.log(3000) - 2 * report["loglik"])


def test_the_error_is_that_of_repeated_samples() -> None:
    """Forty samples of 800: their spread is the reported error within 40 %, twice what the curvature says."""
    fits = [fit_archimedean(residuals(Archimedean("clayton", 2.0, 4), 800, s), "clayton") for s in range(40)]
    spread = np.std([fit.theta for fit, _ in fits], ddof=1)
    told = np.mean([report["standard_errors"]["theta"] for _, report in fits])
    assert told == pytest.approx(spread, rel=0.4)


def test_independence_leads_theta_to_its_bound() -> None:
    fit, report = fit_archimedean(np.random.default_rng(1).normal(size=(500, 3)), "gumbel")
    assert fit.theta < 1.05
    opposed = np.random.default_rng(1).normal(size=(500, 1)) * [[1.0, -1.0]]
    fit, report = fit_archimedean(opposed, "clayton")
    assert report["bounds"] == ["theta at a bound: 0.01 of 0.01 to 20"]
    assert report["standard_errors"] == {"theta": None}


def test_grouped_t() -> None:
    truth = GroupedT(R, GROUPS, np.array([3.0, 8.0]))
    for seed in range(2):
        fit, report = fit_grouped_t(residuals(truth, 2000, seed), GROUPS)
        names = dict(zip(("nu_0", "nu_1"), fit.nu, strict=True))
        assert errors_off(names, {"nu_0": 3.0, "nu_1": 8.0}, report["standard_errors"]) < 4
        np.testing.assert_allclose(fit.correlation, R, atol=0.06)
        assert report["parameters"] == 8
        assert report["loglik"] == pytest.approx(
            log_density(fit, pseudo_observations(residuals(truth, 2000, seed))).sum()
        )


def test_one_group_is_the_student_t() -> None:
    fit, report = fit_grouped_t(residuals(Dependence(R, 5.0), 2000, 7), np.zeros(4, dtype=int))
    u = pseudo_observations(residuals(Dependence(R, 5.0), 2000, 7))
    student = log_density(Dependence(fit.correlation, float(fit.nu[0])), u).sum()
    assert report["loglik"] == pytest.approx(student, abs=1e-6)


NEAR_ONE = np.full((4, 4), 0.9) + 0.1 * np.eye(4)
CALM, STORM = Dependence(R, np.inf), Dependence(NEAR_ONE, 3.0)
TOGETHER, RISING = Archimedean("clayton", 3.0, 4), Archimedean("survival_clayton", 2.0, 4)
MIXTURES: list[tuple[Mixture, Kind, Kind, int]] = [
    (Mixture(Dependence(R, 4.0), TOGETHER, 0.7), "student_t", "clayton", 9),
    (Mixture(CALM, RISING, 0.5), "gaussian", "survival_clayton", 8),
    (Mixture(Archimedean("gumbel", 1.3, 4), RISING, 0.6), "gumbel", "survival_clayton", 3),
    (Mixture(CALM, STORM, 0.8), "gaussian", "student_t", 14),
]


@pytest.mark.parametrize(("truth", "first", "second", "count"), MIXTURES)
def test_mixtures(truth: Mixture, first: Kind, second: Kind, count: int) -> None:
    x = residuals(truth, 3000, 1)
    fit, report = fit_mixture(x, first, second)
    assert errors_off(scalars(fit), scalars(truth), report["standard_errors"]) < 4
    for name in ("first", "second"):
        part, true = getattr(fit, name), getattr(truth, name)
        if isinstance(part, Dependence):
            np.testing.assert_allclose(part.correlation, true.correlation, atol=0.1)
    assert report["converged"]
    assert report["parameters"] == count
    u = pseudo_observations(x)
    assert report["loglik"] == pytest.approx(log_density(fit, u).sum())
    assert report["loglik"] > log_density(truth, u).sum() - 1


def test_vines() -> None:
    pytest.importorskip("pyvinecopulib", reason="the extra 'vine' is not installed")
    from stresskit.model.vine import read_vine
    from stresskit.model.vine_fit import fit_vine

    x = residuals(Dependence(R, 4.0), 2000, 3)
    fit, report = fit_vine(x)
    u = pseudo_observations(x)
    assert report["loglik"] == pytest.approx(log_density(fit, u).sum())
    assert report["loglik"] > log_density(Dependence(R, 4.0), u).sum() - 5
    first = [pair for pair in report["pairs"] if pair["tree"] == 1]
    for pair, (a, b) in zip(first, edges(read_vine(fit.text)), strict=True):
        assert pair["family"] == "student"
        error = report["standard_errors"][f"1.{pair['edge']}.1"]
        assert abs(pair["parameters"][0] - R[a, b]) < 4 * error
        assert abs(pair["parameters"][1] - 4.0) < 4 * report["standard_errors"][f"1.{pair['edge']}.2"]


def edges(vine: Any) -> list[tuple[int, int]]:
    """The pairs of the first tree, from the structure matrix."""
    matrix = np.asarray(vine.matrix, dtype=int)
    d = len(matrix)
    return [(matrix[d - 1 - e, e] - 1, matrix[0, e] - 1) for e in range(d - 1)]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_a_number_is_refused(bad: float) -> None:
    x = residuals(Dependence(R, 4.0), 200, 1)
    x[17, 2] = bad
    for fit in (
        lambda: fit_archimedean(x, "clayton"),
        lambda: fit_grouped_t(x, GROUPS),
        lambda: fit_mixture(x, "gaussian", "clayton"),
    ):
        with pytest.raises(ValueError, match="finite"):
            fit()
    with pytest.raises(ValueError, match="inside"):
        log_density(Dependence(R, 4.0), np.array([[0.5, np.nan, 0.5, 0.5]]))


def test_too_little_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 100 times"):
        fit_archimedean(np.zeros((99, 2)), "clayton")
    with pytest.raises(ValueError, match="at least two assets"):
        fit_mixture(np.random.default_rng(0).normal(size=(200, 1)), "gaussian", "clayton")
    with pytest.raises(ValueError, match="a group for each of 4 assets"):
        fit_grouped_t(residuals(Dependence(R, 4.0), 200, 1), np.array([0, 2, 0, 2]))


def test_errors_are_missing_where_the_likelihood_is_not_concave() -> None:
    u = pseudo_observations(np.random.default_rng(0).normal(size=(200, 2)))
    assert rank_errors(lambda v, x: v[:, 0] * 0 + x[0] ** 2, u, [1.0]) == [None]


def test_the_shared_reference_series() -> None:
    """Clayton and Gumbel pairs of three stocks at the true optima; the Student-t pairs' likelihoods."""
    case = golden("copulas.json", "fits_of_three_stocks")
    expected, room = case["expected"], case["tolerance"]
    x = pd.read_csv(shared(case["inputs"]["file"]))[["INTC", "MSFT", "GE"]].to_numpy()
    for name, pair in (("p12", [0, 1]), ("p13", [0, 2]), ("p23", [1, 2])):
        for family in ("clayton", "gumbel"):
            fit, report = fit_archimedean(x[:, pair], family)  # type: ignore[arg-type]
            theta, loglik = expected[f"{family}_pair"][name]
            assert fit.theta == pytest.approx(theta, abs=room["parameters"])
            assert report["loglik"] == pytest.approx(loglik, abs=room["loglik"])
        rho, nu, loglik = expected["t_pair"][name]
        student = Dependence(np.array([[1, rho], [rho, 1]]), nu)
        assert log_density(student, pseudo_observations(x[:, pair])).sum() == pytest.approx(loglik, abs=1e-3)
