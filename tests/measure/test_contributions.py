"""Euler contributions add up, meet the closed form of a linear book, and hold it as often as they say."""

import numpy as np
import pytest

from stresskit.measure.contributions import contributions, marginal
from stresskit.measure.harrell_davis import harrell_davis
from stresskit.measure.linear_book import linear_figures
from stresskit.measure.liquidation_causes import causes_by_loss, causes_by_trigger
from stresskit.measure.tail import expected_shortfall
from tests.golden_cases import golden

CASE = golden("risk_figures.json", "linear_book")["inputs"]
EXPOSURE, SD = np.array(CASE["exposure"]), np.array(CASE["sd"])
SIGMA = np.outer(SD, SD) * np.array(CASE["corr"])
EXACT = linear_figures(EXPOSURE, SIGMA, 0.99)


def drawn(n, seed=0):
    """Losses (paths, legs) of the golden book under the normal law."""
    factor = np.linalg.cholesky(SIGMA)
    return -np.random.default_rng(seed).standard_normal((n, 4)) @ factor.T * EXPOSURE


def values(shares):
    return np.array([found.value for found in shares.components])


@pytest.mark.parametrize("weighted", [False, True])
def test_components_add_up_to_the_figures(weighted):
    losses = drawn(5000)
    weight = np.random.default_rng(1).uniform(0.5, 2.0, 5000) if weighted else None
    var, es = contributions(losses, 0.99, weight)
    assert values(var).sum() == pytest.approx(var.total, rel=1e-12)
    assert values(es).sum() == pytest.approx(es.total, rel=1e-12)
    assert var.total == pytest.approx(harrell_davis(losses.sum(axis=1), 0.99, weight).value, rel=1e-12)
    if not weighted:
        assert es.total == pytest.approx(expected_shortfall(losses.sum(axis=1), 0.99).value, rel=1e-12)


def test_components_of_factors_are_the_sums_of_their_positions():
    losses = drawn(5000)
    factors = np.column_stack((losses[:, :2].sum(axis=1), losses[:, 2:].sum(axis=1)))
    for position, factor in zip(contributions(losses, 0.99), contributions(factors, 0.99), strict=True):
        expected = values(position).reshape(2, 2).sum(axis=1)
        assert values(factor) == pytest.approx(expected, rel=1e-9)


def test_a_million_paths_meet_the_closed_forms():
    case = golden("risk_figures.json", "linear_book_components")["expected"]
    var, es = contributions(drawn(1_000_000), 0.99)
    assert values(var) == pytest.approx(case["components"], abs=3 * 120.0)  # only some 300 paths lie near
    assert values(es) == pytest.approx(EXACT.expected_shortfall_components, rel=0.02)
    assert marginal(var, EXPOSURE) == pytest.approx(case["marginal"], abs=3 * 120.0 / 20_000)
    assert var.incremental == pytest.approx(case["incremental"], rel=0.03)
    alone = [linear_figures(EXPOSURE[i : i + 1], SIGMA[i : i + 1, i : i + 1], 0.99)[0] for i in range(4)]
    assert var.standalone == pytest.approx(alone, rel=0.01)
    assert var.diversification == pytest.approx(sum(alone) - EXACT.value_at_risk, rel=0.01)


def test_intervals_of_the_components_hold_the_truth(figures):
    truth = np.array([EXACT.value_at_risk_components, EXACT.expected_shortfall_components])
    rounds, held = 100, np.zeros((2, 4))
    for seed in range(rounds):
        for row, shares in enumerate(contributions(drawn(20_000, seed), 0.99)):
            ends = np.array([[found.low, found.high] for found in shares.components])
            held[row] += (ends[:, 0] <= truth[row]) & (truth[row] <= ends[:, 1])
    for name, share in zip(("VaR", "ES"), held / rounds, strict=True):
        figures.append(
            f"coverage, {rounds} worlds of 20,000 paths, Euler {name} components: {share.tolist()}"
        )
        assert ((share >= 0.87) & (share <= 1.0)).all()


def test_equal_losses_are_shared_as_they_are():
    var, es = contributions(np.tile([3.0, -1.0], (5000, 1)), 0.99)
    for shares in (var, es):
        assert values(shares) == pytest.approx([3.0, -1.0])
        assert shares.total == pytest.approx(2.0)
        assert [found.high - found.low for found in shares.components] == pytest.approx([0.0, 0.0], abs=1e-9)


def test_a_perfect_hedge_contributes_nothing_together():
    leg = np.random.default_rng(0).standard_normal(5000)
    var, es = contributions(np.column_stack((leg, -leg)), 0.99)
    assert (var.total, es.total) == (0.0, 0.0)
    assert var.diversification == pytest.approx(var.standalone.sum())
    assert var.standalone.min() > 2.0


@pytest.mark.parametrize(
    ("losses", "text"),
    [
        (np.ones((100, 2)), "at least 368 paths"),
        (np.ones((500, 0)), "one leg or more"),
        (np.ones(500), "one leg or more"),
        (np.full((500, 1), np.nan), "not finite"),
    ],
)
def test_what_makes_no_sense_is_refused(losses, text):
    with pytest.raises(ValueError, match=text):
        contributions(losses, 0.99)


def test_no_exposure_has_no_marginal_figure():
    with pytest.raises(ValueError, match="have an exposure"):
        marginal(contributions(drawn(500), 0.99)[0], np.array([1.0, 0.0, 1.0, 1.0]))


@pytest.mark.parametrize("weighted", [False, True])
def test_causes_add_up_to_the_probability(weighted):
    rng = np.random.default_rng(5)
    losses, n = rng.normal(1.0, 2.0, (4000, 3)), 4000
    hits, weight = rng.random(n) < 0.1, rng.uniform(0.5, 2.0, n) if weighted else None
    trigger = np.where(hits, rng.integers(-1, 3, n), -1)
    for found in (causes_by_trigger(trigger, hits, 3, weight), causes_by_loss(losses, hits, weight)):
        parts = sum(leg.value for leg in found.legs) + found.none.value
        assert parts == pytest.approx(found.total.value, rel=1e-12)
        assert all(leg.low <= leg.value <= leg.high for leg in found.legs)


def test_the_leg_that_lost_is_the_cause():
    hits = np.array([True, True, False, False])
    losses = np.array([[3.0, 1.0], [6.0, -2.0], [np.nan, 9.0], [1.0, 1.0]])
    found = causes_by_loss(losses, hits)
    assert [leg.value for leg in found.legs] == pytest.approx([(0.75 + 1.5) / 4, (0.25 - 0.5) / 4])
    assert found.none.value == 0.0


def test_causes_of_nothing_and_of_everything():
    never, always = np.zeros(50, bool), np.ones(50, bool)
    assert [leg.value for leg in causes_by_trigger(np.full(50, -1), never, 2).legs] == [0.0, 0.0]
    found = causes_by_trigger(np.zeros(50, int), always, 2)
    assert (found.total.value, found.legs[0].value, found.legs[1].value) == (1.0, 1.0, 0.0)
    with pytest.raises(ValueError, match="from -1 to 1"):
        causes_by_trigger(np.full(50, 2), always, 2)
    with pytest.raises(ValueError, match="at least one"):
        causes_by_trigger(np.zeros(0, int), np.zeros(0, bool), 2)
