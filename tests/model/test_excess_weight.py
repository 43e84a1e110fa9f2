"""What each kind expects of its variance, against simulation, closed forms and brute sums."""

import numpy as np
import pytest

from stresskit.domain import Innovation, SkewT, StudentT
from stresskit.model.egarch_moments import LogVariance, held_law
from stresskit.model.forecast import chosen, excess_weight, expected_variances, mean_power, persistence
from stresskit.model.innovations import down_share, mean_size
from tests.model.kinds import LEVEL, NEWS, marginals_of_kind
from tests.model.laws import EVERY, LAWS, made_semi_parametric
from tests.shipped import draw, joint

STEPS, BATCHES, BATCH = 24, 200, 2000


@pytest.mark.parametrize("p", [0.0, 0.3, 0.97, 0.99999, 1.0])
@pytest.mark.parametrize("steps", [1, 24, 240])
def test_mean_of_powers(p: float, steps: int) -> None:
    assert mean_power(p, steps) == pytest.approx(sum(p**k for k in range(steps)) / steps, rel=1e-10)


THIN = {
    "student_t": StudentT(9.0),
    "skew_t": SkewT(9.0, -0.15),
    "semi_parametric": made_semi_parametric((0.1, 0.05)),
}


@pytest.mark.parametrize("law", THIN.values(), ids=THIN)
@pytest.mark.parametrize("kind", ["ewma", "gjr_garch", "egarch"])
def test_the_forecast_is_the_mean_of_the_paths(kind: str, law: Innovation) -> None:
    """From four times the long run: the variance of every step of a day within four standard errors.

    Of 200 batches of 2,000 paths; the laws have a fourth moment, or the errors would mean nothing.
    """
    model = joint(marginals_of_kind(kind, law), np.eye(1), 6.5)
    expected = expected_variances(model.marginals, 0, 4 * LEVEL, STEPS + 1)
    means = [
        draw(model, STEPS, BATCH, start=np.array([4 * LEVEL]), first=i * BATCH)[1][:, 0].mean(axis=1)
        for i in range(BATCHES)
    ]
    found, error = np.mean(means, axis=0), np.std(means, axis=0, ddof=1) / np.sqrt(BATCHES)
    assert np.all(np.abs(found - expected[1:]) < 4 * error)
    assert np.all(error < 0.02 * expected[1:])


@pytest.mark.parametrize("law", EVERY.values(), ids=EVERY)
def test_the_long_run_of_a_targeted_egarch_is_the_target(law: Innovation) -> None:
    for alpha, gamma, beta in ((0.18, -0.06, 0.97), (0.6, 0.3, 0.8), (0.0, 0.0, 0.9), (0.3, -0.1, 0.0)):
        moving = LogVariance(alpha, gamma, beta, law)
        omega = moving.omega(LEVEL)
        assert moving.forecast(omega, 3 * LEVEL, 4000)[-1] == pytest.approx(LEVEL, rel=1e-7)


@pytest.mark.parametrize("law", EVERY.values(), ids=EVERY)
def test_the_geometric_sums_are_the_sums(law: Innovation) -> None:
    z, mass = held_law(law)
    assert mass.sum() == pytest.approx(1.0, abs=1e-12)
    alpha, gamma, beta = 0.4, -0.2, 0.93
    g = alpha * (np.abs(z) - mean_size(law)) + gamma * z
    k = np.log(np.exp(np.multiply.outer(beta ** np.arange(50), g)) @ mass)
    found = LogVariance(alpha, gamma, beta, law).sums(np.array([0.0, 1.0, 7.0, 50.0]))
    np.testing.assert_allclose(found, [0.0, k[0], k[:7].sum(), k.sum()], atol=1e-7)


def test_a_leverage_term_counts_by_the_share_of_falls() -> None:
    alpha, gamma, beta = NEWS["gjr_garch"]
    for law in LAWS.values():
        found = persistence(marginals_of_kind("gjr_garch", law))[0]
        assert found == pytest.approx(alpha + beta + gamma * down_share(law), rel=1e-12)
    assert down_share(LAWS["skew_t"]) > 0.53


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_weights(law: Innovation) -> None:
    """An EWMA's excess stays whole, constant volatility has one step of it, GJR-GARCH decays by its p."""
    assert excess_weight(marginals_of_kind("ewma", law), 240)[0] == pytest.approx(1.0, rel=1e-9)
    assert excess_weight(marginals_of_kind("constant", law), 24)[0] == 1 / 24
    whole = marginals_of_kind("gjr_garch", law)
    slow = expected_variances(whole, 0, 3 * LEVEL, 24).mean() / LEVEL
    assert excess_weight(whole, 24)[0] == pytest.approx((slow - 1) / 2, rel=1e-9)
    assert excess_weight(marginals_of_kind("egarch", law), 1)[0] == pytest.approx(1.0)


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
@pytest.mark.parametrize("steps", [8, 24, 240])
def test_the_chord_of_an_egarch_is_near_its_forecast(law: Innovation, steps: int) -> None:
    """Volatility over the period within 4 % of the exact one up to four times the variance, 13 % up to 16."""
    whole = marginals_of_kind("egarch", law)
    weight = excess_weight(whole, steps)[0]
    for ratio in np.geomspace(1, 16, 13):
        exact = expected_variances(whole, 0, ratio * LEVEL, steps).mean() / LEVEL
        error = np.sqrt((1 + weight * (ratio - 1)) / exact) - 1
        assert abs(error) < (0.04 if ratio <= 4.01 else 0.13), (ratio, error)


def test_some_of_the_assets() -> None:
    whole = marginals_of_kind("egarch", LAWS["skew_t"], 3)
    part = chosen(whole, np.array([2, 0]))
    assert part.kind == "egarch"
    assert len(part.innovations) == part.omega.size == 2
