"""``source = "files"``: price files of the user's own, calibrated on the way, from end to end."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from stresskit.cli import main
from stresskit.config_file import Loaded, load_run
from stresskit.errors import ConfigError, DataError
from stresskit.pipeline import check, replay, run
from stresskit.pipeline.setting import prepare
from stresskit.results import Results
from tests.market.test_prices import MALFORMED

BARS = 1500
DAILY_VOLATILITY = 0.04
CONFIG = """name = "own-prices"

[market]
source = "files"
prices = "data/my prices.csv"

[simulation]
horizon = "2d"
step = "1h"
paths = 500

[account]
venue = "binance"
collateral = [{ asset = "USDT", amount = 6_000 }]
positions = [
  { symbol = "BTC/USDT:USDT", notional_usd =  50_000, leverage = 10 },
  { symbol = "ETH/USDT:USDT", notional_usd = -50_000, leverage = 10 },
]

[modes.cross]
rule = "brackets"
rulebook = "binance-usdm-2026-09"
liquidation = "close_all"

[modes.portfolio]
rule = "var"
scenarios = 1000

[execution]
impact = 0.6
"""
PRICES = Path("data/my prices.csv")
VOLUME = Path("data/volume.csv")
WITH_VOLUME = 'market.volume="data/volume.csv"'


def shocks(seed: int) -> np.ndarray:
    """Returns (bars, 2) of a GARCH(1,1) with correlated Student-t shocks."""
    random = np.random.default_rng(seed)
    z = random.normal(size=(BARS, 2)) @ np.array([[1.0, 0.7], [0.0, 0.714]])
    z *= np.sqrt(4 / random.chisquare(6, (BARS, 1)))
    level = DAILY_VOLATILITY**2 / 24
    h, found = np.full(2, level), np.empty((BARS, 2))
    for i in range(BARS):
        found[i] = np.sqrt(h) * z[i]
        h = 0.05 * level + 0.08 * found[i] ** 2 + 0.87 * h
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A config beside a folder of its data: wide closes of 1500 hours, and their volume in coins."""
    path = tmp_path_factory.mktemp("own")
    (path / "data").mkdir()
    (path / "run.toml").write_text(CONFIG)
    stamps = pd.date_range("2024-01-01", periods=BARS, freq="h", name="time").strftime("%Y-%m-%dT%H:%M:%SZ")
    close = pd.DataFrame(100 * np.cumprod(1 + shocks(1), axis=0), stamps, ["BTC", "ETH"])
    close.to_csv(path / PRICES)
    (1e6 + 0 * close).to_csv(path / VOLUME)
    return path


def loaded(folder: Path, *overrides: str) -> Loaded:
    return load_run(folder / "run.toml", overrides)


def invoke(folder: Path, *overrides: str) -> Result:
    sets = [word for override in overrides for word in ("--set", override)]
    return CliRunner().invoke(main, ["run", str(folder / "run.toml"), "--out", str(folder / "runs"), *sets])


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def results(folder: Path) -> Results:
    return run(loaded(folder, WITH_VOLUME), folder / "runs")


def test_a_run_on_price_files_has_results_and_names_its_files(results: Results, folder: Path) -> None:
    assert set(results.metrics["margin"]) == {"cross", "portfolio"}
    found = results.metrics["scenarios"]["baseline"]["modes"]["cross"]
    assert 0 < found["p_liquidation"]["value"] < 1
    snapshot = results.manifest["snapshot"]
    hashes = [sha256(folder / PRICES), sha256(folder / VOLUME)]
    assert snapshot["data_sha256"] == hashlib.sha256("".join(hashes).encode()).hexdigest()
    assert (snapshot["name"], snapshot["as_of"]) == ("my prices", "2024-03-03")
    assert snapshot["source"] == "calibrated for this run on my prices.csv, volume from volume.csv"
    calibration = json.loads((results.folder / "calibration.json").read_text())
    sample = calibration["diagnostics"]["sample"]
    assert [sample["sha256"], sample["volume"]["sha256"]] == hashes
    assert (calibration["first"], calibration["observations"]) == ("2024-01-01T01:00:00Z", BARS - 1)
    assert calibration["dependence"]["correlation"][0][1] == pytest.approx(0.7, abs=0.06)


def test_the_volatility_at_the_start_is_that_of_the_file(results: Results, folder: Path) -> None:
    closes = pd.read_csv(folder / PRICES, index_col=0)
    for asset, volatility in results.metrics["initial_volatility"].items():
        assert volatility == pytest.approx(np.sqrt(8760 * (closes[asset].pct_change() ** 2).mean()), rel=1e-9)


def test_the_answer_is_stored_and_a_path_can_be_told_again(results: Results, folder: Path) -> None:
    again = run(loaded(folder, WITH_VOLUME), folder / "runs")
    assert again.reused
    assert again.folder == results.folder
    told = replay(results.folder, 3)
    assert len(told["marks"]["BTC"]) == 49


