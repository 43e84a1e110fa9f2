"""First contact: every template is valid and runs; the schema knows what configs say."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from stresskit.cli import main
from stresskit.cli.init import BATCHES, TEMPLATES
from stresskit.config.schema import COHORT, json_schema
from stresskit.study.cohort.spec import Cohort
from tests.cli.json_schema import faults

ROOT = Path(__file__).parents[2]
HOME = ROOT / "stresskit/cli/templates"
SMALL = ["--set", "simulation.paths=100", "--set", "simulation.horizon=3h"]


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return json_schema()


def test_every_template_is_offered() -> None:
    assert {path.stem for path in HOME.glob("*.toml")} == set(TEMPLATES)


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_is_valid_and_runs(template: str, tmp_path: Path) -> None:
    made = CliRunner().invoke(main, ["init", "--template", template, "--out", str(tmp_path)])
    assert made.exit_code == 0
    file = str(tmp_path / f"{template}.toml")
    verb = "batch" if template in BATCHES else "run"
    assert f"stresskit {verb} {file}" in made.stdout
    checked = CliRunner().invoke(main, ["validate", file])
    assert (checked.exit_code, checked.stdout) == (0, f"{file}: ok\n")
    options = ["--no-report"] if verb == "run" else []
    done = CliRunner().invoke(main, [verb, file, "--out", str(tmp_path / "runs"), *SMALL, *options])
    assert done.exit_code in (0, 1), done.stderr


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    args = ["init", "--template", "cohort", "--out", str(tmp_path)]
    (tmp_path / "cohort-positions.csv").write_text("mine")
    refused = CliRunner().invoke(main, args)
    assert refused.exit_code == 2
    assert "cohort-positions.csv: no such file yet, or --force" in refused.stderr
    assert not (tmp_path / "cohort.toml").exists()
    assert CliRunner().invoke(main, [*args, "--force"]).exit_code == 0
    assert (tmp_path / "cohort-positions.csv").read_text() != "mine"


CONFIGS = [p for p in sorted((ROOT / "configs").rglob("*.toml")) if p.parent.name != "calibration"]


@pytest.mark.parametrize("path", [*CONFIGS, *sorted(HOME.glob("*.toml"))], ids=lambda path: path.stem)
def test_shipped_configs_fit_the_schema(path: Path, schema: dict[str, Any]) -> None:
    assert list(faults(schema, tomllib.loads(path.read_text(encoding="utf-8")), schema)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('horizon = "10d"', "horizon = 864000"),
        ("paths = 20_000", 'paths = "many"'),
        ('kind = "baseline"', 'kind = "base"'),
        ("leverage = 10", "leverag = 10"),
        ("p_liquidation = 0.05", 'p_liquidation = "low"'),
        ('rule = "var"', 'rule = "vat"'),
    ],
)
def test_the_schema_objects(old: str, new: str, schema: dict[str, Any]) -> None:
    text = (HOME / "pairs.toml").read_text(encoding="utf-8")
    assert old in text
    assert list(faults(schema, tomllib.loads(text.replace(old, new)), schema))


def test_the_schema_of_a_cohort_is_its_spec() -> None:
    assert set(COHORT["properties"]) == set(Cohort.model_fields)
    required = [name for name, field in Cohort.model_fields.items() if field.is_required()]
    assert COHORT["required"] == required


def test_schema_and_completion_are_printed(schema: dict[str, Any]) -> None:
    assert json.loads(CliRunner().invoke(main, ["schema"]).stdout) == schema
    for shell in ("bash", "zsh", "fish"):
        done = CliRunner().invoke(main, ["completion", shell])
        assert done.exit_code == 0
        assert "_STRESSKIT_COMPLETE" in done.stdout
