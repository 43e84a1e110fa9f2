"""Comparing two finished runs: what differs, with intervals that keep their promise."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import stresskit as sk
from stresskit.cli import main
from stresskit.results import Results, load
from stresskit.study.compare import apart, broken, compare, flat
from tests.synthetic import make_run_folder


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Results, Results]:
    folders = [tmp_path_factory.mktemp(name) for name in "ab"]
    one, other = (
        make_run_folder(f, seed=i, p_liq=p) for f, (i, p) in zip(folders, [(1, 0.05), (2, 0.2)], strict=True)
    )
    return load(one), load(other)


def entry(found: Any, figure: str, mode: str = "cross", scenario: str = "baseline") -> Any:
    keys = {"figure": figure, "mode": mode, "scenario": scenario, "basis": "equal_collateral"}
    (one,) = (e for e in found["figures"] if keys.items() <= e.items())
    return one


def test_a_run_does_not_differ_from_itself(runs: tuple[Results, Results]) -> None:
    found = compare(runs[0], runs[0])
    assert found["identical"]
    assert found["config"] == found["made_of"] == {}
    assert found["only_a"] == found["only_b"] == []
    assert {e["change"] for e in found["figures"]} <= {"same", "within the noise", None}
    assert all(e["a"] == e["b"] for e in found["figures"])
    assert broken(found, "changed") == broken(found, "worse") == []


def test_paired_differences_are_those_of_the_columns(runs: tuple[Results, Results]) -> None:
    a, b = runs
    found = compare(a, b)
    assert found["paired"]
    share = entry(found, "p_liquidation")
    assert share["difference"]["value"] == pytest.approx(share["b"]["value"] - share["a"]["value"], abs=1e-12)
    assert share["difference"]["low"] > 0
    assert share["change"] == "up"
    columns = ("fee", "slippage", "fund", "shortfall_price")
    cost = [sum(run.column("baseline", "cross", name) for name in columns) for run in (a, b)]
    gap = cost[1] - cost[0]
    half = 1.959963984540054 * gap.std(ddof=1) / np.sqrt(len(gap))
    got = entry(found, "expected_liquidation_cost")["difference"]
    assert (got["value"], got["high"] - got["low"]) == pytest.approx((gap.mean(), 2 * half), rel=1e-9)


def test_two_intervals_combine_as_if_independent() -> None:
    a, b = {"value": 1.0, "low": 0.0, "high": 4.0}, {"value": 3.0, "low": -1.0, "high": 6.0}
    got = apart(a, b)
    assert (got.value, got.low, got.high) == pytest.approx((2.0, 2.0 - 5.0, 2.0 + np.hypot(3.0, 1.0)))
    none = {"value": None, "low": None, "high": None, "reason": "no path"}
    assert apart(a, none) == (None, None, None, "no path")


def test_the_interval_covers_what_it_says() -> None:
    """Two samples of one law: their difference is zero, and the interval misses it about 1 time in 20."""
    from stresskit.measure.figure import figure
    from stresskit.measure.tail import value_at_risk

    draws = np.random.default_rng(7).standard_normal((400, 2, 2000))
    inside = 0
    for x, y in draws:
        got = apart(figure(value_at_risk(x, 0.99)), figure(value_at_risk(y, 0.99)))
        assert got.low is not None
        assert got.high is not None
        inside += got.low <= 0 <= got.high
    assert 0.92 <= inside / 400 <= 0.99


def test_rules_that_fail(runs: tuple[Results, Results]) -> None:
    found = compare(*runs)
    assert {e["change"] for e in broken(found, "worse")} == {"up"}
    assert broken(found, "p_liquidation=0.1")
    assert broken(found, "p_liquidation=0.9") == []
    for rule in (
        "better",
        "p_liquidation",
        "p_liquidation=x",
        "p_liquidation=-1",
        "p_liquidation=nan",
        "p=1",
    ):
        with pytest.raises(ValueError, match="FIGURE=AMOUNT"):
            broken(found, rule)


def test_flat_tables() -> None:
    assert flat({"a": [{"b": 1}, 2], "c": {}, "d": None}) == {"a.0.b": 1, "a.1": 2, "d": None}


def test_on_the_command_line(runs: tuple[Results, Results]) -> None:
    folders = [str(run.folder) for run in runs]
    done = CliRunner().invoke(main, ["compare", *folders])
    assert done.exit_code == 0
    assert "paired path by path" in done.stdout
    failing = CliRunner().invoke(main, ["compare", *folders, "--fail-on", "worse", "--json"])
    assert failing.exit_code == 1
    assert json.loads(failing.stdout)["fail_on"]["worse"] > 0
    same = CliRunner().invoke(main, ["compare", folders[0], folders[0], "--fail-on", "changed", "--all"])
    assert same.exit_code == 0
    assert "identical metrics" in same.stdout
    assert CliRunner().invoke(main, ["compare", *folders, "--fail-on", "x"]).exit_code == 2
    assert CliRunner().invoke(main, ["compare", folders[0], str(Path(folders[0]).parent)]).exit_code == 3


def test_from_python(runs: tuple[Results, Results]) -> None:
    assert sk.compare(runs[0], runs[1].folder)["figures"] == compare(*runs)["figures"]
