"""``stresskit run``: the answer on stdout, the verdict's code, the files named."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from stresskit.cli import main
from stresskit.cli.outcome import outcome
from stresskit.pipeline import Progress
from stresskit.results import Results, load
from tests.synthetic import make_run_folder

QUICKSTART = str(Path(__file__).parents[2] / "configs/quickstart.toml")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return load(make_run_folder(tmp_path_factory.mktemp("runs"), paths=400))


@pytest.fixture
def calls(results: Results, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Answers `run` with the synthetic results and records how it was asked."""
    asked: list[Any] = []

    def fake(loaded: Any, out: Path, workers: int, force: bool, progress: Any) -> Results:
        asked.append((loaded, out, workers, force))
        for done in range(0, 41) if progress else ():
            progress(Progress(done, 40, "baseline"))
        return results

    files = {"pdf": Path("r/x.pdf"), "pages": [Path("r/pages/1.png")], "figures": [Path("r/figures/a.png")]}
    monkeypatch.setattr("stresskit.pipeline.run", fake)
    monkeypatch.setattr("stresskit.report.report", lambda _: files)
    return asked


def test_verdict_table_and_files(calls: list[Any], results: Results, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        main,
        ["run", QUICKSTART, "--out", str(tmp_path / "new"), "--workers", "2", "--set", "simulation.paths=9"],
    )
    assert done.exit_code == 1  # the synthetic run breaks a limit
    assert done.stderr == ""
    ((loaded, out, workers, force),) = calls
    assert (loaded.run.simulation.paths, out, force) == (9, tmp_path / "new", False)
    assert workers.workers == 2
    lines = done.stdout.splitlines()
    (limit,) = (line for line in lines if "p_liquidation of cross in baseline" in line)
    assert limit.startswith("  BROKEN     p_liquidation of cross in baseline: 5")
    assert limit.endswith("%, limit 4 %")
    assert [line.split("  (")[0] for line in lines if line.startswith("SCENARIO")] == [
        "SCENARIO baseline",
        "SCENARIO hedge_breaks",
    ]
    assert sum("portfolio (hypothetical)" in line for line in lines) == 2
    assert not any(line.startswith("  cross (hypothetical)") for line in lines)
    assert any(line.startswith("VERDICT  ") for line in lines)
    assert lines[-5:] == [
        "FILES",
        "  report   r/x.pdf",
        "  pages    r/pages",
        "  figures  r/figures",
        f"  metrics  {results.folder / 'metrics.json'}",
    ]
    assert max(map(len, lines)) <= 140


def test_warnings_are_shown(results: Results) -> None:
    warned = dataclasses.replace(results, manifest={**results.manifest, "warnings": ["one", "two"]})
    assert "warning: one\nwarning: two\n" in outcome(warned, {})


def test_a_stored_answer_says_so(results: Results) -> None:
    assert "stored answer" in outcome(dataclasses.replace(results, reused=True), {})
    assert "stored answer" not in outcome(results, {})


def test_several_accounts_are_told_apart(results: Results) -> None:
    parts = ("margin", "scenarios", "verdict")
    account = {name: results.metrics[name] for name in parts}
    metrics = {name: value for name, value in results.metrics.items() if name not in parts}
    listed = dataclasses.replace(results, metrics={**metrics, "accounts": {"account": account}})
    assert "\nACCOUNT account\n" in outcome(listed, {})


def test_json_is_the_metrics_and_nothing_else(calls: list[Any], results: Results, tmp_path: Path) -> None:
    args = ["run", QUICKSTART, "--out", str(tmp_path), "--json", "--progress", "--force", "--no-report"]
    done = CliRunner().invoke(main, args)
    assert json.loads(done.stdout) == results.metrics
    assert done.exit_code == 1
    first, *lines = done.stderr.splitlines()
    assert first.startswith("preparing")
    assert lines[:2] == ["baseline: 0 %", "baseline: 10 %"]
    assert len(done.stderr.splitlines()) == 12
    assert calls[0][3] is True


def test_no_report_names_no_report(calls: list[Any], tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["run", QUICKSTART, "--out", str(tmp_path), "--no-report"])
    assert "report" not in done.stdout.split("FILES")[1].replace("metrics", "")
    assert len(calls) == 1


def test_a_folder_that_cannot_be_made_is_refused_before_anything_is_computed(
    calls: list[Any], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    done = CliRunner().invoke(main, ["run", QUICKSTART, "--out", str(tmp_path / "file")])
    assert done.exit_code == 2
    assert done.stderr == f"--out {tmp_path / 'file'}: a folder to write to: File exists\n"
    assert not calls


def test_rates_are_never_rounded_onto_their_limit_or_certainty() -> None:
    from stresskit.cli.text import apart, dollars, hundredths, number, percent

    assert percent(0.0499996) == "5.00 %"
    assert apart(4.99996, 5.0) == "4.99996"
    assert (hundredths(0.99999999), hundredths(1.0), hundredths(0.0)) == ("99.999999", "100.00", "0.00")
    assert hundredths(1e-7) == "0.00001"
    assert (number(0.9999), number(1.0), number(None)) == ("0.9999", "1.00", "-")
    assert (dollars(99.999), dollars(1234.5), dollars(-1234.5)) == ("100.00", "1,234", "-1,234")


def test_a_line_of_progress_has_the_figure_so_far(capsys: pytest.CaptureFixture[str]) -> None:
    from stresskit.cli.progress import progress
    from stresskit.pipeline import Progress

    with progress(True) as show:
        assert show is not None
        show(Progress(50, 100, "baseline", 5, 50))
    assert capsys.readouterr().err.splitlines()[1:] == [
        "baseline: 50 %, P(liquidation) 10.00 [4.35, 21.36] %"
    ]


def test_progress_of_what_lives_no_path_is_told_without_a_figure(capsys: pytest.CaptureFixture[str]) -> None:
    from stresskit.calibrate.progress import Progress
    from stresskit.cli.progress import progress

    with progress(True) as show:
        assert show is not None
        show(Progress(1, 2, "BTC"))
    assert capsys.readouterr().err.splitlines()[1:] == ["BTC: 50 %"]
