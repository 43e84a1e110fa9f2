"""The worst plausible correlation of an account: at the ball's edge, and judged on another seed."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from stresskit.cli import main
from stresskit.config_file import load_run
from stresskit.errors import ConfigError
from stresskit.numerics.correlation import is_correlation
from stresskit.pipeline import run
from stresskit.scenario.plausibility import history
from stresskit.study.worst import Ask, worst
from stresskit.study.worst.figures import broken
from tests.study.dial.test_dial import CONFIGS

BLACK_SWAN = CONFIGS / "black-swan.toml"
SMALL = ("simulation.paths=400", "simulation.horizon=3d", "account.collateral.0.amount=8_000")
EDGE = dict(zip(history()["levels"], history()["pairs"]["BTC/ETH"], strict=True))


def small(*overrides):
    return load_run(BLACK_SWAN, [*SMALL, *overrides])


@pytest.fixture(scope="module")
def found():
    return worst(small(), Ask(evaluations=8))


def test_a_hedged_pair_does_worst_at_the_least_correlation(found):
    for figures in found["accounts"]["account"]["modes"].values():
        for one in figures.values():
            assert one["pairs"]["BTC/ETH"]["worst"] == pytest.approx(EDGE[0.01], abs=1e-7)
            assert one["pairs"]["BTC/ETH"]["percentile"] == pytest.approx(0.01, abs=1e-6)
            assert is_correlation(np.array(one["matrix"]))
            assert one["evaluations"] <= 8
    assert set(found["accounts"]["account"]["modes"]["portfolio"]) == {
        "p_liquidation",
        "requirement_shortfall",
    }
    assert set(found["accounts"]["account"]["modes"]["cross"]) == {"p_liquidation"}


def test_the_verdict_is_a_run_on_another_seed(found, tmp_path):
    told = found["accounts"]["account"]["modes"]["portfolio"]["p_liquidation"]
    assert found["verified_seed"] != found["seed"]
    changed = small(f"simulation.seed={found['verified_seed']}")
    at = broken(changed, tuple(told["assets"]), np.array(told["matrix"]))
    metrics = run(at, tmp_path).metrics["scenarios"]["worst_plausible"]["modes"]["portfolio"]
    assert told["verified"]["worst"] == metrics["p_liquidation"]
    calm, difference = told["verified"]["calm"], told["verified"]["difference"]
    assert difference["value"] == pytest.approx(told["verified"]["worst"]["value"] - calm["value"])
    assert difference["low"] > 0


def test_legs_alike_do_worst_at_the_largest_correlation():
    told = worst(small("account.positions.1.notional_usd=20_000"), Ask(level=0.05, evaluations=4))
    one = told["accounts"]["account"]["modes"]["cross"]["p_liquidation"]
    assert one["pairs"]["BTC/ETH"]["worst"] == pytest.approx(EDGE[0.95], abs=1e-7)


def test_one_leg_alone_has_no_worst_correlation():
    position = "account.positions=[{symbol='BTC/USDT:USDT',notional_usd=50000,leverage=10}]"
    told = worst(small(position), Ask(evaluations=4))["accounts"]["account"]
    assert told["modes"] is None
    assert "no correlation matters" in told["reason"]


@pytest.mark.parametrize(
    ("ask", "overrides", "says"),
    [
        (Ask(level=0.5), (), "below 0.5"),
        (Ask(evaluations=1), (), "2 or more"),
        (Ask(), ("model.dependence.kind=gumbel",), "correlation matrix"),
    ],
)
def test_what_cannot_be_asked_is_refused(ask, overrides, says):
    with pytest.raises(ConfigError, match=says):
        worst(small(*overrides), ask)


def test_the_command(tmp_path):
    sets = [part for override in SMALL for part in ("--set", override)]
    args = ["worst", str(BLACK_SWAN), *sets, "--paths", "200", "--evaluations", "3"]
    args += ["--out", str(tmp_path)]
    done = CliRunner().invoke(main, args, prog_name="stresskit")
    assert done.exit_code == 0, done.output
    assert done.output.startswith("WORST PLAUSIBLE CORRELATION")
    assert "0.549 to 0.957" in done.output
    told = json.loads(CliRunner().invoke(main, [*args, "--json"], prog_name="stresskit").stdout)
    assert told["ball"]["level"] == 0.01
