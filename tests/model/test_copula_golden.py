"""Copula formulas against numbers that others computed, and against 1,000 paths of our own past."""

from typing import Any

import numpy as np
import pytest
from scipy import integrate, special, stats

from stresskit.domain import AnyDependence, Archimedean, Dependence
from stresskit.model.copula_density import log_density
from tests.golden_cases import golden
from tests.model.test_elliptical import joint_tail
from tests.model.test_rosenblatt import KINDS
from tests.model.variates import drawn, probability
from tests.reference.rosenblatt import conditional

POINTS = golden("copulas.json", "point_values")
TAILS = golden("copulas.json", "t_tail_dependence")["expected"]
CONSTANTS = golden("copulas.json", "archimedean_constants")["expected"]
PATHS = golden("copula_paths.json", "thousand_paths")
HALF = np.array([[1, 0.5], [0.5, 1]])
COPULAS: dict[str, AnyDependence] = {
    "gaussian": Dependence(HALF, np.inf),
    "student_t": Dependence(HALF, 4.0),
    "clayton": Archimedean("clayton", 2.0, 2),
    "gumbel": Archimedean("gumbel", 2.0, 2),
}


def pair(rho: float) -> Any:
    return np.array([[1, rho], [rho, 1]])


@pytest.mark.parametrize("name", COPULAS)
def test_density_and_conditional_law_at_five_points(name: str) -> None:
    u, expected = np.array(POINTS["inputs"]["u"]), POINTS["expected"][name]
    np.testing.assert_allclose(log_density(COPULAS[name], u), expected["logpdf"], atol=1e-9)
    np.testing.assert_allclose(conditional(COPULAS[name], u.T), expected["h"], atol=1e-9)


@pytest.mark.parametrize("name", COPULAS)
def test_the_distribution_function_at_five_points(name: str) -> None:
    """C(u, v) as the integral of the conditional law over the first level."""
    for (u, v), expected in zip(POINTS["inputs"]["u"], POINTS["expected"][name]["cdf"], strict=True):

        def given(s: float, v: float = v) -> float:
            return float(conditional(COPULAS[name], np.array([[s], [v]]))[0])

        edge = min(u, v) / 10
        found = [integrate.quad(given, a, b, epsabs=1e-13, limit=200)[0] for a, b in ((0, edge), (edge, u))]
        assert sum(found) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("nu", TAILS)
def test_tail_dependence_of_the_student_t(nu: str) -> None:
    for rho, expected in TAILS[nu].items():
        n, r = float(nu), float(rho)
        limit = 2 * special.stdtr(n + 1, -np.sqrt((n + 1) * (1 - r) / (1 + r)))
        assert limit == pytest.approx(expected, abs=1e-12)


def test_the_finite_level_goes_to_the_limit_from_above() -> None:
    """C(u, u)/u of t(4), rho 1/2: 0.2532 is the limit, and at 1 % it is not reached."""
    found = [joint_tail(0.5, 4.0, u) / u for u in (0.01, 1e-4, 1e-6)]
    limit = TAILS["4"]["0.5"]
    assert found[0] > found[1] > found[2] > limit
    assert found[2] == pytest.approx(limit, abs=2e-3)
    assert found[0] > limit + 0.02


def test_one_percent_level_of_the_samplers() -> None:
    """C(u, u)/u at u = 0.01 of every kind that has a closed diagonal, within 4 standard errors."""
    n, u = 400_000, 0.01
    student = joint_tail(0.5, 4.0, u)
    diagonal = {"student_t": student, "clayton": (2 * u**-2 - 1) ** -0.5, "gumbel": u ** np.sqrt(2)}
    for name, p in diagonal.items():
        low = probability(COPULAS[name], drawn(COPULAS[name], n)) < u
        assert abs(low.all(axis=0).mean() - p) < 4 * np.sqrt(p / n)


def test_kendall_and_tail_constants_of_archimedean_families() -> None:
    for theta, (tau, _, lower, upper) in CONSTANTS["clayton"].items():
        t = float(theta)
        assert t / (t + 2) == pytest.approx(tau, abs=1e-8)
        assert (2 ** (-1 / t), 0) == (pytest.approx(lower, abs=1e-8), upper)
    for theta, (tau, _, lower, upper) in CONSTANTS["gumbel"].items():
        t = float(theta)
        assert 1 - 1 / t == pytest.approx(tau, abs=1e-8)
        assert (0, 2 - 2 ** (1 / t)) == (lower, pytest.approx(upper, abs=1e-8))


def spearman(dependence: AnyDependence) -> tuple[float, float]:
    """Sample value of 300,000 draws and its standard error."""
    batches = np.array_split(drawn(dependence, 300_000), 100, axis=1)
    found = np.array([stats.spearmanr(part[0], part[1]).statistic for part in batches])
    return float(found.mean()), float(found.std(ddof=1) / 10)


def test_spearmans_rho_of_the_samplers() -> None:
    cases: list[tuple[AnyDependence, float]] = []
    gaussian = golden("copulas.json", "gaussian_spearman")
    for rho, expected in zip(gaussian["inputs"]["rho"], gaussian["expected"]["rho"], strict=True):
        cases.append((Dependence(pair(rho), np.inf), expected))
        assert 6 / np.pi * np.arcsin(rho / 2) == pytest.approx(expected, abs=1e-12)
    student = golden("copulas.json", "t_spearman")
    for (nu, rho), expected in zip(student["inputs"]["cases"], student["expected"]["rho_s"], strict=True):
        cases.append((Dependence(pair(rho), float(nu)), expected))
    for family in ("clayton", "gumbel"):
        cases += [(Archimedean(family, float(t), 2), row[1]) for t, row in CONSTANTS[family].items()]  # type: ignore[arg-type]
    for dependence, expected in cases:
        found, error = spearman(dependence)
        assert abs(found - expected) < 4 * error + 1e-4, dependence  # a sample of 3,000 is off by 1e-4


def test_orthants_of_the_grouped_t() -> None:
    """The scales change no sign: the elliptical orthant probabilities hold for grouped degrees of freedom."""
    dependence = KINDS["grouped_t"]
    y = drawn(dependence, 200_000)[:3]
    correlation = dependence.correlation  # type: ignore[union-attr]
    p = 1 / 8 + np.arcsin(correlation[np.triu_indices(3, 1)]).sum() / (4 * np.pi)
    for side in (y > 0, y < 0):
        assert abs(side.all(axis=0).mean() - p) < 4 * np.sqrt(p * (1 - p) / 200_000)


def summary(dependence: AnyDependence) -> list[float]:
    y = drawn(dependence, 1000, seed=20261122)
    cross = np.array([np.mean(y[i] * y[j]) for i in range(len(y)) for j in range(i)])
    return [float(v) for v in (*y.mean(axis=1), *cross, y.min(), y.max(), *y[:, 999])]


@pytest.mark.parametrize("kind", KINDS)
def test_a_thousand_paths_are_what_they_were(kind: str) -> None:
    np.testing.assert_allclose(summary(KINDS[kind]), PATHS["expected"][kind], rtol=1e-8, atol=1e-9)
