"""Tests of the sizes of losses, of what foretells them, and of whole laws."""

import numpy as np
import pytest
from scipy import stats

from stresskit.measure.backtest.acerbi_szekely import (
    judged,
    z1,
    z1_under_right_forecasts,
    z2,
    z2_under_right_forecasts,
)
from stresskit.measure.backtest.conditional_calibration import conditional_calibration
from stresskit.measure.backtest.dynamic_quantile import dynamic_quantile
from stresskit.measure.backtest.pit import berkowitz, kolmogorov_smirnov
from stresskit.measure.backtest.scores import fissler_ziegel_loss, quantile_loss
from stresskit.measure.linear_book import standard_figures
from tests.golden_cases import golden

P = 0.025
Q, E = standard_figures(1 - P)
VARIANTS = ("hits_and_var", "hits_var_and_squared_pnl")


def world(days, seed, scale=1.0):
    """P&L, VaR and ES of a normal law whose volatility moves; the forecasts are right if `scale` is 1."""
    rng = np.random.default_rng(seed)
    sigma = 1.0 + 0.5 * np.sin(np.arange(days) / 20.0)
    return sigma * rng.standard_normal(days), sigma * Q * scale, sigma * E * scale, sigma


@pytest.mark.parametrize("variant", VARIANTS)
def test_dynamic_quantile_is_a_regression_of_the_hits(variant):
    pnl, var, _, _ = world(500, 3)
    hit = (pnl < -var) - P
    rows = []
    for day in range(4, 500):
        row = [1.0, var[day], *hit[day - 4 : day]]
        rows.append([*row, pnl[day - 1] ** 2] if variant == VARIANTS[1] else row)
    X, y = np.array(rows), hit[4:]
    expected = y @ X @ np.linalg.solve(X.T @ X, X.T @ y) / (P * (1 - P))
    found = dynamic_quantile(pnl, var, P, variant)
    assert found.statistic == pytest.approx(expected, rel=1e-9)
    assert found.degrees == (6 if variant == VARIANTS[0] else 7)
    assert found.p_value == pytest.approx(stats.chi2.sf(expected, found.degrees), rel=1e-9)


def test_dynamic_quantile_counts_only_regressors_that_differ():
    pnl = world(500, 3)[0]
    constant = dynamic_quantile(pnl, np.full(500, 2.0), P, VARIANTS[0])
    assert constant.degrees == 5
    never = dynamic_quantile(pnl, np.full(500, 50.0), P, VARIANTS[0])
    assert (never.degrees, never.statistic) == (1, pytest.approx(496 * P / (1 - P)))
    assert dynamic_quantile(pnl[:8], np.full(8, 2.0), P, VARIANTS[0]).statistic is None


def test_critical_values_of_acerbi_and_szekely(figures):
    case = golden("backtests.json", "acerbi_szekely_critical")
    laws = {"normal": np.inf, "t3": 3.0, "t5": 5.0, "t10": 10.0, "t100": 100.0}
    for name, expected in case["expected"].items():
        words = name.split()
        days, law, share = (1966, words[1], words[2]) if words[0] == "T=1966" else (250, *words)
        p = 0.025
        rare = share == ".01%"
        draws = 400_000 if rare else 50_000
        found = np.quantile(z2_under_right_forecasts(days, p, laws[law], draws, 1), float(share[:-1]) / 100)
        figures.append(f"Acerbi-Szekely Z2, {name}: {found:.3f}, published {expected}")
        tolerance = case["tolerance"]["tail_001_abs" if rare else "abs"]
        assert found == pytest.approx(expected, abs=tolerance)


def test_acerbi_szekely_by_definition():
    pnl, var, es = np.array([-3.0, 1.0, -1.0, -5.0]), np.full(4, 2.0), np.array([2.5, 2.5, 2.5, 4.0])
    assert z1(pnl, var, es) == pytest.approx(1 - (3 / 2.5 + 5 / 4) / 2)
    assert z2(pnl, var, es, 0.1) == pytest.approx(1 - (3 / 2.5 + 5 / 4) / (4 * 0.1))
    assert (z1(np.ones(4), var, es), z2(np.ones(4), var, es, 0.1)) == (None, 1.0)
    null = z2_under_right_forecasts(250, P)
    assert judged(-3.0, null).p_value < 0.01 < 0.3 < judged(0.0, null).p_value
    assert judged(None, null).reason == "no failure"
    assert z1_under_right_forecasts(6, P).mean() == pytest.approx(0.0, abs=0.01)
    assert null.mean() == pytest.approx(0.0, abs=0.01)


