"""Marginal fits: against a plain recursion, published figures, and parameters that are known."""

import json
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from stresskit.domain import Float1D
from stresskit.model.fit import _search, fit_marginal
from stresskit.model.fit_box import BOUND_TEXT, Parameters, build_box
from stresskit.model.fit_likelihood import Likelihood, free_fit
from tests.shared_folder import shared

HOUR, DAY = 3600, 86400
TRUE = Parameters(4e-7, 0.05, 0.06, 0.90, 5.0)


def simulate(at: Parameters, n: int, seed: int) -> Float1D:
    """Plain GJR-GARCH path from the long-run level."""
    random = np.random.default_rng(seed)
    z = (
        random.standard_t(at.nu, n) * math.sqrt((at.nu - 2) / at.nu)
        if np.isfinite(at.nu)
        else random.normal(size=n)
    )
    h, returns = at.omega / (1 - at.persistence), np.empty(n)
    for i in range(n):
        returns[i] = math.sqrt(h) * z[i]
        h = at.omega + (at.alpha + at.gamma * (returns[i] < 0)) * returns[i] ** 2 + at.beta * h
    return returns


def recursion(at: Parameters, returns: Float1D, start: float) -> Float1D:
    """Variances (observations + 1,): the last is of the coming step."""
    h = [at.omega + at.persistence * start]
    for r in returns:
        h.append(at.omega + (at.alpha + at.gamma * (r < 0)) * r * r + at.beta * h[-1])
    return np.array(h)


@pytest.fixture(scope="module")
def path() -> Float1D:
    return simulate(TRUE, 20_000, 1)


@pytest.mark.parametrize("kind", ["garch", "gjr_garch"])
@pytest.mark.parametrize("innovations", ["normal", "student_t"])
def test_targeting_likelihood_residuals_and_state_by_a_plain_recursion(
    path: Float1D, kind: str, innovations: str
) -> None:
    fit = fit_marginal(path, HOUR, kind, innovations)
    at, v = fit.parameters, fit.long_run_variance
    assert v == pytest.approx(np.mean(path**2), rel=1e-12)
    assert at.omega == pytest.approx(v * (1 - at.persistence), rel=1e-12)
    assert (at.gamma == 0.0) == (kind == "garch")
    assert np.isinf(at.nu) == (innovations == "normal")
    h = recursion(at, path, v)
    assert fit.current_variance == pytest.approx(h[-1], rel=1e-12)
    np.testing.assert_allclose(fit.residuals, path / np.sqrt(h[:-1]), rtol=1e-10)
    law = stats.norm(scale=np.sqrt(h[:-1]))
    if innovations == "student_t":
        law = stats.t(at.nu, scale=np.sqrt(h[:-1] * (at.nu - 2) / at.nu))
    percent = law.logpdf(path).sum() - len(path) * math.log(100)
    assert fit.diagnostics["loglik"] == pytest.approx(percent, abs=1e-5)
    assert fit.diagnostics["converged"]


def test_a_simulated_model_is_recovered(path: Float1D) -> None:
    fit = fit_marginal(path, HOUR, "gjr_garch", "student_t")
    errors = fit.diagnostics["standard_errors"]
    for name in ("alpha", "gamma", "beta", "nu"):
        assert abs(getattr(fit.parameters, name) - getattr(TRUE, name)) < 4 * errors[name]
    assert errors["beta"] < 0.02
    assert fit.diagnostics["bounds"] == []
    assert fit.diagnostics["free"]["loglik"] >= fit.diagnostics["loglik"] - 1e-3


def test_nothing_near_the_fit_is_more_likely(path: Float1D) -> None:
    fit = fit_marginal(path, HOUR, "gjr_garch", "student_t")
    v = fit.long_run_variance
    box = build_box("gjr_garch", "student_t", 1440, v)
    likelihood = Likelihood(path, v, "gjr_garch")
    x = box.point(fit.parameters)
    best = likelihood.value(box.parameters(x))
    for i in range(len(x)):
        for move in (-0.02, 0.02):
            other = x.copy()
            other[i] += move
            assert likelihood.value(box.parameters(other)) < best


def test_the_guard_is_a_half_life_in_time_and_its_hit_is_reported() -> None:
    drift = np.repeat([0.01, 0.03], 1500)
    returns = drift * np.random.default_rng(2).normal(size=3000)
    guard = BOUND_TEXT["half_life", 1]
    for step, days in ((DAY, 60), (DAY, 20), (HOUR, 5)):
        fit = fit_marginal(returns, step, "garch", "normal", days * DAY)
        assert fit.parameters.persistence == pytest.approx(0.5 ** (step / (days * DAY)), rel=1e-9)
        assert fit.diagnostics["half_life_days"] == pytest.approx(days)
        assert fit.diagnostics["bounds"] == [guard]
        assert fit.diagnostics["free"]["unit_persistence"] or fit.diagnostics["free"]["persistence"] > 0.99


