"""Several runs of a batch at once: the same answers, and an interruption reaches all."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from stresskit.study.batch import collect, run_batch
from stresskit.study.batch.run import BatchProgress, Way
from stresskit.study.batch.several import several
from tests.study.batches import finished_runs, sweep_file


@pytest.mark.parametrize("together", [1, 2, 7])
def test_every_job_ends_once_and_never_too_many_at_a_time(together: int) -> None:
    lock, under_way, most = threading.Lock(), 0, 0

    def one(index: int, _: Callable[[], None]) -> int:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        with lock:
            under_way -= 1
        return index * index

    found = dict(several(20, together, one))
    assert found == {index: index * index for index in range(20)}
    assert most <= together


def test_an_interruption_reaches_those_under_way() -> None:
    told: list[int] = []

    def one(index: int, alive: Callable[[], None]) -> int:
        if index == 1:
            raise KeyboardInterrupt
        try:
            while True:
                alive()
        except KeyboardInterrupt:
            told.append(index)
            raise

    with pytest.raises(KeyboardInterrupt):
        list(several(4, 2, one))
    assert told
    assert set(told) <= {0, 2}


def test_a_batch_side_by_side_is_the_same_batch(tmp_path: Path) -> None:
    """Of two equal runs the second waits for the answer of the first."""
    jobs = collect([sweep_file(tmp_path, "[sweep.grid]\nsimulation.seed = [1, 2, 1, 3]\n")])
    apart = run_batch(jobs, tmp_path / "a.batch", Way(tmp_path / "a"))
    said: list[BatchProgress] = []
    together = run_batch(jobs, tmp_path / "b.batch", Way(tmp_path / "b", together=3), said.append)
    assert finished_runs(tmp_path / "a") == finished_runs(tmp_path / "b")
    assert [outcome.job for outcome in together.outcomes] == jobs
    assert together.ranking == apart.ranking
    assert sum(outcome.reused for outcome in together.outcomes) == 1
    assert said[-1].place == said[-1].total == len(jobs)


def test_an_interrupted_batch_side_by_side_leaves_nothing_half_written(tmp_path: Path) -> None:
    jobs = collect([sweep_file(tmp_path, "[sweep.grid]\nsimulation.seed = [1, 2, 3, 4]\n")])

    def stop(at: BatchProgress) -> None:
        if at.ended:  # two may end between two looks
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_batch(jobs, tmp_path / "x.batch", Way(tmp_path / "x", together=2), stop)
    found = json.loads((tmp_path / "x.batch/batch.json").read_text(encoding="utf-8"))
    assert found["status"] == "interrupted"
    assert not list((tmp_path / "x").glob(".*"))
    assert len(finished_runs(tmp_path / "x")) >= 1
