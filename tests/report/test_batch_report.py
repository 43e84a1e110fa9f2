"""The report of a batch and that of a comparison, from what those commands stored."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from stresskit.errors import DataError
from stresskit.report import batch_findings as found
from stresskit.report.batch import batch_report
from stresskit.report.comparison import comparison_report, document
from stresskit.report.document import take_figures
from stresskit.results import Results, load
from stresskit.study.batch.ranking import ranking
from stresskit.study.compare import compare
from tests.report.conftest import Maker
from tests.report.test_figures import check
from tests.report.test_report import pages, words
from tests.report.variants import edited

COUNT = 7


@pytest.fixture(scope="module")
def batch(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A batch of seven runs that are copies of one, and one that failed."""
    folder = tmp_path_factory.mktemp("runs")
    entries: list[dict[str, Any]] = []
    for place in range(COUNT):
        shutil.copytree(results.folder, folder / f"r{place}")
        (entry,) = ranking(f"a run with a rather long label {place}", results)
        entries.append({**entry, "folder": f"r{place}", "rank": place + 1})
    entries[1] |= {"mode": "portfolio", "verdict": "portfolio"}
    runs = [{"label": e["run"], "status": "done", "cause": []} for e in entries]
    runs.append({"label": "bad", "status": "failed", "cause": ["bad.toml:1:1: name: a name"]})
    (folder / "night.batch").mkdir()
    content = {"status": "done", "runs": runs, "ranking": entries}
    (folder / "night.batch" / "batch.json").write_text(json.dumps(content, default=str))
    return folder / "night.batch"


def unverified(monkeypatch: pytest.MonkeyPatch) -> None:
    """The synthetic runs were edited after they were sealed."""
    monkeypatch.setattr("stresskit.report.batch.load", lambda folder: load(folder, verify=False))


def test_a_batch_is_ranked_and_drawn(batch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unverified(monkeypatch)
    files = batch_report(batch, tmp_path, html=True)
    assert files["pdf"].name == "night.pdf"
    assert pages(files["pdf"].read_bytes(), tmp_path / "a.pdf") == 1
    text = words(files["pdf"])
    assert f"{COUNT} of {COUNT} accounts break a limit; worst off is a run with a rather long label 0" in text
    assert "bad.toml:1:1: name: a name" in text
    assert text.count("hypothetical") == 2  # the second run's present mode, and the one it is told to take
    assert "1 of 8 runs are not in the ranking" in text


def test_a_changed_run_or_no_batch_is_refused(batch: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="CHECKSUMS"):
        batch_report(batch)
    with pytest.raises(DataError, match=r"batch\.json"):
        batch_report(tmp_path)
    (tmp_path / "batch.json").write_text('{"ranking": [], "runs": []}')
    with pytest.raises(DataError, match="at least one run"):
        batch_report(tmp_path)


def test_a_comparison_has_a_page(
    make: Maker, results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change(_: dict[str, Any], manifest: dict[str, Any]) -> None:
        manifest["config"]["simulation"]["seed"] = 7

    other = edited(make(scale=(1.0, 1.2)).folder, tmp_path / "other", change)
    told = compare(results, other)
    files = comparison_report(told, tmp_path / "out", "letter")
    assert pages(files["pdf"].read_bytes(), tmp_path / "a.pdf") <= 2
    text = words(files["pdf"])
    assert "beyond their noise, compared path by path" in text
    assert "simulation.seed" in text
    check(take_figures(document(told)), monkeypatch)
    same = compare(results, results)
    assert "The two runs have the same figures" in json.dumps(
        [b for b in document(same)["pages"][0]["blocks"] if b["kind"] == "section"]
    )


def test_ranking_finding() -> None:
    assert found.ranking([("a", "broken"), ("b", "met")]) == "1 of 2 accounts breaks a limit; worst off is a"
    assert found.ranking([("a", "undecided")]).startswith("No limit is broken, 1 of 1 account undecided")
    assert found.ranking([("a", "no limit"), ("b", "no limit")]).startswith("No limit is set")
    assert found.ranking([("a", "met")]).startswith("Every limit is met")


def test_survival_finding() -> None:
    assert found.survival([("1. a", 1.0)]).startswith("No account")
    assert found.survival([("1. a", 1.0), ("2. b", 0.9)]).startswith("Fewest paths survive for b: 90.0")


def test_comparison_finding() -> None:
    assert found.comparison(True, [], True) == "The two runs have the same figures"
    assert found.comparison(False, ["same", None], False).endswith("as if independent")
    assert "1 are higher and 2 lower" in found.comparison(False, ["up", "down", "down"], True)
