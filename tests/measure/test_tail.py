from fractions import Fraction
from math import ceil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, norm, t

from stresskit.measure.tail import (
    expected_shortfall,
    observations_needed,
    order_statistics,
    tail_figures,
    value_at_risk,
)
from tests.golden_cases import golden

LEVELS = (0.95, 0.975, 0.99)


def normal_sample(n):
    return norm.ppf((np.arange(n) + 0.5) / n)


def test_order_statistics_meet_the_golden_case():
    case = golden("risk_figures.json", "order_statistics")
    for (n, level), low, high, coverage in zip(
        case["inputs"]["cases"], *(case["expected"][key] for key in ("lo", "hi", "coverage")), strict=True
    ):
        assert order_statistics(n, level) == (low, high)
        covered = binom.cdf(high - 1, n, level) - binom.cdf(low - 1, n, level)
        assert covered == pytest.approx(coverage, abs=1e-10)


@pytest.mark.parametrize("level", [0.5, 0.9, *LEVELS, 0.999])
@pytest.mark.parametrize("n", [8, 100, 369, 1000, 2000, 12_345, 10_000_000])
def test_order_statistics_agree_with_scipy(n, level):
    assert order_statistics(n, level) == (binom.ppf(0.025, n, level), binom.ppf(0.975, n, level) + 1)


@pytest.mark.parametrize("level", [0.5, 0.9, *LEVELS, 0.999])
def test_needed_observations_are_the_fewest_with_an_upper_end(level):
    needed = observations_needed(level)
    assert order_statistics(needed, level)[1] == needed
    assert order_statistics(needed - 1, level)[1] > needed - 1


def slow_shortfall(losses, level):
    """The quantile function integrated from `level` to 1, observation by observation."""
    losses, exact, n = sorted(losses), Fraction(str(level)), len(losses)
    pieces = ((Fraction(i, n), Fraction(i + 1, n), Fraction(x)) for i, x in enumerate(losses))
    return float(sum((b - max(a, exact)) * x for a, b, x in pieces if b > exact) / (1 - exact))


@given(
    st.lists(st.integers(-1000, 1000), min_size=80, max_size=200),
    st.sampled_from((0.5, 0.9, 0.93, 0.95)),
    st.randoms(use_true_random=False),
)
def test_estimates_equal_their_definitions(losses, level, random):
    ordered = sorted(losses)
    random.shuffle(losses)
    array = np.array(losses, dtype=float)
    quantile, average = value_at_risk(array, level), expected_shortfall(array, level)
    assert quantile.value == ordered[ceil(len(losses) * Fraction(str(level))) - 1]
    low, high = order_statistics(len(losses), level)
    assert (quantile.low, quantile.high) == (ordered[low - 1], ordered[high - 1])
    assert average.value == pytest.approx(slow_shortfall(losses, level), abs=1e-9)
    assert average.low <= average.value <= average.high


@given(st.floats(-1e6, 1e6), st.floats(0.01, 1e4))
def test_estimates_move_and_stretch_with_the_losses(shift, stretch):
    base = normal_sample(500)
    for estimate in (value_at_risk, expected_shortfall):
        before, after = estimate(base, 0.95), estimate(base * stretch + shift, 0.95)
        expected = [x * stretch + shift for x in before[:3]]
        assert after[:3] == pytest.approx(expected, rel=1e-9, abs=1e-6)


def test_dense_samples_meet_the_closed_forms():
    case = golden("risk_figures.json", "standard_laws")
    level = dict(zip(case["inputs"]["alpha"], range(5), strict=True))
    n = 1_000_000
    for name, sample in (("normal", normal_sample(n)), ("t4", t(4).ppf((np.arange(n) + 0.5) / n))):
        quantiles, averages = tail_figures(sample, LEVELS)
        for found, kind in ((quantiles, "var"), (averages, "es")):
            expected = [case["expected"][f"{name}_{kind}"][level[a]] for a in LEVELS]
            assert [x.value for x in found] == pytest.approx(expected, rel=2e-3)


def test_interval_of_the_shortfall_is_that_of_its_influence_function():
    level, n = 0.99, 1_000_000
    q = norm.ppf(level)
    density, beyond = norm.pdf(q), 1 - level
    excess = density - q * beyond
    square = (1 + q * q) * beyond - q * density
    expected = 1.959964 * ((square - excess**2) / n) ** 0.5 / beyond
    found = expected_shortfall(normal_sample(n), level)
    assert found.high - found.value == pytest.approx(expected, rel=2e-3)
    assert found.value - found.low == pytest.approx(expected, rel=2e-3)


def test_one_sorting_gives_the_same_as_many():
    sample = np.random.default_rng(1).standard_t(3, 5000)
    quantiles, averages = tail_figures(sample, (0.99, 0.95, 0.975))
    assert quantiles == [value_at_risk(sample, a) for a in (0.99, 0.95, 0.975)]
    assert averages == [expected_shortfall(sample, a) for a in (0.99, 0.95, 0.975)]


def test_input_is_left_alone():
    sample = np.random.default_rng(2).normal(size=2000)
    before = sample.copy()
    tail_figures(sample, LEVELS)
    assert np.array_equal(sample, before)


@pytest.mark.parametrize("n", [0, 1, 10, 367])
def test_too_small_a_sample_is_undefined(n):
    for estimate in (value_at_risk, expected_shortfall):
        found = estimate(np.arange(float(n)), 0.99)
        assert found[:3] == (None, None, None)
        assert found.reason == f"level 0.99 needs at least 368 paths for a 95 % interval, there are {n}"


def test_sparse_tail_keeps_its_value_and_warns():
    sparse, enough = (expected_shortfall(normal_sample(n), 0.99) for n in (9_900, 10_000))
    assert sparse.value is not None
    assert sparse.reason == "only 99 losses lie in the tail, fewer than 100"
    assert enough.reason is None
    assert value_at_risk(normal_sample(1000), 0.99).reason is None


def test_gains_are_negative_losses():
    sample = normal_sample(1000) - 100.0
    assert value_at_risk(sample, 0.95).value < -90.0
    assert expected_shortfall(sample, 0.95).value < -90.0


def test_sample_without_spread():
    assert expected_shortfall(np.full(5000, 7.0), 0.95) == (7.0, 7.0, 7.0, None)
    assert value_at_risk(np.full(5000, 7.0), 0.95) == (7.0, 7.0, 7.0, None)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_loss_that_is_not_finite_is_refused(bad):
    sample = normal_sample(1000)
    sample[3] = bad
    with pytest.raises(ValueError, match="not finite"):
        value_at_risk(sample, 0.95)


@pytest.mark.parametrize("level", [0.0, 0.49, 1.0, 99.0])
def test_a_level_out_of_range_is_refused(level):
    with pytest.raises(ValueError, match="confidence level"):
        expected_shortfall(normal_sample(1000), level)
