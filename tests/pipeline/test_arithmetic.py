"""A run in single precision: its own paths, and what double precision would have said."""

import json

import numpy as np
import pytest

from stresskit.cli.outcome import outcome
from stresskit.errors import ConfigError
from stresskit.pipeline import replay, run
from stresskit.pipeline.setting import prepare
from tests.lawful import assert_lawful
from tests.pipeline.conftest import quickstart

SMALL = ("simulation.paths=1000", "simulation.horizon=1d", "comparison.equal_efficiency=false")
SINGLE = (*SMALL, 'model.arithmetic="float32"', "scenarios.hedge_breaks.volatility_multiplier=4.0")


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return run(quickstart(*SINGLE, "simulation.block=256"), tmp_path_factory.mktemp("single"), workers=2)


def test_the_run_tells_its_error(found):
    told = found.metrics["float32"]
    assert_lawful(found.metrics)
    assert told["paths"] == 1000
    assert set(told["scenarios"]) == set(found.metrics["scenarios"])
    for scenario in told["scenarios"].values():
        assert 0.0 < scenario["marks"]["mean"] < scenario["marks"]["largest"] < 2e-5
        assert set(scenario["lives"]) == {"cross", "portfolio"}
        for life in scenario["lives"].values():
            assert life["other_outcomes"] <= 2
            assert abs(life["p_liquidation"]) <= 0.002
            assert abs(life["var"]) + abs(life["es"]) < 5.0
    assert found.metrics["scenarios"]["hedge_breaks"]["modes"]["cross"]["p_liquidation"]["value"] > 0.01
    lines = [line for line in found.manifest["warnings"] if "single precision" in line]
    assert [line.partition(":")[0] for line in lines] == list(found.manifest["scenarios"])
    assert "warning: baseline: paths are drawn in single precision; against double" in outcome(found, {})


def test_blocks_and_workers_shift_nothing(found, tmp_path):
    again = run(quickstart(*SINGLE, "simulation.block=512"), tmp_path, workers=1)
    assert json.dumps(again.metrics) == json.dumps(found.metrics)


def test_a_path_is_rebuilt_bit_for_bit(found):
    hit = int(np.flatnonzero(found.column("hedge_breaks", "cross", "first_step") > 0)[0])
    for path in (0, 999, hit):
        assert replay(found.folder, path, "hedge_breaks")["path"] == path  # it refuses what it cannot rebuild


def test_a_run_in_double_precision_has_nothing_to_tell(tmp_path):
    results = run(quickstart(*SMALL, "simulation.paths=400"), tmp_path)
    assert "float32" not in results.metrics
    assert not [line for line in results.manifest["warnings"] if "single precision" in line]


@pytest.mark.parametrize(
    "said",
    [
        'model.dependence={ kind = "dcc" }',
        'model.marginal={ kind = "egarch" }',
        'model.marginal={ innovations = "skew_t" }',
        'simulation.importance="auto"',
    ],
)
def test_what_single_precision_has_not_is_refused_at_its_key(said):
    with pytest.raises(ConfigError, match=r'model.arithmetic: "float64"'):
        prepare(quickstart(*SINGLE, said))
