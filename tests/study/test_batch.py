"""A batch: what is run, what is spared, what its failures cost, and what it leaves."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

import stresskit as sk
from stresskit.errors import ConfigError
from stresskit.study.batch import collect, run_batch
from stresskit.study.batch import run as loop
from stresskit.study.batch.journal import Journal
from stresskit.study.batch.run import BatchProgress, Way
from tests.study.batches import CONFIG, finished_runs, sweep_file


def events(home: Path) -> list[str]:
    lines = (home / "log.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["event"] for line in lines]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any, list[BatchProgress]]:
    folder = tmp_path_factory.mktemp("batch")
    sweep = '[sweep.grid]\nsimulation.seed = [1, 2]\n"account.collateral.0.amount" = [1500, 9000, -1]\n'
    jobs = collect([sweep_file(folder, sweep)])
    said: list[BatchProgress] = []
    out = folder / "runs"
    return out, run_batch(jobs, out / "tiny.batch", Way(out), said.append), said


def test_every_run_has_its_folder_and_failures_their_cause(done: Any) -> None:
    out, batch, _ = done
    assert [outcome.status for outcome in batch.outcomes] == ["done", "done", "failed"] * 2
    assert set(finished_runs(out)) == {o.folder.name for o in batch.outcomes if o.folder}
    (cause,) = batch.outcomes[2].cause
    assert "equity above zero" in cause
    assert batch.exit_code == 4


def test_the_ranking_puts_the_worst_first(done: Any) -> None:
    _, batch, _ = done
    assert [entry["rank"] for entry in batch.ranking] == [1, 2, 3, 4]
    shares = [entry["p_liquidation"]["value"] for entry in batch.ranking]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > shares[-1]


def test_the_summary_has_a_row_for_each_life_of_each_run(done: Any) -> None:
    _, batch, _ = done
    with batch.files["summary"].open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["simulation.seed"], row["account.collateral.0.amount"]) for row in rows] == [
        (seed, amount) for seed in ("1", "2") for amount in ("1500", "9000")
    ]
    by_run = {entry["run"]: entry for entry in batch.ranking}
    for row in rows:
        found = by_run[row["run"]]["p_liquidation"]
        for key, column in (("value", ""), ("low", "_low"), ("high", "_high")):
            assert float(row[f"p_liquidation{column}"]) == pytest.approx(found[key], rel=1e-11)


def test_the_log_tells_the_whole_story(done: Any) -> None:
    _, batch, said = done
    run = ["run started", "run done"] * 2 + ["run started", "run failed"]
    assert events(batch.home) == ["batch started", *run, *run, "batch done"]
    assert said[-1].place == said[-1].total == 6
    assert [len(at.ended) for at in said] == sorted(len(at.ended) for at in said)
    assert any(at.state and at.state.lived == 300 for at in said)
    assert json.loads((batch.home / "batch.json").read_text())["status"] == "done"


def test_a_second_time_nothing_is_computed(done: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    out, batch, _ = done
    monkeypatch.setattr("stresskit.pipeline._simulate", None)
    jobs = [outcome.job for outcome in batch.outcomes]
    again = run_batch(jobs, batch.home, Way(out, resume=True))
    assert [outcome.reused for outcome in again.outcomes] == [True, True, False] * 2
    assert again.ranking == batch.ranking
    assert events(batch.home).count("batch started") == 2


def test_a_folder_whose_seal_is_broken_is_not_trusted(tmp_path: Path) -> None:
    jobs, way = collect([sweep_file(tmp_path)])[:1], Way(tmp_path / "runs")
    first = run_batch(jobs, tmp_path / "x.batch", way).outcomes[0]
    assert first.folder is not None
    metrics = first.folder / "metrics.json"
    before = metrics.read_bytes()
    metrics.write_bytes(before.replace(b'"value"', b'"velue"', 1))
    second = run_batch(jobs, tmp_path / "x.batch", way).outcomes[0]
    assert not second.reused
    assert metrics.read_bytes() == before


def test_identical_runs_are_computed_once(tmp_path: Path) -> None:
    jobs = collect([sweep_file(tmp_path, "[sweep.grid]\nsimulation.seed = [1, 1]\n")])
    batch = run_batch(jobs, tmp_path / "x.batch", Way(tmp_path / "runs"))
    assert [outcome.reused for outcome in batch.outcomes] == [False, True]
    assert len(finished_runs(tmp_path / "runs")) == 1
    assert len({outcome.job.label for outcome in batch.outcomes}) == 2


def test_a_fault_of_ours_or_of_the_machine_ends_one_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = loop.run

    def once(loaded: Any, *rest: Any) -> Any:
        if loaded.run.simulation.seed == 1:
            raise OSError(28, "No space left on device")
        return real(loaded, *rest)

    monkeypatch.setattr(loop, "run", once)
    batch = run_batch(collect([sweep_file(tmp_path)]), tmp_path / "x.batch", Way(tmp_path / "runs"))
    assert [outcome.status for outcome in batch.outcomes] == ["failed", "done", "done"]
    assert batch.outcomes[0].cause == ["OSError: [Errno 28] No space left on device"]
    assert "traceback" in events(batch.home)
    fast = run_batch(
        collect([sweep_file(tmp_path)]), tmp_path / "x.batch", Way(tmp_path / "runs", fail_fast=True)
    )
    assert [outcome.status for outcome in fast.outcomes] == ["failed", "not run", "not run"]
    assert fast.exit_code == 4


def test_an_interruption_sums_up_what_has_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = loop.run

    def stop(loaded: Any, *rest: Any) -> Any:
        if loaded.run.simulation.seed == 2:
            raise KeyboardInterrupt
        return real(loaded, *rest)

    monkeypatch.setattr(loop, "run", stop)
    with pytest.raises(KeyboardInterrupt):
        run_batch(collect([sweep_file(tmp_path)]), tmp_path / "x.batch", Way(tmp_path / "runs"))
    found = json.loads((tmp_path / "x.batch/batch.json").read_text())
    assert found["status"] == "interrupted"
    assert [run["status"] for run in found["runs"]] == ["done", "not run", "not run"]


def test_one_process_at_a_time(tmp_path: Path) -> None:
    with Journal(tmp_path / "x.batch", resume=False), pytest.raises(ConfigError, match="no other process"):
        Journal(tmp_path / "x.batch", resume=True)


def test_folders_are_searched_and_names_kept_apart(tmp_path: Path) -> None:
    for name in ("b.toml", "a.toml"):
        (tmp_path / name).write_text(CONFIG)
    (tmp_path / "calibration.toml").write_text("[calibrate]\n")
    (tmp_path / "bad.toml").write_text("name = 1\n")
    jobs = collect([tmp_path])
    assert [job.label for job in jobs] == [
        f"{tmp_path / 'a.toml'}: tiny",
        f"{tmp_path / 'b.toml'}: tiny",
        "bad",
    ]
    assert jobs[2].loaded is None
    assert jobs[2].problems
    with pytest.raises(ConfigError, match=r"bad.toml:1:8: name"):
        collect([tmp_path / "bad.toml"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigError, match="a folder with config files"):
        collect([tmp_path / "empty"])


def test_from_python(tmp_path: Path) -> None:
    found = sk.batch(sweep_file(tmp_path), set={"simulation.paths": 50}, out=tmp_path / "runs", name="mine")
    assert list(found.summary["simulation.seed"]) == [1, 2, 3]
    assert (tmp_path / "runs/mine.batch/summary.csv").is_file()
    assert found.exit_code == 0
