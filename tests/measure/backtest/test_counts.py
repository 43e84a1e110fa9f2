"""Tests of number and order of the failures: published cases, hand counts, degenerate series."""

import json

import numpy as np
import pytest
from scipy import optimize, stats

from stresskit.measure.backtest.christoffersen import (
    Transitions,
    conditional_coverage,
    coverage_of,
    independence,
    transitions,
)
from stresskit.measure.backtest.duration import durations, weibull_duration
from stresskit.measure.backtest.first_failure import (
    mixed,
    time_between_failures,
    time_until_first_failure,
    waits_of,
)
from stresskit.measure.backtest.kupiec import proportion_of_failures
from stresskit.measure.backtest.traffic_light import multiplier, plus_factor, traffic_light
from tests.golden_cases import golden
from tests.shared_folder import shared

COVERED = {
    "var.standard",
    "var.linear",
    "var.euler",
    "var.orderstat_ci",
    "var.gpd.danish",
    "bt.matlab.n95",
    "bt.kupiec.regions",
    "bt.kupiec.zero",
    "bt.basel",
    "bt.acerbi_szekely.crit",
}
ELSEWHERE = {"var.mc_gain"}  # gains of variance reduction: a matter of how paths are drawn


def test_no_shared_case_of_risk_figures_is_missing():
    cases = json.loads(shared("golden/models.json").read_text(encoding="utf-8"))["cases"]
    areas = {"var_es", "evt", "backtest"}
    assert {case["id"] for case in cases if case["area"] in areas} == COVERED | ELSEWHERE


def test_the_published_example():
    case = golden("backtests.json", "matlab_example")
    given, expected, tolerance = case["inputs"], case["expected"], case["tolerance"]["abs"]
    count = proportion_of_failures(given["x"], given["N"], given["p"])
    alone = independence(Transitions(*(given[name] for name in ("n00", "n01", "n10", "n11"))))
    both = coverage_of(count, alone)
    for found, name in ((count, "pof"), (alone, "ind"), (both, "cc")):
        assert found.statistic == pytest.approx(expected[f"LR_{name}"], abs=tolerance)
        assert found.p_value == pytest.approx(expected[f"p_{name}"], abs=tolerance)
    light = traffic_light(given["x"], given["N"], given["p"])
    assert light.zone == expected["tl_zone"]
    assert light.cumulative == pytest.approx(expected["tl_cum_prob"], abs=tolerance)
    assert light.type_one == pytest.approx(expected["tl_type1"], abs=tolerance)


def test_the_regions_of_kupiec():
    case = golden("backtests.json", "kupiec_regions")
    for days in case["inputs"]["T"]:
        for p, ends in zip(case["inputs"]["p"], case["expected"][str(days)], strict=True):
            kept = [x for x in range(days) if proportion_of_failures(x, days, p).statistic < 3.841]
            assert [kept[0], kept[-1]] == ends


def test_no_failure_and_nothing_but_failures():
    case = golden("backtests.json", "kupiec_without_failure")
    found = proportion_of_failures(0, 250, 0.01)
    assert found.statistic == pytest.approx(case["expected"]["LR"], rel=case["tolerance"]["rel"])
    assert found.p_value == pytest.approx(case["expected"]["p"], rel=case["tolerance"]["rel"])
    assert proportion_of_failures(250, 250, 0.01).statistic == pytest.approx(-500 * np.log(0.01))
    for hits in (np.zeros(250, bool), np.ones(250, bool)):
        assert independence(transitions(hits)) == (0.0, 1.0, 1, None)
        assert conditional_coverage(hits, 0.01).statistic == proportion_of_failures(hits.sum(), 250, 0.01)[0]


def test_many_failures_do_not_underflow():
    found = proportion_of_failures(5_000, 100_000, 0.01)
    assert np.isfinite(found.statistic)
    assert found.p_value == 0.0
    hits = np.random.default_rng(0).random(100_000) < 0.05
    assert np.isfinite(conditional_coverage(hits, 0.01).statistic)


def test_the_traffic_light():
    case = golden("backtests.json", "traffic_light")
    for i, k in enumerate(case["inputs"]["k"]):
        light = traffic_light(k, 250, 0.01)
        assert 100 * light.cumulative == pytest.approx(
            case["expected"]["cum"][i], abs=case["tolerance"]["abs"]
        )
        assert light.zone == case["expected"]["zone"][i]
        assert plus_factor(k) == case["expected"]["plus_factor_1996"][i]
        assert multiplier(k) == case["expected"]["frtb_multiplier"][i]
    assert (traffic_light(0, 250, 0.01).type_one, traffic_light(250, 250, 0.01).cumulative) == (1.0, 1.0)
    assert plus_factor(60) == 1.0