def test_conditional_calibration_by_definition():
    pnl, var, es, sigma = world(800, 5)
    q, e, hit = -var, -es, pnl <= -var
    V = np.column_stack((P - hit, e - q + (q - pnl) * hit / P))
    H = np.column_stack((V[:, 0], np.abs(q) * V[:, 0], V[:, 1], V[:, 1] / sigma))
    for moments, deviation in ((V, None), (H, sigma)):
        mean, second = moments.mean(axis=0), moments.T @ moments / 800
        expected = 800 * mean @ np.linalg.inv(second) @ mean
        found = conditional_calibration(pnl, var, es, P, deviation)
        assert found.two_sided.statistic == pytest.approx(expected, rel=1e-8)
        assert found.two_sided.degrees == moments.shape[1]
    never = conditional_calibration(np.ones(9), np.full(9, 2.0), np.full(9, 3.0), P)
    assert (never.two_sided.statistic, never.one_sided_p) == (None, None)
    assert never.two_sided.reason


def test_one_sided_calibration_blames_only_risk_called_too_small():
    low, high = (conditional_calibration(*world(3000, 8, scale)[:3], P) for scale in (0.8, 1.25))
    assert low.one_sided_p < 0.01
    assert high.one_sided_p > 0.5
    assert high.two_sided.p_value < 0.05


def test_losses_are_smallest_for_the_right_forecasts():
    right = world(200_000, 1)
    for scale in (0.7, 0.85, 1.2, 1.5):
        other = world(200_000, 1, scale)
        assert quantile_loss(*right[:2], P).mean() < quantile_loss(*other[:2], P).mean()
        assert fissler_ziegel_loss(*right[:3], P).mean() < fissler_ziegel_loss(*other[:3], P).mean()


def test_losses_by_hand():
    pnl, var, es = np.array([-4.0, 1.0]), np.full(2, 2.0), np.full(2, 3.0)
    assert quantile_loss(pnl, var, 0.1) == pytest.approx([(0.1 - 1) * -2, 0.1 * 3])
    expected = [-(-2 + 4) / (0.1 * -3) + 2 / 3 + np.log(3) - 1, 2 / 3 + np.log(3) - 1]
    assert fissler_ziegel_loss(pnl, var, es, 0.1) == pytest.approx(expected)


def test_transforms_agree_with_scipy_and_a_likelihood():
    u = np.random.default_rng(2).random(700) ** 1.1
    found, expected = kolmogorov_smirnov(u), stats.kstest(u, "uniform")
    assert found.statistic == pytest.approx(expected.statistic, rel=1e-12)
    assert found.p_value == pytest.approx(expected.pvalue, abs=0.005)
    z = stats.norm.ppf(u)
    slope, centre = np.polyfit(z[:-1], z[1:], 1)
    left = z[1:] - centre - slope * z[:-1]
    logs = stats.norm.logpdf(left, scale=left.std()).sum() - stats.norm.logpdf(z[1:]).sum()
    assert berkowitz(u).statistic == pytest.approx(2 * logs, rel=1e-9)
    assert berkowitz(np.full(50, 0.4)).statistic is None
    assert berkowitz(u[:5]).reason


def test_sizes_and_power_of_the_tests(figures):
    """Shares of rejections at 5 % of right forecasts, and of a VaR a quarter too small."""
    tests = {
        "dynamic quantile, hits and VaR": lambda x: dynamic_quantile(x[0], x[1], P, VARIANTS[0]),
        "dynamic quantile, with squared P&L": lambda x: dynamic_quantile(x[0], x[1], P, VARIANTS[1]),
        "simple calibration": lambda x: conditional_calibration(*x[:3], P).two_sided,
        "general calibration": lambda x: conditional_calibration(*x[:3], P, x[3]).two_sided,
    }
    for name, test in tests.items():
        size, power = (
            np.mean([test(world(2000, seed, scale)).p_value < 0.05 for seed in range(200)])
            for scale in (1.0, 0.75)
        )
        figures.append(f"size and power at 5 %, {name}: {size:.3f}, {power:.3f}")
        assert size < 0.16
        assert power > 0.9


@pytest.mark.parametrize(
    "call",
    [
        lambda: dynamic_quantile(np.ones(50), np.ones(50), P, "engle"),
        lambda: dynamic_quantile(np.ones(50), np.ones(49), P, VARIANTS[0]),
        lambda: z1(np.ones(5), np.ones(5), np.zeros(5)),
        lambda: z2(np.full(5, np.nan), np.ones(5), np.ones(5), P),
        lambda: z1_under_right_forecasts(0, P),
        lambda: conditional_calibration(np.ones(5), np.ones(5), np.ones(4), P),
        lambda: conditional_calibration(np.ones(5), np.ones(5), np.ones(5), P, np.zeros(5)),
        lambda: fissler_ziegel_loss(np.ones(5), np.ones(5), np.zeros(5), P),
        lambda: kolmogorov_smirnov(np.array([0.0, 0.5])),
        lambda: berkowitz(np.array([])),
    ],
)
def test_what_makes_no_sense_is_refused(call):
    with pytest.raises(ValueError, match=r"variant|days|shortfall|finite|failure|deviation|between"):
        call()
