"""Any path of a finished run, told again step by step."""

import json

import numpy as np
import pytest

from stresskit.errors import ConfigError, DataError
from stresskit.pipeline import replay, run
from stresskit.results import OUTCOME_COLUMNS
from tests.pipeline.conftest import quickstart


def liquidated(results, scenario, life):
    return int(np.flatnonzero(results.column(scenario, life, "first_step") > 0)[0])


def places(results):
    """Paths at the ends of blocks, and one that each mode liquidated."""
    hits = [
        ("hedge_breaks", liquidated(results, "hedge_breaks", life))
        for life in ("cross@efficiency", "portfolio")
    ]
    return [("baseline", 0), ("baseline", 511), ("baseline", 512), ("hedge_breaks", 3999), *hits]


def test_paths_are_rebuilt_bit_for_bit(small_run):
    for scenario, path in places(small_run):
        told = replay(small_run.folder, path, scenario)
        assert (told["scenario"], told["path"]) == (scenario, path)
        assert set(told["lives"]) == {
            life.name for life in small_run.lives(scenario) if life.mode != "market"
        }
        for name, lived in told["lives"].items():
            for column in OUTCOME_COLUMNS:
                stored = small_run.column(scenario, name, column.name)[path]
                told_as = "lowest_ratio_at_least" if column.name == "lowest_ratio" else column.name
                assert lived["outcome"][told_as] == stored


def test_the_steps_tell_the_life(small_run):
    path = liquidated(small_run, "hedge_breaks", "portfolio")
    told = replay(small_run.folder, path, "hedge_breaks")
    lived = told["lives"]["portfolio"]
    steps, outcome = lived["steps"], lived["outcome"]
    equity = [step["equity"] for step in steps]
    assert [step["t_h"] for step in steps] == list(np.arange(97.0))
    assert len(told["marks"]["BTC"]) == 97
    assert equity[0] == 20_000
    assert min(equity) >= outcome["lowest_equity"]  # which may stand between two steps
    assert equity[-1] == outcome["terminal_equity"]
    assert equity == small_run.column("hedge_breaks", "portfolio", "equity_sample")[:, path].tolist()
    first = outcome["first_step"]
    asked = small_run.column("hedge_breaks", "portfolio", "maintenance_sample")[:first, path]
    assert (asked >= [step["maintenance"] * (1.0 - 1e-9) for step in steps[:first]]).all()
    crossed = [step["maintenance"] for step in told["lives"]["cross"]["steps"]]
    sampled = small_run.column("hedge_breaks", "cross", "maintenance_sample")[:, path]
    if told["lives"]["cross"]["outcome"]["first_step"] < 0:
        assert sampled == pytest.approx(crossed, rel=1e-9)
    assert [step["event"] for step in steps[:first]] == [None] * first
    assert "closed by force" in steps[first]["event"]
    assert "/USDT:USDT weighs most, " in steps[first]["event"]
    assert "slippage" in steps[first]["event"]
    assert steps[-1]["so_far"]["slippage"] == outcome["slippage"]
    inside = np.diff([0, *(step["so_far"]["inside"] for step in steps[1:])]) > 0
    assert inside.sum() == outcome["inside"] > 0
    assert [("within the step" in (step["event"] or "")) for step in steps[1:]] == inside.tolist()
    for step in steps[1:first]:
        assert step["equity"] > step["maintenance"] > 0
    for place, asset in enumerate(("BTC", "ETH")):
        signed = 50_000 * (1 - 2 * place) * told["marks"][asset][first - 1]
        assert steps[first - 1]["open"][place] == pytest.approx(signed, rel=1e-12)
    assert json.dumps(told, allow_nan=False)


def test_what_cannot_be_told(small_run, tmp_path):
    with pytest.raises(ConfigError, match="--path: a path from 0 to 3999"):
        replay(small_run.folder, 4000)
    with pytest.raises(ConfigError, match="--scenario: one of baseline, hedge_breaks"):
        replay(small_run.folder, 0, "crash")
    with pytest.raises(DataError, match="a finished run"):
        replay(tmp_path, 0)


def test_a_run_of_other_sources_is_refused(tmp_path, monkeypatch):
    done = run(quickstart("simulation.paths=64", "simulation.horizon=6h"), tmp_path)
    monkeypatch.setattr("stresskit.pipeline.setting.package_sha256", lambda: "0" * 64)
    with pytest.raises(DataError, match="made from the same package: run it again with --force"):
        replay(done.folder, 0)
