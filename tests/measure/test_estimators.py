"""Harrell-Davis, batch means and the Pareto tail: definitions, golden cases, weights, degenerate samples."""

import csv

import numpy as np
import pytest
from scipy import stats
from scipy.stats import mstats

from stresskit.measure.batch_means import shortfall_by_batches, tail_average
from stresskit.measure.harrell_davis import harrell_davis
from stresskit.measure.ordered import ordered
from stresskit.measure.pareto_tail import fit_tail, pareto_figures, tail_share
from stresskit.measure.tail import expected_shortfall, value_at_risk
from tests.golden_cases import golden
from tests.shared_folder import shared

ESTIMATORS = (
    harrell_davis,
    shortfall_by_batches,
    lambda *args: pareto_figures(*args)[0],
    lambda *args: pareto_figures(*args)[1],
)


def losses(n, seed=0):
    return np.random.default_rng(seed).standard_t(4, n)


@pytest.mark.parametrize("n", [400, 1000, 5000])
def test_harrell_davis_agrees_with_scipy(n):
    x = losses(n)
    for level in (0.9, 0.95, 0.99):
        assert harrell_davis(x, level).value == pytest.approx(mstats.hdquantiles(x, level)[0], rel=1e-9)
        error = mstats.mjci(x, level)[0]  # scipy rounds the rank and adds none to the sample
        found = harrell_davis(x, level)
        assert (found.high - found.low) / 2 / 1.96 == pytest.approx(error, rel=0.3)


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("weight", [1.0, 0.3])
def test_equal_weights_give_the_plain_figures(estimator, weight):
    x = losses(20_000)
    assert estimator(x, 0.99, np.full(x.size, weight))[:3] == pytest.approx(estimator(x, 0.99)[:3], rel=1e-6)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_a_weight_of_two_is_a_loss_that_stands_twice(estimator):
    x = np.sort(losses(40_000))
    weight = 1.0 + (np.arange(x.size) % 2)
    twice = np.random.default_rng(3).permutation(np.repeat(x, weight.astype(int)))
    mixed = np.random.default_rng(4).permutation(x.size)
    found, expected = estimator(x[mixed], 0.99, weight[mixed]), estimator(twice, 0.99)
    assert found.value == pytest.approx(expected.value, rel=1e-2)
    assert found.high - found.low > 0.5 * (expected.high - expected.low)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_figures_move_and_stretch_with_the_losses(estimator):
    x = losses(20_000)
    expected = [value * 1000.0 + 50.0 for value in estimator(x, 0.99)[:3]]
    assert estimator(x * 1000.0 + 50.0, 0.99)[:3] == pytest.approx(expected, rel=1e-4)


def test_batches_average_what_the_plain_figure_does():
    x = losses(20_000)
    assert shortfall_by_batches(x, 0.99).value == pytest.approx(expected_shortfall(x, 0.99).value, rel=1e-12)
    assert ordered(x, 0.99).quantile == value_at_risk(x, 0.99).value
    even = np.ones(x.size)
    assert tail_average(ordered(x, 0.99, even), 0.99) == pytest.approx(expected_shortfall(x, 0.99).value)


def test_the_threshold_rule():
    assert tail_share(1000, 0.99) == 0.1
    assert tail_share(100_000, 0.99) == pytest.approx(1.5 * 100_000 ** (2 / 3) / 100_000)
    assert tail_share(1e9, 0.99) == pytest.approx(0.02)
    assert tail_share(1000, 0.95) == pytest.approx(0.1)


def test_pareto_tail_of_a_pareto_law_is_exact_but_for_chance():
    law = stats.genpareto(0.3)
    x = law.ppf((np.arange(200_000) + 0.5) / 200_000)
    quantile, average = pareto_figures(x, 0.99)
    exact = law.ppf(0.99)
    assert quantile.value == pytest.approx(exact, rel=2e-3)
    assert average.value == pytest.approx((exact + 1.0) / 0.7, rel=5e-3)
    assert quantile.low < exact < quantile.high


def test_danish_fire_losses_as_published():
    case = golden("risk_figures.json", "danish_fire_figures")
    with shared("data/reference-series/danish.csv").open(encoding="utf-8") as file:
        x = np.array([float(row[-1]) for row in list(csv.reader(file))[1:]])
    share = np.mean(x > case["inputs"]["threshold"])
    sample = ordered(x, 1 - share)
    tail = fit_tail(sample._replace(losses=np.where(np.arange(x.size) == sample.place, 10.0, sample.losses)))
    assert tail.threshold == 10.0
    for name, level in (("99", 0.99), ("995", 0.995)):
        tolerance = case["tolerance"]["rel"]
        assert tail.value_at_risk(level).value == pytest.approx(case["expected"][f"var{name}"], rel=tolerance)
        assert tail.expected_shortfall(level).value == pytest.approx(
            case["expected"][f"es{name}"], rel=tolerance
        )


@pytest.mark.parametrize("n", [1, 10, 367])
@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_too_small_a_sample_is_undefined_and_says_why(estimator, n):
    found = estimator(np.arange(float(n)), 0.99)
    assert found[:3] == (None, None, None)
    assert found.reason


def test_losses_that_are_all_equal():
    x = np.full(20_000, 7.0)
    assert harrell_davis(x, 0.99)[:3] == pytest.approx((7.0, 7.0, 7.0))
    assert shortfall_by_batches(x, 0.99)[:3] == pytest.approx((7.0, 7.0, 7.0))
    for found in pareto_figures(x, 0.99):
        assert found[:3] == (None, None, None)
        assert found.reason == "0 losses lie beyond the threshold of the tail, fewer than 25"


@pytest.mark.parametrize(
    ("loss", "level", "weight", "text"),
    [
        (np.array([]), 0.99, None, "without a single loss"),
        (np.array([1.0, np.nan]), 0.99, None, "not finite"),
        (np.ones(3), 1.0, None, "confidence level"),
        (np.ones(3), 0.99, np.ones(2), "2 weights for 3 losses"),
        (np.ones(3), 0.99, np.array([1.0, -1.0, 1.0]), "not negative"),
        (np.ones(3), 0.99, np.zeros(3), "not all zero"),
    ],
)
@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_what_makes_no_sense_is_refused(estimator, loss, level, weight, text):
    with pytest.raises(ValueError, match=text):
        estimator(loss, level, weight)


def test_too_few_batches_are_refused():
    with pytest.raises(ValueError, match="at least 2 batches"):
        shortfall_by_batches(losses(20_000), 0.99, None, 1)
