"""``report`` and ``compare --report`` as a user calls them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from stresskit.cli import main
from tests.report import answers
from tests.synthetic import make_run_folder


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run_folder(tmp_path_factory.mktemp("run"), paths=200, steps=24)


def test_answers_and_html(run: Path, tmp_path: Path) -> None:
    (file,) = answers.stored(tmp_path / "answers", [answers.matrix()])
    called = ["report", str(run), "--out", str(tmp_path / "out"), "--with", str(file), "--html", "--json"]
    found = CliRunner().invoke(main, called)
    assert found.exit_code == 0, found.output
    told = json.loads(found.stdout)
    assert Path(told["html"]).read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert any(path.endswith("tornado.png") for path in told["figures"])


def test_an_answer_about_another_config_is_a_data_problem(run: Path, tmp_path: Path) -> None:
    (file,) = answers.stored(tmp_path, [{**answers.matrix(), "name": "other"}])
    found = CliRunner().invoke(main, ["report", str(run), "--with", str(file)])
    assert found.exit_code == 3
    assert "an answer about synthetic, the run's config, not other" in found.output


def test_a_comparison_is_written(run: Path, tmp_path: Path) -> None:
    found = CliRunner().invoke(main, ["compare", str(run), str(run), "--report", str(tmp_path)])
    assert found.exit_code == 0, found.output
    assert len(list(tmp_path.glob("compare-*.pdf"))) == 1