def test_other_prices_are_another_run_and_refuse_the_replay(results: Results, tmp_path: Path) -> None:
    before = Path(results.manifest["config_base"])
    for name in (PRICES, VOLUME, Path("run.toml")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((before / name).read_bytes())
    moved = run(loaded(tmp_path, WITH_VOLUME), tmp_path / "runs")
    assert moved.manifest["run_id"] == results.manifest["run_id"]
    assert moved.metrics == results.metrics
    closes = pd.read_csv(tmp_path / PRICES, index_col=0)
    closes.iloc[:-1].to_csv(tmp_path / PRICES)
    assert prepare(loaded(tmp_path, WITH_VOLUME)).run_id() != results.manifest["run_id"]
    with pytest.raises(DataError, match="a run made from the same data: run it again with --force"):
        replay(moved.folder, 3)


def test_one_file_is_named_by_its_own_hash_and_only_the_model_of_the_run_is_fitted(folder: Path) -> None:
    model = ('model.marginal={kind = "garch", innovations = "normal"}', "execution.impact=0")
    setting = prepare(loaded(folder, *model, 'market.start="2024-01-10"', 'market.end="2024-02-20"'))
    snapshot = setting.market.snapshot
    assert snapshot.data_sha256 == sha256(folder / PRICES)
    assert list(snapshot.calibrations) == ["1h/garch/normal/student_t"]
    calibration = setting.market.calibration
    assert (calibration.first, calibration.last) == ("2024-01-10T00:00:00Z", "2024-02-20T23:00:00Z")
    assert setting.accounts[0].book.impact.tolist() == [0.0, 0.0]


def test_an_impact_needs_a_volume_of_every_asset_held(folder: Path, tmp_path: Path) -> None:
    expected = r"run\.toml:\d+:10: execution\.impact: 0, or a volume for {}: the price impact needs one$"
    with pytest.raises(ConfigError, match=expected.format("BTC, ETH")):
        check(loaded(folder))
    half = tmp_path / "half.csv"
    pd.read_csv(folder / VOLUME, index_col=0)[["BTC"]].to_csv(half)
    with pytest.raises(ConfigError, match=expected.format("ETH")):
        check(loaded(folder, f'market.volume="{half}"'))
    done = invoke(folder)
    assert (done.exit_code, done.stderr.splitlines()[-1].split(": ")[1]) == (2, "execution.impact")


def test_volume_scales_the_impact(folder: Path, tmp_path: Path) -> None:
    impact = prepare(loaded(folder, WITH_VOLUME)).accounts[0].book.impact
    closes = pd.read_csv(folder / PRICES, index_col=0)
    whole = closes.iloc[: BARS // 24 * 24].to_numpy().reshape(-1, 24, 2).sum(axis=1)
    usd = np.median(1e6 * whole, axis=0)
    daily = np.sqrt(24 * (closes.pct_change() ** 2).mean().to_numpy())
    np.testing.assert_allclose(impact, 0.6 * daily / np.sqrt(usd), rtol=1e-9)
    long = closes.reset_index().melt("time", var_name="asset", value_name="close")
    long["volume"] = 4e6
    long.to_csv(tmp_path / "long.csv", index=False)
    own = prepare(loaded(folder, f'market.prices="{tmp_path / "long.csv"}"')).accounts[0].book.impact
    np.testing.assert_allclose(own, impact / 2, rtol=1e-9)


def test_another_step_and_an_asset_that_the_file_lacks_are_config_errors(folder: Path) -> None:
    done = invoke(folder, "simulation.step=2h", "execution.impact=0")
    assert done.exit_code == 2
    expected = f"--set simulation.step=2h: simulation.step: 1h, the step of {folder / PRICES} (found 2h)"
    assert done.stderr.splitlines()[-1] == expected
    (folder / "daily.toml").write_text(CONFIG.replace('step = "1h"', 'step = "1d"'))
    with pytest.raises(ConfigError, match=r"daily\.toml:9:8: simulation\.step: 1h, the step of .*found 1d"):
        check(load_run(folder / "daily.toml"))
    done = invoke(folder, 'account.positions.0.symbol="SOL/USDT:USDT"', "execution.impact=0")
    assert done.exit_code == 2
    assert "account.positions.0.symbol: an asset that was calibrated at 1h: BTC, ETH" in done.stderr


def test_a_guard_below_one_step_is_refused(folder: Path) -> None:
    with pytest.raises(ConfigError, match=r"market\.max_half_life: at least one step of 1h"):
        loaded(folder, "market.max_half_life=30m")


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_price_file_ends_a_run_with_its_place(case: str, tmp_path: Path) -> None:
    text, expected = MALFORMED[case]
    (tmp_path / "prices.csv").write_text(text)
    (tmp_path / "run.toml").write_text(CONFIG.replace("data/my prices.csv", "prices.csv"))
    done = invoke(tmp_path)
    assert done.exit_code == 3
    assert f"{tmp_path}/{expected}" in done.stderr.splitlines()
    assert not list((tmp_path / "runs").iterdir())


def test_a_missing_file_and_a_series_too_short_are_data_errors(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"absent\.csv: a readable price file"):
        check(loaded(folder, 'market.prices="absent.csv"'))
    pd.read_csv(folder / PRICES, index_col=0).iloc[:60].to_csv(tmp_path / "short.csv")
    with pytest.raises(DataError, match=r"short\.csv: BTC: at least 100 returns that vary \(found 59\)"):
        check(loaded(folder, f'market.prices="{tmp_path / "short.csv"}"'))
