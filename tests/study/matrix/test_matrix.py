"""Stress matrices: every cell is the rule at those marks."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from stresskit.cli import main
from stresskit.config_file import load_run
from stresskit.pipeline.calculator import margins
from stresskit.pipeline.setting import prepare
from stresskit.study.matrix import matrices
from stresskit.study.matrix.run import MOVES
from tests.study.dial.test_dial import CONFIGS

QUICKSTART = CONFIGS / "quickstart.toml"
OKX = CONFIGS / "venues" / "okx-cash-and-carry.toml"


def test_cells_are_the_margin_at_those_marks():
    loaded = load_run(QUICKSTART)
    setting = prepare(loaded)
    for mode, told in matrices(loaded)["accounts"]["account"].items():
        for i, move in enumerate(told["moves"]):
            margin = margins(setting, np.full(2, 1.0 + move))[mode]
            assert told["ratio"][i][0] == pytest.approx(margin["equity"] / margin["maintenance"], rel=1e-12)
        (pair,) = told["pairs"]
        assert pair["assets"] == ["BTC", "ETH"]
        for i, one in enumerate(MOVES[::4]):
            for j, other in enumerate(MOVES[::4]):
                margin = margins(setting, np.array([1.0 + one, 1.0 + other]))[mode]
                assert pair["ratio"][4 * i][4 * j] == pytest.approx(margin["equity"] / margin["maintenance"])


def test_only_rules_that_look_at_volatility_answer_to_it():
    found = matrices(load_run(QUICKSTART))
    assert (found["kind"], found["name"]) == ("matrix", "quickstart")
    told = found["accounts"]["account"]
    assert all(len(set(row)) == 1 for row in told["cross"]["ratio"])
    # a scale of twice the volatility: twice the expected shortfall
    assert all(row[0] == pytest.approx(2 * row[2]) for row in told["portfolio"]["ratio"])


def test_a_grid_mode_has_the_moves_of_its_venue():
    loaded = load_run(OKX)
    told = matrices(loaded)["accounts"]["account"]
    own = {name: found for name, found in told.items() if found["own_grid"]}
    assert own
    for found in own.values():
        assert 0.0 in found["moves"]
        assert found["moves"] != list(MOVES)


def test_the_command():
    done = CliRunner().invoke(main, ["matrix", str(QUICKSTART), "--pair", "ETH,BTC"])
    assert done.exit_code == 0, done.output
    assert "BTC \\ ETH" in done.output
    assert "!" in done.output
    assert json.loads(CliRunner().invoke(main, ["matrix", str(QUICKSTART), "--json"]).stdout)["assets"] == [
        "BTC",
        "ETH",
    ]
    assert CliRunner().invoke(main, ["matrix", str(QUICKSTART), "--pair", "BTC,XMR"]).exit_code == 2
