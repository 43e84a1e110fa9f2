"""The regime fit against models whose parameters are known, and the filter against enumeration."""

from itertools import product

import numpy as np
import pytest

from stresskit.domain import Dependence, JointModel, Regime
from stresskit.model.regime_filter import smooth_states
from stresskit.model.regime_fit import fit_regime
from tests.shipped import draw, made

CALM = np.array([[1, 0.6, 0.3], [0.6, 1, 0.4], [0.3, 0.4, 1]])
CRISIS = np.array([[1, 0.9, 0.85], [0.9, 1, 0.8], [0.85, 0.8, 1]])
TRUE = {"multiplier": 2.5, "stay_calm": 0.97, "stay_crisis": 0.9}


def sample(nu, seed, rows=5000):
    """One path of a multivariate t of `nu` in each state, constant volatility of 1 %."""
    regime = Regime(Dependence(CALM, nu), Dependence(CRISIS, nu), *TRUE.values())
    given = JointModel(("A", "B", "C"), 86400, made(3, nu), regime)
    return draw(given, rows, 2, seed)[0][:, :, 0] / 0.01


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("law", "nu"), [("student_t", 6.0), ("gaussian", np.inf)])
def test_what_was_simulated_is_recovered(law, nu, seed):
    """Within four standard errors, and the crisis is the state of the larger volatility."""
    found, report = fit_regime(sample(nu, seed), law)
    errors = report["standard_errors"]
    assert report["converged"]
    assert report["polished"]
    for name, value in TRUE.items():
        assert abs(getattr(found, name) - value) < 4 * errors[name], name
    if law == "student_t":
        assert abs(found.calm.nu - nu) < 4 * errors["nu_calm"]
        assert abs(found.crisis.nu - nu) < 4 * errors["nu_crisis"]
    np.testing.assert_allclose(found.calm.correlation, CALM, atol=0.08)
    np.testing.assert_allclose(found.crisis.correlation, CRISIS, atol=0.08)
    low, high = report["ratio_of_volatilities"]
    assert 2.2 < low < high < 2.8
    assert report["loglik"] > report["loglik_one_normal_state"] + 500


def test_the_fit_is_deterministic_and_does_not_see_the_scale():
    residuals = sample(6.0, 9, 2000)
    one, two = fit_regime(residuals)[0], fit_regime(residuals * 3.0)[0]
    assert one.multiplier == pytest.approx(two.multiplier, rel=1e-4)
    assert one.stay_crisis == pytest.approx(two.stay_crisis, rel=1e-4)


def test_filter_and_smoother_against_all_histories():
    density = np.log(np.random.default_rng(2).uniform(0.1, 3.0, (7, 2)))
    stay = np.array([0.9, 0.6])
    share = 0.1 / 0.5
    move = np.array([[0.9, 0.1], [0.4, 0.6]])
    weight, states = [], list(product((0, 1), repeat=7))
    for history in states:
        p = (1 - share, share)[history[0]]
        for t in range(7):
            p *= np.exp(density[t, history[t]]) * (move[history[t - 1], history[t]] if t else 1.0)
        weight.append(p)
    total = np.array(weight) / np.sum(weight)
    loglik, filtered, smoothed, changes = smooth_states(density, stay)
    assert loglik == pytest.approx(np.log(np.sum(weight)), rel=1e-12)
    grid = np.array(states)
    np.testing.assert_allclose(smoothed[:, 1], total @ grid, rtol=1e-12)
    np.testing.assert_allclose(filtered[-1], smoothed[-1])
    both = sum(total @ (grid[:, t] * grid[:, t + 1]) for t in range(6))
    assert changes[1, 1] == pytest.approx(both, rel=1e-12)
    assert changes.sum() == pytest.approx(6)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_residuals_that_are_no_numbers_are_refused(bad):
    residuals = np.random.default_rng(0).standard_normal((300, 3))
    residuals[7, 1] = bad
    with pytest.raises(ValueError, match="finite"):
        fit_regime(residuals)
