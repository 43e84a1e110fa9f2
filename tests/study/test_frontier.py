"""The frontier: the points of a run come back, curves fall with capital, nonsense is refused."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from stresskit.cli import main
from stresskit.errors import ConfigError
from stresskit.pipeline import run
from stresskit.study.frontier import frontier, write
from stresskit.study.frontier.table import table
from tests.lawful import assert_lawful
from tests.pipeline.conftest import CONFIGS, quickstart

LEVERAGES = (1.0, 5.0, 20.0, 300.0)
PAIR = ("simulation.paths=3000", "simulation.horizon=2d", "comparison.equal_efficiency=false")


@pytest.fixture(scope="module")
def found():
    return frontier(quickstart(*PAIR), LEVERAGES)


def rows(found, scenario, mode):
    return [row for row in found["scenarios"][scenario] if row["mode"] == mode]


def test_the_point_at_the_accounts_own_leverage_is_the_run(found, tmp_path):
    """100,000 USD on 20,000: leverage 5 is the account as it is."""
    results = run(quickstart(*PAIR), tmp_path)
    for scenario in results.scenarios:
        for mode in ("cross", "portfolio"):
            told, own = rows(found, scenario, mode)[1], results.metrics["scenarios"][scenario]["modes"][mode]
            assert told["capital"] == 20_000.0
            for key in ("p_liquidation", "p_closed_out", "expected_liquidation_cost", "required_return"):
                assert told[key] == pytest.approx(own[key]), key


def test_more_capital_is_never_liquidated_more_often(found):
    assert_lawful(found)
    for scenario in found["scenarios"]:
        for mode in ("cross", "portfolio"):
            shares = [row["p_liquidation"]["value"] for row in rows(found, scenario, mode)]
            assert shares == sorted(shares)
            assert [row["capital"] for row in rows(found, scenario, mode)] == [1e5 / x for x in LEVERAGES]


def test_at_a_leverage_that_nothing_survives_all_paths_are_liquidated(found):
    """333 USD under 100,000 of exposure are below the maintenance from the start."""
    last = rows(found, "baseline", "cross")[-1]
    assert (last["p_liquidation"]["value"], last["p_liquidation"]["high"]) == (1.0, 1.0)
    assert not last["opens"]
    assert last["required_return"]["value"] >= 0.0


def test_the_initial_margin_of_brackets_is_that_of_their_largest_leverage(found):
    cross = rows(found, "baseline", "cross")
    assert cross[0]["initial"] < 2_000.0
    assert [row["opens"] for row in cross] == [True, True, True, False]


def test_workers_and_order_change_nothing(found):
    again = frontier(quickstart(*PAIR), LEVERAGES[::-1], workers=2)
    assert json.dumps(again) == json.dumps(found)


def test_files_say_the_same(found, tmp_path):
    files = write(found, tmp_path)
    assert json.loads(files["json"].read_text()) == json.loads(json.dumps(found))
    assert files["png"].read_bytes().startswith(b"\x89PNG")
    text = table(found)
    assert "## hedge_breaks, account" in text
    assert text.count("\n| (cross) | 300 |") == 2
    assert text.count("\n| (portfolio, hypothetical) | 300 |") == 2
    assert write(found, tmp_path)["md"].read_text() == text


@pytest.mark.parametrize("wanted", [(), (0.0,), (-1.0,), (2_000.0,), (np.nan,)])
def test_leverages_out_of_range_are_refused(wanted):
    with pytest.raises(ConfigError, match="leverages above 0"):
        frontier(quickstart(*PAIR), wanted)


def test_on_the_command_line(tmp_path):
    small = [part for key in (*PAIR, "simulation.paths=500") for part in ("--set", key)]
    call = ["frontier", str(CONFIGS / "quickstart.toml"), *small, "--out", str(tmp_path)]
    done = CliRunner().invoke(main, [*call, "--leverage", "2,10", "--no-progress"], catch_exceptions=False)
    assert done.exit_code == 0
    assert "FRONTIER account in baseline" in done.stdout
    assert len(list(tmp_path.glob("frontier-quickstart-*/frontier.png"))) == 1
    assert CliRunner().invoke(main, [*call, "--leverage", "two"]).exit_code == 2