def test_normal_returns_lead_nu_to_its_upper_bound_and_wild_ones_to_its_lower() -> None:
    random = np.random.default_rng(3)
    calm = fit_marginal(0.01 * random.uniform(-1, 1, 2000), DAY, "garch", "student_t")
    assert BOUND_TEXT["nu", 1] in calm.diagnostics["bounds"]
    wild = fit_marginal(0.001 * random.standard_t(1.2, 2000), DAY, "garch", "student_t")
    assert BOUND_TEXT["nu", 0] in wild.diagnostics["bounds"]
    assert wild.diagnostics["standard_errors"]["nu"] is None


def test_only_falls_moving_the_variance_is_a_reported_bound() -> None:
    at = Parameters(1e-6, 0.0, 0.15, 0.90, np.inf)
    fit = fit_marginal(simulate(at, 5000, 4), HOUR, "gjr_garch", "normal")
    assert fit.parameters.alpha == pytest.approx(0.0, abs=0.02)
    assert (fit.parameters.alpha < 1e-5) == (BOUND_TEXT["tilt", 1] in fit.diagnostics["bounds"])


def test_points_and_parameters_are_each_others_inverse() -> None:
    box = build_box("gjr_garch", "student_t", 1440, 2.0)
    for at in (TRUE, Parameters(0.0, 0.2, -0.1, 0.5, 30.0), Parameters(0.0, 0.0, 0.1, 0.9, 2.5)):
        there = box.parameters(box.point(at))
        assert there[1:] == pytest.approx(at[1:], abs=1e-12)
        assert there.omega == pytest.approx(2.0 * (1 - at.persistence))
    outside = box.parameters(box.point(Parameters(0.0, 0.3, 0.0, 0.9, 2.0)))
    assert outside.persistence == pytest.approx(0.5 ** (1 / 1440))
    assert outside.nu == pytest.approx(2.1)


@pytest.mark.parametrize(
    ("returns", "guard", "message"),
    [
        (np.full(99, 0.01), 60 * DAY, "at least 100 returns that vary"),
        (np.zeros(500), 60 * DAY, "at least 100 returns that vary"),
        (np.resize([0.01, -0.01], 500), HOUR, "at least one step"),
    ],
)
def test_what_cannot_be_fitted_is_refused(returns: Float1D, guard: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit_marginal(returns, DAY, "garch", "normal", guard)


def golden(name: str) -> dict[str, Any]:
    cases = json.loads(shared("golden/models.json").read_text())["cases"]
    return next(case for case in cases if case["id"] == name)


def test_the_free_fit_meets_the_tsp_benchmark_when_it_is_given_the_backcast() -> None:
    """DEM/GBP, TSP variant MLNEWT1; the mean is held at its published estimate."""
    case = golden("garch.tsp.mlnewt1")
    series = pd.read_csv(shared(f"data/reference-series/{case['inputs']['data']['file']}"))
    data = series["V1"].to_numpy(dtype=float)
    expected = case["expected"]
    found, report = free_fit(data - expected["mu"], case["inputs"]["backcast"], "garch", "normal")
    assert len(data) == 1974
    assert report["loglik"] == pytest.approx(expected["loglik"], abs=case["tolerance"]["loglik_abs"])
    for name in ("omega", "alpha", "beta"):
        assert getattr(found, name) == pytest.approx(expected[name], rel=5e-4)


def test_the_target_of_the_shared_daily_fits_explains_them_to_the_digit() -> None:
    """What `calibration_defaults.json` did differently from us, on its own sample from 2021-01-01.

    It fitted log-returns with a mean, capped the persistence at 0.99 (a half-life of 69 days,
    ours is 60), and aimed at the variance of returns that were cut at their 0.1 % and 99.9 %
    quantiles (DOGE: 122 % a year instead of 140 %). Given these, our search finds its numbers.
    """
    theirs = json.loads(shared("data/calibration_defaults.json").read_text())["assets"]
    closes = pd.read_csv(shared("data/daily_close.csv"), index_col=0)["2020-12-31":]
    for asset in ("BTC", "DOGE", "LINK"):
        fit = theirs[asset]
        returns = 100 * np.diff(np.log(closes[asset]))
        cut = np.clip(returns, *np.quantile(returns, [0.001, 0.999]))
        assert math.sqrt(365 * np.var(cut)) == pytest.approx(fit["target_ann_vol"], abs=0.1)
        target = fit["target_ann_vol"] ** 2 / 365
        box = build_box("garch", "student_t", math.log(0.5) / math.log(0.99), target)
        likelihood = Likelihood(returns - fit["mu"], target, "garch")
        best = _search(box, likelihood, [Parameters(0.0, 0.05, 0.0, 0.9, 5.0)])
        at = box.parameters(best.x)
        assert at.alpha == pytest.approx(fit["alpha"], abs=2e-4)
        assert at.beta == pytest.approx(fit["beta"], abs=2e-4)
        assert at.nu == pytest.approx(fit["nu"], abs=3e-3)
        assert likelihood.value(at) == pytest.approx(fit["loglik"], abs=0.06)
