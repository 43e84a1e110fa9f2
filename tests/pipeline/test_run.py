"""A run from config to folder: the same bytes however it is computed, whole or not at all."""

import json

import numpy as np
import pytest

from stresskit.config_file import load_run
from stresskit.pipeline import margin, run
from stresskit.pipeline.setting import prepare
from stresskit.results import OUTCOME_COLUMNS
from tests.lawful import assert_lawful
from tests.pipeline.conftest import CONFIGS, quickstart

PATHS, STEPS = 4000, 96


def outcome_files(folder):
    found = {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in (folder / "outcomes").rglob("*")
        if p.is_file()
    }
    return found | {"metrics.json": (folder / "metrics.json").read_bytes()}


@pytest.mark.parametrize(("workers", "block"), [(2, 512), (1, 2048)])
def test_workers_and_block_change_no_byte(small_run, tmp_path, workers, block):
    other = run(quickstart(f"simulation.block={block}"), tmp_path, workers=workers)
    expected, found = outcome_files(small_run.folder), outcome_files(other.folder)
    assert expected.keys() == found.keys()
    assert len(expected) > 2 * 5 * len(OUTCOME_COLUMNS)
    for name, content in expected.items():
        assert found[name] == content, name


def test_metrics_are_lawful_and_of_the_outcomes(small_run):
    metrics = small_run.metrics
    assert_lawful(metrics)
    now = prepare(quickstart("simulation.block=512")).margin()["account"]
    assert metrics["margin"] == json.loads(json.dumps(now))
    assert (metrics["paths"], metrics["steps"], metrics["horizon_h"]) == (PATHS, STEPS, 96.0)
    for scenario in ("baseline", "hedge_breaks"):
        for mode in ("cross", "portfolio"):
            first = small_run.column(scenario, mode, "first_step")
            figure = metrics["scenarios"][scenario]["modes"][mode]["p_liquidation"]
            assert figure["value"] == pytest.approx((first > 0).mean(), abs=1e-12)
            assert figure["low"] <= figure["value"] <= figure["high"]
    assert metrics["scenarios"]["hedge_breaks"]["modes"]["portfolio"]["p_liquidation"]["value"] > 0.02


def test_equity_sample_is_of_the_recorded_lives(small_run):
    for scenario in ("baseline", "hedge_breaks"):
        for life in ("cross", "portfolio", "cross@efficiency"):
            curve = small_run.column(scenario, life, "equity_sample")
            column = {
                name: small_run.column(scenario, life, name)[:1000]
                for name in ("terminal_equity", "lowest_equity", "closed_step", "inside")
            }
            assert curve.shape == (STEPS + 1, 1000)
            assert np.array_equal(curve[-1], column["terminal_equity"])
            lowest, between = curve.min(axis=0), column["inside"] > 0
            assert np.array_equal(lowest[~between], column["lowest_equity"][~between])
            assert (lowest >= column["lowest_equity"]).all()
            assert np.unique(curve[0]).size == 1
            out = np.flatnonzero(column["closed_step"] > 0)
            for b in out:
                assert np.unique(curve[column["closed_step"][b] :, b]).size == 1


def test_market_profit_is_that_of_a_life_never_touched(small_run):
    profit = small_run.column("baseline", "market", "pnl")
    untouched = small_run.column("baseline", "cross", "first_step") < 0
    terminal = small_run.column("baseline", "cross", "terminal_equity")
    assert untouched.any()
    assert terminal[untouched] - 20_000 == pytest.approx(profit[untouched], abs=1e-8)


