"""A reverse-stress move, applied at once and recomputed by the rule, liquidates; 95 % of it does not."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from stresskit.cli import main
from stresskit.config_file import load_run
from stresskit.pipeline import run
from stresskit.pipeline.calculator import margins
from stresskit.pipeline.setting import prepare
from stresskit.simulate.blocks import live_block, workspace
from stresskit.study.bare_paths import bare_plan
from stresskit.study.reverse import mean_paths, reverse
from tests.study.dial.test_dial import CONFIGS

VENUES = sorted(path.stem for path in (CONFIGS / "venues").glob("*.toml"))
BOOKS = ["quickstart", "basket-market-neutral", "directional-majors", *(f"venues/{name}" for name in VENUES)]


@pytest.mark.parametrize("config", BOOKS)
def test_the_move_liquidates_and_95_percent_of_it_does_not(config):
    loaded = load_run(CONFIGS / f"{config}.toml", ["simulation.step=1d"])
    setting = prepare(loaded)
    found = reverse(loaded)
    for name, account in found["accounts"].items():
        for mode, answer in account["modes"].items():
            if answer["status"] == "breached":
                told = margins(setting)
                told = told["accounts"][name][mode] if setting.listed else told[mode]
                assert told["equity"] <= told["maintenance"]
                continue
            assert answer["status"] == "found", (mode, answer)
            move = np.array([answer["move"][asset] for asset in setting.assets])
            for share, alive in ((1.0, False), (0.95, True)):
                told = margins(setting, 1.0 + share * move)
                told = told["accounts"][name][mode] if setting.listed else told[mode]
                assert (told["equity"] > told["maintenance"]) == alive, (mode, share)
            assert answer["survives_95_percent_of_it"]


def test_isolated_positions_are_judged_one_by_one():
    modes = "modes={isolated={rule='isolated',rulebook='binance-usdm-2026-09'}}"
    loaded = load_run(CONFIGS / "quickstart.toml", [modes, "limits={}"])
    answer = reverse(loaded)["accounts"]["account"]["modes"]["isolated"]
    assert answer["status"] == "found"
    assert answer["survives_95_percent_of_it"]
    assert min(answer["move"]["BTC"], -answer["move"]["ETH"]) < -0.08  # each holds a tenth of itself


def test_a_breached_account_has_no_move():
    loaded = load_run(CONFIGS / "quickstart.toml", ["account.collateral.0.amount=300"])
    answer = reverse(loaded)["accounts"]["account"]["modes"]["cross"]
    assert answer["status"] == "breached"
    assert answer["move"] is None


def test_no_frequency_without_an_elliptical_dependence():
    loaded = load_run(CONFIGS / "models" / "dependence-gumbel.toml")
    answers = reverse(loaded)["accounts"]["account"]["modes"].values()
    assert all(answer["years"] is None and "not elliptical" in answer["reason"] for answer in answers)


SMALL = ["simulation.paths=500", "simulation.horizon=4d", "scenarios.hedge_breaks.volatility_multiplier=2.0",
         "comparison.equal_efficiency=false"]  # fmt: skip


def test_mean_paths_are_those_of_the_liquidated(tmp_path):
    loaded = load_run(CONFIGS / "quickstart.toml", SMALL)
    results, setting = run(loaded, tmp_path), prepare(loaded)
    found = mean_paths(loaded, results, "hedge_breaks")
    plan = bare_plan(setting, "hedge_breaks")
    marks = [np.ones((2, 500))]
    live_block(plan, 0, workspace(plan, 500, 1), lambda _s, tile, _b, _r: marks.append(tile.marks[-1].copy()))
    for mode, told in found.items():
        first = np.asarray(results.column("hedge_breaks", mode, "first_step"))
        hit = np.flatnonzero(first >= 0)
        assert told["paths"] == hit.size > 0
        for i, asset in enumerate(("BTC", "ETH")):
            line = [float(np.mean([at[i, p] for p in hit])) - 1 for at in marks]
            assert told["mean_path"][asset] == pytest.approx(line, abs=1e-12)
            ends = [marks[first[p]][i, p] for p in hit]
            assert told["at_liquidation"][asset] == pytest.approx(np.mean(ends) - 1, abs=1e-12)
            before = [marks[max(first[p] - 24, 0)][i, p] for p in hit]
            assert told["last_day"][asset] == pytest.approx(np.mean(np.divide(ends, before)) - 1, abs=1e-12)
        assert told["at_liquidation"]["BTC"] < told["at_liquidation"]["ETH"]  # long BTC, short ETH


def test_nobody_liquidated_is_said(tmp_path):
    loaded = load_run(CONFIGS / "quickstart.toml", [*SMALL, "account.collateral.0.amount=1_000_000"])
    found = mean_paths(loaded, run(loaded, tmp_path), "baseline")["cross"]
    assert found["paths"] == 0
    assert found["reason"] == "no path is liquidated"


def command(*args):
    return CliRunner().invoke(
        main, ["reverse", str(CONFIGS / "quickstart.toml"), *args], prog_name="stresskit"
    )


def test_the_command_says_it_in_words(tmp_path):
    sets = [part for override in SMALL for part in ("--set", override)]
    done = command(*sets, "--simulate", "--scenario", "hedge_breaks", "--out", str(tmp_path))
    assert done.exit_code == 0, done.output
    assert "cross: BTC +" in done.output
    assert "under the calm model" in done.output
    assert "LIQUIDATED PATHS  of hedge_breaks" in done.output
    assert "the modal one, path " in done.output
    assert "years under the calm model" in done.output
    assert json.loads(command("--json").stdout)["accounts"]["account"]["modes"]["cross"]["status"] == "found"
    assert command("--scenario", "none").exit_code == 2
