"""Margin sufficiency: losses and requirements looked up one by one give the same figures."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from stresskit.cli import main
from stresskit.config_file import load_run
from stresskit.errors import ConfigError
from stresskit.pipeline.desk import Desk
from stresskit.pipeline.setting import prepare
from stresskit.simulate.blocks import live_block, workspace
from stresskit.study.bare_paths import bare_plan
from stresskit.study.sufficiency import Ask, sufficiency
from stresskit.study.sufficiency.run import ratio, rise
from tests.study.dial.test_dial import CONFIGS

QUICKSTART = CONFIGS / "quickstart.toml"
SMALL = (
    "simulation.horizon=3d",
    "comparison.equal_efficiency=false",
    "scenarios.hedge_breaks.volatility_multiplier=2.0",
)


def small(*overrides):
    return load_run(QUICKSTART, [*SMALL, *overrides])


@pytest.fixture(scope="module")
def told():
    return sufficiency(small(), Ask(60))["accounts"]["account"]


@pytest.mark.parametrize("scenario", ["baseline", "hedge_breaks"])
def test_figures_are_those_of_looking_one_by_one(told, scenario):
    setting = prepare(small())
    plan, marks, variance = (
        bare_plan(setting, scenario),
        [np.ones((2, 60))],
        [np.repeat(setting.variance[:, None], 60, 1)],
    )

    def watch(_step, tile, _blocks, _records):
        marks.append(tile.marks[-1].copy())
        variance.append(tile.variance[-1].copy())

    live_block(plan, 0, workspace(plan, 60, 1), watch)
    for name, mode in setting.accounts[0].modes.items():
        desk = Desk(mode.contender, setting.variance)
        beyond, asked = [], []
        for path in range(60):
            for start in (0, 24, 48, 72):
                desk.view.marks[:], desk.view.variance[:] = marks[start][:, path], variance[start][:, path]
                desk.view.multiplier[0] = 1.0 if scenario == "baseline" or start == 0 else 2.0
                asked.append(desk.maintenance())
                if start < 72:
                    change = marks[start + 24][:, path] - marks[start][:, path]
                    beyond.append(max(-50_000 * change[0] + 50_000 * change[1] - asked[-1], 0.0))
        found = told[scenario][name]
        assert found["fund_draw"]["value"] == pytest.approx(np.mean(beyond), rel=1e-9)
        assert found["uncovered"]["value"] == pytest.approx(np.mean(np.array(beyond) > 0), rel=1e-12)
        assert found["largest_draw"] == pytest.approx(max(beyond), rel=1e-9)
        assert found["mean_requirement"] == pytest.approx(np.mean(asked), rel=1e-9)
        each = np.array(asked).reshape(60, 4)
        assert found["peak_to_trough"]["value"] == pytest.approx(np.mean(each.max(1) / each.min(1)), rel=1e-9)


def test_the_brackets_of_a_hedged_pair_cover_less_than_the_distribution(told):
    for scenario in told.values():
        assert scenario["cross"]["uncovered"]["value"] > scenario["portfolio"]["uncovered"]["value"]


def test_what_never_happened_is_not_certain_never_to():
    rich = sufficiency(small("scenarios={calm={kind='baseline'}}", "limits={}"), Ask(30))
    found = rich["accounts"]["account"]["calm"]["portfolio"]["uncovered"]
    assert found["value"] == 0.0
    assert found["high"] > 0.05


def test_rises_look_forward_only():
    asked = np.array([[4.0, 1.0], [2.0, 2.0], [3.0, 8.0]])
    assert rise(asked, 1) == pytest.approx([0.5, 3.0])
    assert rise(asked, 2) == pytest.approx([0.5, 7.0])
    assert rise(asked[::-1].copy()[:1], 5) == pytest.approx([0.0, 0.0])
    assert ratio(np.array([4.0, 0.0]), np.array([2.0, 0.0])) == pytest.approx([2.0, 1.0])


def test_the_command_and_what_it_refuses(tmp_path):
    sets = [part for override in SMALL for part in ("--set", override)]
    args = ["sufficiency", str(QUICKSTART), *sets, "--paths", "40", "--out", str(tmp_path)]
    done = CliRunner().invoke(main, args)
    assert done.exit_code == 0, done.output
    assert "hedge_breaks, portfolio" in done.output
    as_json = CliRunner().invoke(main, [*args, "--json"])
    assert json.loads(as_json.stdout)["looks"] == 3
    with pytest.raises(ConfigError, match="at least one margin period"):
        sufficiency(small("simulation.horizon=12h"), Ask(40))
    with pytest.raises(ConfigError, match="at least 2"):
        sufficiency(small(), Ask(1))