def test_a_finished_run_is_reused(tmp_path):
    loaded, seen = quickstart("simulation.paths=64", "simulation.horizon=12h"), []
    first = run(loaded, tmp_path, progress=seen.append)
    assert not first.reused
    assert (seen[-1].done, seen[-1].total) == (128, 128)
    before = len(seen)
    again = run(loaded, tmp_path, progress=seen.append)
    assert again.reused
    assert again.folder == first.folder
    assert len(seen) == before
    assert not run(loaded, tmp_path, force=True).reused
    stored = next((first.folder / "outcomes").rglob("fee.npy"))
    stored.write_bytes(stored.read_bytes()[:-1] + b"\1")
    assert not run(loaded, tmp_path).reused
    assert outcome_files(first.folder) == outcome_files(run(loaded, tmp_path).folder)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupted_run_leaves_nothing(tmp_path, workers):
    def interrupt(progress):
        if progress.label == "hedge_breaks":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(quickstart("simulation.horizon=12h"), tmp_path, workers=workers, progress=interrupt)
    assert list(tmp_path.iterdir()) == []


SEVERAL = """name = "several"
[market]
source = "snapshot"
snapshot = "majors-2026-03"
[simulation]
horizon = "2d"
paths = 600
[[accounts]]
name = "hedged"
venue = "binance"
collateral = [{ asset = "USDT", amount = 5_000 }]
positions = [
  { symbol = "BTC/USDT:USDT", notional_usd =  50_000, leverage = 10 },
  { symbol = "ETH/USDT:USDT", notional_usd = -50_000, leverage = 10 },
]
[[accounts]]
name = "long-only"
venue = "binance"
collateral = [{ asset = "USDT", amount = 5_000 }]
positions = [{ symbol = "SOL/USDT:USDT", notional_usd = 20_000, leverage = 10 }]
modes = ["cross"]
[modes.cross]
rule = "brackets"
rulebook = "binance-usdm-2026-09"
[modes.portfolio]
rule = "var"
scenarios = 1000
[limits]
p_liquidation = 0.05
"""


def test_several_accounts_on_the_same_paths(tmp_path):
    (tmp_path / "several.toml").write_text(SEVERAL)
    loaded = load_run(tmp_path / "several.toml")
    found = run(loaded, tmp_path / "runs")
    assert_lawful(found.metrics)
    assert set(found.metrics["accounts"]) == {"hedged", "long-only"}
    assert {"margin", "scenarios", "verdict"} <= set(found.metrics["accounts"]["hedged"])
    assert "margin" not in found.metrics
    lives = [life.name for life in found.lives("baseline")]
    assert {
        "hedged.market",
        "long-only.market",
        "hedged.cross",
        "hedged.portfolio",
        "long-only.cross",
    } <= set(lives)
    assert "long-only.portfolio" not in lives
    assert found.metrics["accounts"].keys() == margin(loaded)["accounts"].keys()
    assert set(margin(loaded)["accounts"]["long-only"]) == {"cross"}
    limits = {
        name: [limit["mode"] for limit in a["verdict"]["limits"]]
        for name, a in found.metrics["accounts"].items()
    }
    assert limits == {"hedged": ["cross"], "long-only": ["cross"]}
    alone = (
        SEVERAL[: SEVERAL.index('[[accounts]]\nname = "long-only"')]
        + SEVERAL[SEVERAL.index("[modes.cross]") :]
    )
    (tmp_path / "alone.toml").write_text(alone)
    hedged = run(load_run(tmp_path / "alone.toml"), tmp_path / "runs")
    for column in ("terminal_equity", "first_step"):  # a further account and asset shift no draw
        assert np.array_equal(
            found.column("baseline", "hedged.cross", column),
            hedged.column("baseline", "hedged.cross", column),
        )


DEAR = {"black-day"}  # everything that a venue can do at once: kernels that no other config needs


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(file.stem, marks=pytest.mark.long) if file.stem in DEAR else file.stem
        for file in sorted(CONFIGS.glob("*.toml"))
    ],
)
def test_every_shipped_config_runs(name, tmp_path):
    file = CONFIGS / f"{name}.toml"
    found = run(load_run(file, ["simulation.paths=256", "simulation.horizon=1d"]), tmp_path)
    assert_lawful(found.metrics)
