"""``[model]``: every kind loads, what cannot be meant is told at its key."""

from pathlib import Path
from typing import Any

import pytest

from stresskit.config.model import Marginal, Model
from stresskit.config_file import load_run
from stresskit.errors import ConfigError
from tests.config_file.test_problems import GOOD

LABELS = {
    '{ kind = "gaussian" }': "gaussian",
    '{ kind = "student_t" }': "student_t",
    '{ kind = "grouped_t" }': "grouped_t",
    '{ kind = "grouped_t", groups = [["BTC", "ETH"], ["SOL"]] }': "grouped_t",
    '{ kind = "survival_clayton" }': "survival_clayton",
    '{ kind = "gumbel" }': "gumbel",
    '{ kind = "mixture", of = ["student_t", "survival_clayton"] }': "mixture:student_t+survival_clayton",
    '{ kind = "vine" }': "vine",
    '{ kind = "dcc" }': "dcc:student_t",
    '{ kind = "dcc", copula = "gaussian" }': "dcc:gaussian",
    '{ kind = "regime" }': "regime",
}
FILES = 'source = "files"\nprices = "p.csv"'
SNAPSHOT = 'source = "snapshot"\nsnapshot = "majors-2026-03"'
SPOILED: dict[str, tuple[str, str, str]] = {
    "kind": ("", 'dependence = { kind = "studentt" }', 'kind: .*"student_t".*did you mean .student_t'),
    "no kind": ("", "dependence = {}", "dependence.kind: this key is required"),
    "foreign key": (
        "",
        'dependence = { kind = "student_t", nu = 4 }',
        "dependence.nu: unknown key; known here",
    ),
    "twice": (
        "",
        'dependence = { kind = "grouped_t", groups = [["BTC"], ["BTC", "ETH"]] }',
        "dependence.groups: each asset in one group",
    ),
    "empty group": ("", 'dependence = { kind = "grouped_t", groups = [[]] }', "groups.0: at least 1 entry"),
    "lower case": (
        "",
        'dependence = { kind = "grouped_t", groups = [["btc"]] }',
        "groups.0.0: an asset in cap",
    ),
    "no groups": (
        FILES,
        'dependence = { kind = "grouped_t" }',
        "dependence.groups: this key is required with so",
    ),
    "three parts": (
        "",
        'dependence = { kind = "mixture", of = ["gaussian", "student_t", "gumbel"] }',
        "dependence.of: at most 2 entries",
    ),
    "the same": (
        "",
        'dependence = { kind = "mixture", of = ["gaussian", "gaussian"] }',
        "dependence.of: two different kinds",
    ),
    "nested": ("", 'dependence = { kind = "mixture", of = ["gaussian", "vine"] }', "of.1: .*not .vine"),
    "history": (
        "",
        'dependence = { kind = "bootstrap" }',
        "dependence.kind: another kind, or .market. source = .files.: it draws from the price history",
    ),
    "no block": (
        FILES,
        'dependence = { kind = "bootstrap", mean_block = "0h" }',
        "dependence.mean_block: a duration above zero",
    ),
    "marginal": ("", 'marginal = { kind = "gjr" }', 'marginal.kind: .*"gjr_garch".*not "gjr"'),
    "innovations": (
        "",
        'marginal = { innovations = "skewt" }',
        "marginal.innovations: .*did you mean 'skew_t'",
    ),
    "mean": ("", 'marginal = { mean = "linear" }', 'marginal.mean: "zero" or "constant", not "linear"'),
}


def config(tmp_path: Path, model: str, market: str = "") -> Path:
    path = tmp_path / "run.toml"
    path.write_text((GOOD.replace(SNAPSHOT, market) if market else GOOD) + f"\n[model]\n{model}\n")
    return path


@pytest.mark.parametrize("text", LABELS)
def test_every_dependence_loads_and_has_its_label(text: str, tmp_path: Path) -> None:
    run = load_run(config(tmp_path, f"dependence = {text}")).run
    assert run.model.dependence.label == LABELS[text]
    again = Model.model_validate(run.effective()["model"])
    assert again == run.model


def test_a_bootstrap_needs_price_files(tmp_path: Path) -> None:
    run = load_run(config(tmp_path, 'dependence = { kind = "bootstrap", mean_block = "5d" }', FILES)).run
    assert run.model.dependence.label == "bootstrap"


@pytest.mark.parametrize(
    ("keys", "label"),
    [
        ({}, "gjr_garch/student_t"),
        ({"kind": "egarch", "innovations": "skew_t"}, "egarch/skew_t"),
        ({"mean": "constant"}, "gjr_garch+mean/student_t"),
    ],
)
def test_marginals_have_labels(keys: dict[str, Any], label: str) -> None:
    assert Marginal.model_validate(keys).label == label


@pytest.mark.parametrize("case", SPOILED)
def test_what_cannot_be_meant_is_told_at_its_key(case: str, tmp_path: Path) -> None:
    market, model, expected = SPOILED[case]
    path = config(tmp_path, model, market)
    line = len(path.read_text().rstrip().splitlines())
    with pytest.raises(ConfigError, match=rf"^{path}:{line}:\d+: model\.[\w.]*{expected}") as caught:
        load_run(path)
    assert len(caught.value.problems) == 1
