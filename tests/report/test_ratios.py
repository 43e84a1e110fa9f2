"""The margin ratio along the paths: as divided, at its edges, and what a run without it says."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
from matplotlib.text import Annotation

from stresskit.report.curves import clock
from stresskit.report.figures.ratio_fan import RatioFan, highest, ratio_fan
from stresskit.report.ratios import APART, MOST, margin_ratio, ratios
from stresskit.report.view import accounts
from stresskit.results import Results, load
from tests.report import variants


def test_ratio_at_its_edges() -> None:
    equity = np.array([[10.0, 10.0, 0.0], [10.0, 5.0, 3.0]])
    asked = np.array([[5.0, 0.0, 0.0], [1e-9, 4.0, 0.0]])
    shut = np.array([[False, False, True], [False, False, True]])
    assert margin_ratio(equity, asked, shut).tolist() == [[2.0, MOST, 0.0], [MOST, 1.25, 0.0]]


def test_a_run_without_the_column_says_so(results: Results, tmp_path: Path) -> None:
    run = variants.edited(results.folder, tmp_path / "run", lambda *_: None)
    file = run.folder / "outcomes" / "schema.json"
    schema = json.loads(file.read_text())
    schema["columns"] = [one for one in schema["columns"] if one["column"] != "maintenance_sample"]
    file.write_text(json.dumps(schema))
    (account,) = accounts(load(run.folder, verify=False))
    blocks = list(ratios(account))
    assert [block["kind"] for block in blocks] == ["section", "text"]
    assert "stresskit run CONFIG" in blocks[1]["text"]


def test_a_book_of_isolated_positions_says_why_it_has_no_fan(results: Results, tmp_path: Path) -> None:
    run = variants.edited(results.folder, tmp_path / "run", lambda *_: None)
    file = run.folder / "outcomes" / "schema.json"
    schema = json.loads(file.read_text())
    schema["columns"] = [one for one in schema["columns"] if one["column"] != "maintenance_sample"]
    file.write_text(json.dumps(schema))
    (account,) = accounts(load(run.folder, verify=False))
    margin = {mode: {**found, "rule": "isolated"} for mode, found in account.margin.items()}
    section, told = ratios(replace(account, margin=margin))
    assert section["finding"] == "Every position has its own margin"
    assert told["text"] == APART


def test_the_scale_ends_where_little_is_left() -> None:
    even = np.full((7, 2), 5.0)
    fans = [RatioFan("a", 0, np.array([0.0, 1.0]), even, np.array([[5.0, MOST]]))]
    assert highest(fans) == (MOST, 50.0)
    assert highest([fans[0]._replace(paths=even[:1])]) == (5.0, 5.0)


def test_an_account_that_is_shut_at_the_start_is_drawn_at_the_bottom() -> None:
    shut = RatioFan("a", 0, np.array([0.0, 1.0]), np.zeros((7, 2)), np.zeros((5, 2)))
    (ax,) = ratio_fan([shut], clock(1.0, 1)).axes
    assert {text.get_text() for text in ax.texts} == {"liquidated", "start", "median"}
    assert all(0.0 <= text.xy[1] <= 1.0 for text in ax.texts if isinstance(text, Annotation))


def test_the_fan_is_of_the_sampled_columns(results: Results) -> None:
    (account,) = accounts(results)
    told = [block for block in ratios(account) if block["kind"] == "figure"]
    assert "portfolio (hypothetical) a certified floor" in told[0]["caption"]
    lower = told[0]["figure"].axes[0].collections[0].get_paths()[0].vertices[:, 1]
    scenario, mode = account.shown[-1], account.base
    equity, asked = (
        account.column(scenario, mode, name)[-1] for name in ("equity_sample", "maintenance_sample")
    )
    ends = np.where(asked > 0.0, equity / np.where(asked > 0.0, asked, 1.0), 0.6)
    low, high = np.quantile(ends, (0.025, 0.975))
    assert np.isclose(lower, max(low, 0.6)).any()
    assert np.isclose(lower, high).any()
