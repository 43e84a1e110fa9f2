"""The loop over the runs of a batch."""

import json
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from stresskit.engines import Workers
from stresskit.errors import StresskitError
from stresskit.pipeline import Progress, run
from stresskit.results import Results
from stresskit.results.claim import clear_leftovers
from stresskit.study.batch.jobs import Job
from stresskit.study.batch.journal import Journal
from stresskit.study.batch.ranking import ranking
from stresskit.study.batch.several import one_at_a_time, several
from stresskit.study.batch.summary import rows_of, write_summary

if TYPE_CHECKING:
    import pandas as pd

FAILED = 4


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one job.

    Attributes
    ----------
    status : ``done``, ``failed``, or ``not run`` after an earlier failure or an interruption.
    reused : whether a finished run was found and its checksums held.
    cause : what went wrong, a line each.
    ranked : one entry an account, what the ranking shows.
    rows : one entry a row of the summary.
    """

    job: Job
    status: Literal["done", "failed", "not run"]
    seconds: float = 0.0
    folder: Path | None = None
    reused: bool = False
    exit_code: int = 0
    cause: Sequence[str] = ()
    ranked: Sequence[Mapping[str, Any]] = ()
    rows: Sequence[Mapping[str, Any]] = ()

    def facts(self) -> dict[str, Any]:
        """What ``batch.json`` and the log say of it."""
        return {
            "label": self.job.label,
            "file": str(self.job.file),
            "changes": dict(self.job.changes),
            "status": self.status,
            "folder": None if self.folder is None else self.folder.name,
            "reused": self.reused,
            "seconds": round(self.seconds, 3),
            "exit_code": self.exit_code,
            "cause": list(self.cause),
        }


@dataclass(frozen=True, slots=True)
class Batch:
    """Everything a batch found; `home` is its own folder, `files` what was written there."""

    home: Path
    outcomes: Sequence[Outcome]
    ranking: Sequence[Mapping[str, Any]]
    files: Mapping[str, Path] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """4 if a run failed, else 1 if a limit of any run is broken, else 0."""
        if any(outcome.status != "done" for outcome in self.outcomes):
            return FAILED
        return max((outcome.exit_code for outcome in self.outcomes), default=0)

    @property
    def summary(self) -> "pd.DataFrame":
        """One row a run, scenario, account, mode and basis; a column for each key of a sweep."""
        import pandas as pd

        return pd.DataFrame([row for outcome in self.outcomes for row in outcome.rows])


class BatchProgress(NamedTuple):
    """The run under way (`place` from 0 of `total`), how far it is, and what has ended, last one last."""

    place: int
    total: int
    label: str
    state: Progress | None
    ended: Sequence[Outcome]


Report = Callable[[BatchProgress], None]


@dataclass(frozen=True, slots=True)
class Way:
    """How a batch is run: where to, on which engine, and what to do with what is there.

    `together`: how many runs are under way at the same time.
    """

    out: Path
    workers: Workers = 1
    force: bool = False
    resume: bool = False
    fail_fast: bool = False
    together: int = 1


def run_batch(jobs: Sequence[Job], home: Path, way: Way, report: Report | None = None) -> Batch:
    """Run every job that has no finished run yet; leave summary, ranking and log in `home`.

    A run whose folder is finished and whose checksums hold is not computed again (unless
    ``way.force``); what a killed process left half-written is removed first. A run that fails does
    not stop the others, unless ``way.fail_fast``.

    Raises
    ------
    ConfigError
        If another process runs this batch now.
    KeyboardInterrupt
        As it came; what had ended is summed up first.
    """
    with Journal(home, way.resume) as journal:
        cleared = clear_leftovers(way.out, {job.loaded.run.name for job in jobs if job.loaded})
        journal.log("batch started", runs=len(jobs), resume=way.resume, cleared=cleared)
        outcomes: dict[int, Outcome] = {}
        try:
            outcomes.update(_ended(jobs, way, journal, report, outcomes))
        except KeyboardInterrupt:
            left = [outcomes.get(i, Outcome(job, "not run")) for i, job in enumerate(jobs)]
            _close(journal, left, "interrupted")
            raise
        if report:
            report(BatchProgress(len(jobs), len(jobs), "", None, list(outcomes.values())))
        return _close(journal, [outcomes[i] for i in range(len(jobs))], "done")


def _ended(
    jobs: Sequence[Job], way: Way, journal: Journal, report: Report | None, ended: Mapping[int, Outcome]
) -> Iterator[tuple[int, Outcome]]:
    """Every job's outcome, as they end; of equal jobs the second waits for the answer of the first."""
    equal = [json.dumps(job.loaded.effective, sort_keys=True) if job.loaded else str(job) for job in jobs]
    turns = {content: threading.Lock() for content in equal}
    told = one_at_a_time(report)

    def one(index: int, alive: Callable[[], None]) -> Outcome:
        with turns[equal[index]]:
            stop = way.fail_fast and any(outcome.status == "failed" for outcome in ended.values())
            return _one(jobs[index], len(jobs), ended, way, journal, told, stop, alive)

    return several(len(jobs), way.together, one)


def _one(
    job: Job,
    total: int,
    ended: Mapping[int, Outcome],
    way: Way,
    journal: Journal,
    report: Report | None,
    stop: bool,
    alive: Callable[[], None],
) -> Outcome:
    if stop:
        return Outcome(job, "not run")

    def show(state: Progress | None) -> None:
        alive()
        if report:
            report(BatchProgress(len(ended), total, job.label, state, list(ended.values())))

    show(None)
    journal.log("run started", label=job.label)
    begun = time.perf_counter()
    outcome = _attempt(job, way, journal, show, begun)
    journal.log(f"run {outcome.status}", **outcome.facts())
    return outcome


def _attempt(job: Job, way: Way, journal: Journal, show: Callable[[Progress], None], begun: float) -> Outcome:
    def failed(cause: list[str]) -> Outcome:
        return Outcome(job, "failed", time.perf_counter() - begun, cause=cause)

    if job.loaded is None:
        return failed([str(problem) for problem in job.problems])
    try:
        results = run(job.loaded, way.out, way.workers, way.force, show)
        return _done(job, results, time.perf_counter() - begun)
    except StresskitError as error:
        return failed([str(problem) for problem in error.problems])
    except Exception as error:  # the other runs of the night go on; the log keeps where it happened
        journal.log("traceback", label=job.label, text=traceback.format_exc())
        return failed([f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"])


def _done(job: Job, results: Results, seconds: float) -> Outcome:
    return Outcome(
        job,
        "done",
        seconds,
        results.folder,
        results.reused,
        results.exit_code,
        ranked=ranking(job.label, results),
        rows=rows_of(job.label, job.file, job.changes, results),
    )


def _close(journal: Journal, outcomes: Sequence[Outcome], status: str) -> Batch:
    """Sum up what has ended: the ranking, worst first, and one table of all figures."""
    ranked = sorted((entry for o in outcomes for entry in o.ranked), key=lambda entry: entry["order"])
    shown = [
        {"rank": rank, **{k: v for k, v in entry.items() if k != "order"}}
        for rank, entry in enumerate(ranked, 1)
    ]
    files = write_summary(journal, [row for outcome in outcomes for row in outcome.rows])
    content = {"status": status, "runs": [outcome.facts() for outcome in outcomes], "ranking": shown}
    text = json.dumps(content, indent=2, allow_nan=False, default=str) + "\n"
    files["batch"] = journal.replace("batch.json", text.encode())
    batch = Batch(journal.home, outcomes, shown, files)
    journal.log(f"batch {status}", exit_code=batch.exit_code)
    return batch
