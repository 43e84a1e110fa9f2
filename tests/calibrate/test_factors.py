"""Funding and basis: the fit gives back a factor that was made, and meets the returns it should."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stresskit.calibrate.factor_fit import fit_factor
from stresskit.calibrate.factors import fit_factors
from stresskit.domain import Float1D
from stresskit.errors import DataError
from stresskit.market.prices import Prices
from stresskit.market.series import Series, load_series

HOUR = 3600


def made(n: int, persistence: float, loading: float, scale: float, seed: int = 0) -> tuple[Float1D, Float1D]:
    """A factor of mean 0.3 with Student-t noise, and the shocks that it loads on."""
    random = np.random.default_rng(seed)
    z, e = random.normal(size=n), random.standard_t(4, n) / np.sqrt(2)
    x = np.full(n, 0.3)
    for t in range(1, n):
        x[t] = 0.3 + persistence * (x[t - 1] - 0.3) + loading * z[t] + scale * e[t]
    return x, z


def test_a_made_factor_is_found_again() -> None:
    values, shocks = made(20_000, 0.8, 0.2, 0.5)
    fit = fit_factor(values, shocks)
    errors = fit.diagnostics["standard_errors"]
    assert fit.mean == pytest.approx(0.3, abs=0.08)
    assert abs(fit.persistence - 0.8) < 4 * errors["persistence"] < 0.05
    assert abs(fit.loading - 0.2) < 4 * errors["loading"] < 0.05
    assert fit.noise_scale == pytest.approx(0.5, rel=0.05)
    assert fit.nu == pytest.approx(4, rel=0.15)
    assert fit.long_run_sd == pytest.approx(np.std(values), rel=0.02)
    assert fit.diagnostics["pit"]["p"] > 0.01


def test_normal_noise_is_called_normal() -> None:
    random = np.random.default_rng(1)
    z, x = random.normal(size=(2, 5000))
    for t in range(1, 5000):
        x[t] += 0.5 * x[t - 1]
    assert np.isinf(fit_factor(x, z).nu)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.full(500, 0.1), "at least 100 values that vary"),
        (np.arange(60.0), r"at least 100 values that vary.*found 59"),
        (np.where(np.arange(500) % 2, 1.0, -1.0), "autocorrelation lies between 0 and 1"),
        (np.arange(500.0), "autocorrelation lies between 0 and 1"),
    ],
)
def test_what_is_no_stationary_factor_is_refused(values: Float1D, expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        fit_factor(values, np.random.default_rng(2).normal(size=len(values)))


def hourly(n: int) -> Prices:
    times = np.datetime64("2024-01-01T00:00:00") + HOUR * np.arange(n).astype("timedelta64[s]")
    return Prices("p.csv", "", ("BTC",), times, np.ones((n, 1)), None, None, HOUR, {})


def test_a_funding_rate_meets_the_bars_before_it_and_a_basis_its_own() -> None:
    """The factors load on their shocks alone, so that the wrong bars would leave no loading."""
    prices = hourly(8001)
    z = np.random.default_rng(3).normal(size=(8000, 1))
    noise = np.random.default_rng(4).normal(size=1000)
    eight = z.reshape(1000, 8).sum(axis=1) / np.sqrt(8)  # bars stamped 1 to 8, then 9 to 16, ...
    stamps = prices.times[1] + 8 * HOUR * np.arange(1, 1001).astype("timedelta64[s]")
    rate = Series("f.csv", "", ("BTC",), stamps, smooth(eight + 0.1 * noise), 8 * HOUR)
    found = fit_factors("funding", rate, prices, z, (HOUR, 24 * HOUR))["BTC"]
    assert found["loading"] == pytest.approx(1.0, abs=0.05)
    assert found["interval_s"] == 8 * HOUR
    basis = Series("b.csv", "", ("BTC",), prices.times[1:], smooth(z[:, 0] + 0.1), HOUR)
    assert fit_factors("basis", basis, prices, z, ())["BTC"]["loading"] == pytest.approx(1e-4, rel=0.05)


def smooth(news: Float1D) -> Any:
    """An AR(1) of these news, as a column."""
    x = news.copy()
    for t in range(1, len(x)):
        x[t] += 0.5 * x[t - 1]
    return x[:, None]


def test_the_factor_over_other_steps_has_the_same_long_run() -> None:
    values, shocks = made(5000, 0.8, 0.2, 0.5)
    prices = hourly(5001)
    series = Series("b.csv", "", ("BTC",), prices.times[1:], values[:, None], HOUR)
    found = fit_factors("basis", series, prices, shocks[:, None], (HOUR, 4 * HOUR))["BTC"]
    four = found["steps"]["4h"]
    assert four["persistence"] == pytest.approx(found["persistence"] ** 4)
    for at in found["steps"].values():
        sd = np.hypot(at["loading"], at["noise_scale"]) / np.sqrt(1 - at["persistence"] ** 2)
        assert sd == pytest.approx(found["long_run_sd"])
    assert found["steps"]["1h"]["loading"] == pytest.approx(found["loading"])


def test_a_series_of_any_sign_is_read(tmp_path: Path) -> None:
    path = tmp_path / "funding.csv"
    path.write_text("time,ETH,BTC\n2024-01-01T00:00:00Z,-0.0001,\n2024-01-01T08:00:00Z,0.0002,0.0001\n")
    series = load_series(path, ("BTC", "ETH", "SOL"))
    assert series.assets == ("BTC", "ETH")
    assert series.step_s == 8 * HOUR
    np.testing.assert_array_equal(series.values, [[np.nan, -0.0001], [0.0001, 0.0002]])
    with pytest.raises(DataError, match="a column of one of the assets: SOL"):
        load_series(path, ("SOL",))
    path.write_text("time,BTC\n2024-01-01T00:00:00Z,much\n2024-01-01T08:00:00Z,0.1\n")
    with pytest.raises(DataError, match=r"funding\.csv:2: BTC: a finite number"):
        load_series(path, ("BTC",))


def test_an_interval_of_broken_steps_is_refused() -> None:
    series = Series("f.csv", "", ("BTC",), hourly(9).times, np.ones((9, 1)), 5400)
    with pytest.raises(DataError, match=r"an interval of whole steps of 1h \(found 90m\)"):
        fit_factors("funding", series, hourly(9), np.ones((8, 1)), ())