@pytest.mark.parametrize(("first", "p"), [(1, 0.01), (2, 0.01), (58, 0.05), (300, 0.01)])
def test_time_until_first_failure_by_its_definition(first, p):
    own = 1 / first
    best = np.log(own) + (first - 1) * np.log1p(-own) if first > 1 else 0.0
    expected = 2 * (best - np.log(p) - (first - 1) * np.log1p(-p))
    found = time_until_first_failure(first, p)
    assert found.statistic == pytest.approx(max(expected, 0.0), rel=1e-9)
    assert found.p_value == pytest.approx(stats.chi2.sf(found.statistic, 1))


def test_time_between_failures_sums_the_waits():
    hits = np.zeros(40, bool)
    hits[[4, 5, 20]] = True
    assert waits_of(hits) == [5, 1, 15]
    found = time_between_failures([5, 1, 15], 0.05)
    parts = [time_until_first_failure(wait, 0.05).statistic for wait in (5, 1, 15)]
    assert (found.statistic, found.degrees) == (pytest.approx(sum(parts)), 3)
    both = mixed(hits, 0.05)
    assert both.statistic == pytest.approx(sum(parts) + proportion_of_failures(3, 40, 0.05).statistic)
    assert both.degrees == 4
    for nothing in (
        time_until_first_failure(None, 0.05),
        time_between_failures([], 0.05),
        mixed(hits & False, 0.05),
    ):
        assert (nothing.statistic, nothing.p_value, nothing.reason) == (None, None, "no failure")


def test_transitions_by_hand():
    hits = np.array([0, 1, 1, 0, 0, 0, 1], bool)
    assert transitions(hits) == (2, 2, 1, 1)
    expected = 2 * (2 * np.log(0.5) + 2 * np.log(0.5) + 2 * np.log(0.5) - 3 * np.log(0.5) - 3 * np.log(0.5))
    assert independence(transitions(hits)).statistic == pytest.approx(expected, abs=1e-12)


def test_durations_are_censored_at_the_ends():
    hits = np.zeros(20, bool)
    hits[[3, 7, 15]] = True
    found = durations(hits)
    assert found.days.tolist() == [4, 4, 8, 4]
    assert found.censored.tolist() == [True, False, False, True]
    hits[[0, 19]] = True
    found = durations(hits)
    assert found.days.tolist() == [3, 4, 8, 4]
    assert not found.censored.any()


def test_weibull_by_a_search_over_both_parameters():
    hits = np.random.default_rng(7).random(2000) < 0.02
    hits[np.flatnonzero(hits)[::3] + 1] = True
    days, censored = durations(hits)

    def cost(x):
        a, b = np.exp(x)
        whole = b * np.log(a) + np.log(b) + (b - 1) * np.log(days)
        return -np.sum(np.where(censored, 0.0, whole) - (a * days) ** b)

    options = {"xatol": 1e-10, "fatol": 1e-12}
    best = optimize.minimize(cost, [-4.0, 0.0], method="Nelder-Mead", options=options)
    plain = optimize.minimize_scalar(lambda x: cost((x, 0.0)), bounds=(-10, 2), method="bounded")
    found, shape = weibull_duration(hits)
    assert found.statistic == pytest.approx(2 * (plain.fun - best.fun), abs=1e-6)
    assert shape == pytest.approx(np.exp(best.x[1]), rel=1e-4)
    assert shape < 0.8


def test_weibull_of_too_little_and_of_too_much():
    for hits in (np.zeros(250, bool), np.eye(1, 250, 30, dtype=bool)[0]):
        found, shape = weibull_duration(hits)
        assert (found.statistic, shape) == (None, None)
        assert found.reason.startswith("fewer than two")
    found, shape = weibull_duration(np.ones(250, bool))
    assert np.isfinite(found.statistic)
    assert shape == pytest.approx(20.0, rel=1e-3)


def test_sizes_under_right_forecasts(figures):
    """Shares of rejections at 5 % among 500 series of 1,000 days with failures of 5 %."""
    hits = np.random.default_rng(1).random((500, 1000)) < 0.05
    tests = {
        "Kupiec": lambda h: proportion_of_failures(int(h.sum()), h.size, 0.05),
        "Christoffersen independence": lambda h: independence(transitions(h)),
        "Christoffersen coverage": lambda h: conditional_coverage(h, 0.05),
        "Weibull": lambda h: weibull_duration(h)[0],
    }
    for name, test in tests.items():
        share = np.mean([test(h).p_value < 0.05 for h in hits])
        figures.append(f"size at 5 %, {name}: {share:.3f}")
        assert 0.02 < share < 0.13


@pytest.mark.parametrize(
    "call",
    [
        lambda: proportion_of_failures(3, 2, 0.01),
        lambda: proportion_of_failures(0, 0, 0.01),
        lambda: proportion_of_failures(1, 10, 0.0),
        lambda: time_until_first_failure(0, 0.01),
        lambda: traffic_light(-1, 250, 0.01),
        lambda: independence(Transitions(0, 0, 0, 0)),
    ],
)
def test_what_makes_no_sense_is_refused(call):
    with pytest.raises(ValueError, match=r"failure|days|wait|pair"):
        call()
