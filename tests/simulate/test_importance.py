"""Half of the paths drawn toward the loss: the same law after weighting, less noise in its tail."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm, t

from stresskit.domain import Archimedean, GroupedT, StudentT
from stresskit.measure.gain import share_gain
from stresskit.measure.law import Law
from stresskit.model.joint import build_sampler
from stresskit.model.tilt import DEVIATIONS, tilt_toward_loss
from stresskit.pipeline.draws import tilt_of
from stresskit.simulate.blocks import Stretch, live_block, stream, workspace
from tests.properties.configs import setting
from tests.worlds.one_asset import constant_volatility, plan_for

PATHS = 40_000
SHORT = ("simulation.horizon=2d", "modes.portfolio.scenarios=1000", "comparison.equal_efficiency=false")


def profits(plan, paths=PATHS, block=1024):
    """Mark-to-market profit of the first book and the weights."""
    outcomes = list(stream(plan, paths, block, 1))
    return (
        np.concatenate([o.profits[0] for o in outcomes]),
        np.concatenate([o.weight for o in outcomes]),
    )


def unlived(name, scenario, importance):
    """The plan of a shipped config without any life: only its books are marked."""
    plan = setting(name, *SHORT, f"simulation.importance={importance}").plan(scenario)
    return replace(plan, contenders=())


def test_weight_of_one_normal_step_is_the_likelihood_ratio():
    model = constant_volatility(0.03, 0.001)
    plan = plan_for(model, 1, (), seed=1)
    tilt = tilt_toward_loss(np.eye(1), np.array([0.03]), np.array([-5.0]), 1)  # a short position
    assert tilt[0, 0] == pytest.approx(DEVIATIONS)
    stretch = replace(plan.stretches[0], sampler=build_sampler(model, model.dependence, np.array([0]), tilt))
    book = (
        setting("perfect-hedge")
        .accounts[0]
        .book._replace(asset=np.zeros(1, np.int64), quantity=np.array([1.0]))
    )
    moved, plain = (
        profits(replace(plan, stretches=(s,), books=(book,)), 5000) for s in (stretch, plan.stretches[0])
    )
    z = (moved[0] - 0.001) / 0.03
    before = (plain[0] - 0.001) / 0.03
    assert z == pytest.approx(before + DEVIATIONS * (np.arange(5000) % 2), abs=1e-5)
    assert moved[1] == pytest.approx(2 / (1 + np.exp(DEVIATIONS * z - DEVIATIONS**2 / 2)), rel=1e-4)
    assert (plain[1] == 1).all()


@pytest.mark.parametrize("nu", [np.inf, 6.0])
def test_a_tail_far_out_is_that_of_the_closed_form(nu, figures):
    """One step of one asset: P(standardized return < -3.5), normal and Student-t."""
    sd, far = 0.01, 3.5
    model = constant_volatility(sd, 0.0)
    law = replace(model.dependence, nu=nu)
    marginals = replace(model.marginals, innovations=(StudentT(nu),))
    tilt = tilt_toward_loss(np.eye(1), np.array([sd]), np.array([1.0]), 1)
    sampler = build_sampler(replace(model, marginals=marginals), law, np.array([0]), tilt)
    plan = plan_for(model, 1, (), seed=7)
    book = setting("perfect-hedge").accounts[0].book
    book = book._replace(asset=np.zeros(1, np.int64), quantity=np.ones(1))
    loss, weight = profits(replace(plan, stretches=(Stretch(0, 1, sampler, 1.0),), books=(book,)))
    expected = norm.cdf(-far) if np.isinf(nu) else t.cdf(-far * np.sqrt(nu / (nu - 2)), nu)
    found, gain = Law(weight).share(loss < -far * sd), share_gain(loss < -far * sd, weight)
    figures.append(f"P(return < -3.5 sd), nu {nu}: {found.value:.3e} of {expected:.3e}, gain {gain:.1f}")
    assert found.low < expected < found.high
    assert gain > (10 if np.isinf(nu) else 2)
    assert abs(weight.mean() - 1) < 4 * weight.std() / np.sqrt(PATHS)


def test_groups_of_equal_degrees_of_freedom_weigh_as_the_student_t():
    found = setting("quickstart", *SHORT)
    calm = found.market.model.dependence
    groups = GroupedT(calm.correlation, np.arange(len(calm.correlation)) % 2, np.full(2, calm.nu))
    exposure, weights = np.array([1.0, -0.4]), []
    plan = replace(found.plan("baseline"), contenders=())
    for dependence in (calm, groups):
        tilt = tilt_of(found.market, dependence, found.used, exposure, plan.steps)
        sampler = build_sampler(found.market.model, dependence, found.used, tilt)
        weights.append(profits(replace(plan, stretches=(Stretch(0, plan.steps, sampler, 1.0),)), 500))
    for one, other in zip(*weights, strict=True):
        assert one == pytest.approx(other, rel=1e-9)
    assert np.ptp(weights[0][1]) > 0.5


def test_no_weight_is_given_to_a_copula_without_one_factor():
    model = constant_volatility(0.03, 0.0)
    clayton = Archimedean("survival_clayton", 0.5, 2)
    with pytest.raises(ValueError, match="to be tilted"):
        build_sampler(model, clayton, np.array([0]), np.ones((2, 4)))


def test_a_book_without_risk_has_no_direction():
    with pytest.raises(ValueError, match="direction of loss"):
        tilt_toward_loss(np.ones((2, 2)), np.ones(2), np.array([1.0, -1.0]), 10)
    with pytest.raises(ValueError, match="direction of loss"):
        tilt_toward_loss(np.eye(2), np.ones(2), np.zeros(2), 10)


@pytest.mark.parametrize("block", [64, 999])
def test_weights_and_paths_do_not_depend_on_the_block(block):
    plan = unlived("quickstart", "hedge_breaks", "auto")
    expected, found = profits(plan, 3000), profits(plan, 3000, block)
    assert all(a.tobytes() == b.tobytes() for a, b in zip(expected, found, strict=True))


def test_weights_do_not_depend_on_the_tile():
    plan = unlived("quickstart", "hedge_breaks", "auto")
    one, other = (live_block(plan, 100, workspace(plan, 64, tile)).weight for tile in (1, 16))
    assert one.tobytes() == other.tobytes()


@pytest.mark.parametrize(
    ("name", "scenario"),
    [
        ("quickstart", "hedge_breaks"),
        ("directional-majors", "baseline"),
        ("basket-market-neutral", "baseline"),
    ],
)
def test_weighted_figures_are_those_of_plain_paths(name, scenario, figures):
    plain, even = profits(unlived(name, scenario, "none"), 2 * PATHS)
    moved, weight = profits(unlived(name, scenario, "auto"))
    assert (even == 1).all()
    assert np.array_equal(moved[::2], plain[:PATHS:2])  # the even paths are the plain ones
    assert weight.max() < 2
    assert abs(weight.mean() - 1) < 4 * weight.std() / np.sqrt(PATHS)
    law, first = Law(weight), Law()
    level = -np.quantile(plain, 0.01)
    pairs = {
        "P(loss beyond VaR99)": (first.share(-plain > level), law.share(-moved > level)),
        "mean": (first.mean(plain), law.mean(moved)),
        "VaR99": (first.tails(-plain)[0][2], law.tails(-moved)[0][2]),
        "ES99": (first.tails(-plain)[1][2], law.tails(-moved)[1][2]),
    }
    for what, (one, other) in pairs.items():
        errors = [(e.high - e.low) / 3.92 for e in (one, other)]
        gain = errors[0] ** 2 * 2 / errors[1] ** 2  # of variance at equal numbers of paths
        figures.append(f"importance sampling, {name}, {scenario}, {what}: variance gain {gain:.2f}")
        assert abs(one.value - other.value) < 4 * np.hypot(*errors), what
        if what == "P(loss beyond VaR99)":
            assert gain > 1.2
