"""What a bridge assumes of each kind of dependence, against draws of the dependence itself."""

import numpy as np
import pytest

from stresskit.domain import Archimedean, Bootstrap, Dcc, Dependence, GroupedT, Mixture, Regime
from stresskit.model.step_correlation import step_correlation

MATRIX = np.array([[1.0, 0.7, 0.5], [0.7, 1.0, 0.4], [0.5, 0.4, 1.0]])
OTHER = np.eye(3)
USED = np.array([0, 2])
OWN = np.ix_(USED, USED)


def test_kinds_with_a_matrix_give_it():
    group, nu = np.array([0, 1, 1]), np.array([4.0, 9.0])
    for dependence in (Dependence(MATRIX, 5.0), GroupedT(MATRIX, group, nu), Dcc(MATRIX, 0.02, 0.9, 8.0)):
        assert np.array_equal(step_correlation(dependence, USED), MATRIX[OWN])


def test_weighted_kinds():
    mixture = Mixture(Dependence(MATRIX, 5.0), Dependence(OTHER, np.inf), 0.3)
    assert step_correlation(mixture, USED)[0, 1] == pytest.approx(0.3 * 0.5)
    regime = Regime(Dependence(OTHER, 9.0), Dependence(MATRIX, 4.0), 3.0, 0.9, 0.8)  # a third in crisis
    assert step_correlation(regime, USED)[0, 1] == pytest.approx(0.5 * 9 / (9 + 2))


@pytest.mark.parametrize(
    ("family", "theta", "tau"), [("clayton", 2.0, 0.5), ("survival_gumbel", 2.0, 0.5), ("gumbel", 1.0, 0.0)]
)
def test_exchangeable_families_by_kendalls_tau(family, theta, tau):
    found = step_correlation(Archimedean(family, theta, 3), USED)
    assert found[0, 1] == pytest.approx(np.sin(np.pi / 2 * tau))


def test_a_bootstrap_gives_that_of_its_rows():
    rows = np.random.default_rng(0).standard_normal((500, 3)) @ np.linalg.cholesky(MATRIX).T
    found = step_correlation(Bootstrap(rows, 5.0), USED)
    assert found == pytest.approx(np.corrcoef(rows.T)[OWN], abs=1e-12)
