"""``paths = "auto"``: the same number for any workers and blocks, and the run of exactly these paths."""

import json

import pytest

from stresskit.cli.outcome import outcome
from stresskit.config.precision import Precision
from stresskit.errors import ConfigError
from stresskit.pipeline import run
from stresskit.pipeline.setting import prepare
from stresskit.study.frontier import frontier
from tests.lawful import assert_lawful
from tests.pipeline.conftest import quickstart

AUTO = (
    'simulation.paths="auto"',
    "simulation.horizon=1d",
    "comparison.equal_efficiency=false",
    "scenarios.hedge_breaks.volatility_multiplier=4.0",
    'simulation.precision.scenario="hedge_breaks"',
    'simulation.precision.mode="portfolio"',
    "simulation.precision.least=1000",
)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    loaded = quickstart(*AUTO, "simulation.precision.within=0.01", "simulation.block=256")
    return run(loaded, tmp_path_factory.mktemp("auto"), workers=1)


def test_the_interval_is_as_narrow_as_asked_for(found):
    told = found.metrics["precision"]
    assert_lawful(found.metrics)
    assert told["reached"]
    assert found.metrics["paths"] == told["paths"] in [1000 * 2**k for k in range(1, 8)]
    own = found.metrics["scenarios"]["hedge_breaks"]["modes"]["portfolio"]["p_liquidation"]
    assert told["found"] == own
    assert (own["high"] - own["low"]) / 2 <= 0.01
    assert len(found.column("baseline", "cross", "fee")) == told["paths"]


def test_workers_and_blocks_find_the_same(found, tmp_path):
    loaded = quickstart(*AUTO, "simulation.precision.within=0.01", "simulation.block=1024")
    again = run(loaded, tmp_path, workers=3)
    assert json.dumps(again.metrics) == json.dumps(found.metrics)


def test_the_run_is_that_of_as_many_stated_paths(found, tmp_path):
    stated = [f"simulation.paths={found.metrics['paths']}", *AUTO[1:4], "simulation.block=256"]
    other = run(quickstart(*stated), tmp_path, workers=2)
    assert other.metrics["scenarios"] == found.metrics["scenarios"]
    assert other.folder.name != found.folder.name


def test_a_second_run_takes_the_stored_answer(found):
    loaded = quickstart(*AUTO, "simulation.precision.within=0.01", "simulation.block=256")
    assert run(loaded, found.folder.parent).reused


def test_what_cannot_be_reached_is_said(tmp_path):
    stop = ("simulation.precision.within=1e-9", "simulation.precision.most=3000")
    results = run(quickstart(*AUTO, *stop), tmp_path, workers=2)
    told = results.metrics["precision"]
    assert (told["reached"], told["paths"]) == (False, 2000)
    assert "p_liquidation is less sure than asked for" in outcome(results, {})


def test_a_figure_that_is_undefined_is_never_sure():
    assert not Precision(within=1.0).content(None, 0.0)
    assert not Precision(relative=0.5).content(0.0, 0.01)
    assert Precision(relative=0.5).content(-10.0, 5.0)
    assert Precision().content(0.1, 0.002)


@pytest.mark.parametrize(
    ("overrides", "text"),
    [
        (["simulation.precision.within=0.01"], "the number of paths is stated"),
        ([*AUTO, "simulation.precision.within=0.1", "simulation.precision.relative=0.1"], "not both"),
        ([*AUTO, 'simulation.precision.figure="es"'], "this key or relative"),
        ([*AUTO, 'simulation.precision.mode="crss"'], "cross"),
        ([*AUTO, 'simulation.precision.scenario="calm"'], "baseline"),
        ([*AUTO, 'simulation.precision.account="mine"'], "account"),
        ([*AUTO, "simulation.precision.most=1000", "simulation.precision.least=5000"], "at least the 5000"),
        (['simulation.paths="many"'], 'or "auto"'),
        (["simulation.paths=0"], 'or "auto"'),
        (["simulation.paths=true"], 'or "auto"'),
    ],
)
def test_faults_are_refused(overrides, text):
    with pytest.raises(ConfigError, match=text):
        quickstart(*overrides)


def test_only_a_run_looks_for_its_number():
    loaded = quickstart(*AUTO)
    assert prepare(loaded).margin()["account"]["cross"]["initial"] > 0.0
    with pytest.raises(ConfigError, match="only `stresskit run` finds its own"):
        frontier(loaded)
