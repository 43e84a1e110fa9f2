"""Every account of a cohort on the same paths, group by group, and what they cost together.

Paths are drawn anew for every group: the draws depend on the seed and the path alone, so that all
groups see the same ones. Of each account its figures are kept, not its paths.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from stresskit.domain import Float2D
from stresskit.engines import Workers
from stresskit.pipeline import Progress
from stresskit.pipeline.setting import Setting
from stresskit.results import RunFolder, find_finished
from stresskit.simulate.blocks import stream
from stresskit.study.cohort.checkpoint import Checkpoint, Done
from stresskit.study.cohort.figures import Columns, Key, Lived, Together
from stresskit.study.cohort.load import Cohorted
from stresskit.study.cohort.part import limits_of, part_of
from stresskit.study.cohort.prepared import Groups, ahead
from stresskit.study.cohort.read import Holder
from stresskit.study.cohort.stored import write_tables

RANKED = 100
Report = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class CohortResult:
    """What a cohort found: its folder, ``metrics.json``, and whether it was there already."""

    folder: Path
    metrics: Mapping[str, Any]
    reused: bool

    @property
    def exit_code(self) -> int:
        """1 if a limit of any account is broken."""
        return int(any(limit["broken"] for limit in self.metrics["limits"]))


def run_cohort(
    cohort: Cohorted, out: Path, workers: Workers = 1, force: bool = False, report: Report | None = None
) -> CohortResult:
    """Simulate a cohort and leave ``<out>/<name>-<id>/``; a finished one is reused unless `force`.

    One that was interrupted or killed goes on behind the last group that it had finished.

    Raises
    ------
    ConfigError
        If the config is not valid, or its scenarios are not the same market for all accounts.
    DataError
        If a table cannot be used.
    """
    groups = Groups(cohort)
    name, identity, facts = groups.check()
    if not force and (found := find_finished(out, name, identity)):
        return CohortResult(found, json.loads((found / "metrics.json").read_text(encoding="utf-8")), True)
    kept = out / f".{name}-{identity}.groups"
    with Checkpoint(kept, force) as checkpoint, RunFolder(out, name, identity) as folder:
        metrics, rows = _simulated(groups, workers, checkpoint, report)
        folder.write_json("metrics.json", metrics)
        write_tables(folder.path, rows)
        folder.write_json("manifest.json", {**facts, "run_id": identity, "status": "done"}, sort_keys=False)
        result = CohortResult(folder.seal(), metrics, False)
        checkpoint.remove()
        return result


def check_cohort(cohort: Cohorted) -> tuple[str, str, dict[str, Any]]:
    """Prepare every group once: all faults of all accounts, before the first path; name, id and facts.

    Raises
    ------
    ConfigError, DataError
        As `run_cohort` would.
    """
    return Groups(cohort).check()


def _simulated(
    groups: Groups, workers: Workers, checkpoint: Checkpoint, report: Report | None
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Simulate group by group; the next one is prepared beside what the last one amounts to."""
    cohort = groups.cohort
    done, total = checkpoint.read(cohort.sizes()), len(cohort.holders)
    begun = done.accounts
    with ThreadPoolExecutor(1) as aside:
        kept: Future[None] | None = None
        for holders, setting in ahead(aside, groups.settings(len(done.parts))):
            if kept:
                kept.result()
            lived = []
            for scenario in setting.stressed:
                if report:
                    label = f"accounts from {holders[0].name}, {scenario}{_worst_so_far(done)}"
                    report(Progress(begun, total, label))
                lived.append(_live(setting, scenario, workers, done.together))
            sums = {key: total.array() for key, total in done.together.items()}
            kept = aside.submit(_keep, checkpoint, done, (holders, setting, lived), sums)
            begun += len(holders)
        if kept:
            kept.result()
    return _answer(cohort, done), [row for part in done.parts for row in part.rows]


def _worst_so_far(done: Done) -> str:
    """The account that is first in the ranking until now."""
    ranked = [entry for part in done.parts for entry in part.ranked]
    if not ranked:
        return ""
    first = min(ranked, key=lambda entry: entry["order"])
    share, low, high = (100 * first["p_liquidation"][end] for end in ("value", "low", "high"))
    return f"; worst so far {first['account']}, P(liquidation) {share:.2f} [{low:.2f}, {high:.2f}] %"


def _keep(
    checkpoint: Checkpoint,
    done: Done,
    group: tuple[Sequence[Holder], Setting, list[Lived]],
    sums: Mapping[Key, Float2D],
) -> None:
    checkpoint.add(done, part_of(*group), sums)


def _answer(cohort: Cohorted, done: Done) -> dict[str, Any]:
    """The content of ``metrics.json``."""
    run = next(cohort.groups())[1].run
    ranked = sorted((entry for part in done.parts for entry in part.ranked), key=lambda entry: entry["order"])
    return {
        "name": run.name,
        "seed": run.simulation.seed,
        "paths": run.simulation.paths,
        "steps": run.simulation.steps,
        "horizon_h": run.simulation.horizon / 3600,
        "accounts": len(cohort.holders),
        "limits": limits_of(done.parts),
        "ranking": [{k: v for k, v in entry.items() if k != "order"} for entry in ranked[:RANKED]],
        "scenarios": _by_scenario(done.together),
    }


def _live(setting: Setting, scenario: str, workers: Workers, together: dict[Key, Together]) -> Lived:
    """One scenario for one group: added to the sums of all, and what the figures of each need."""
    simulation, lives = setting.loaded.run.simulation, setting.lives()
    columns = [Columns(simulation.paths) for _ in lives]
    plan = replace(setting.plan(scenario), books=())  # nobody asks what the books earn without margin
    for outcome in stream(plan, simulation.paths, simulation.block, workers):
        for (one, _), record, kept in zip(lives, outcome.records, columns, strict=True):
            total = together.setdefault(Key(scenario, one.mode), Together(simulation.paths))
            total.add(outcome.path, record)
            kept.add(outcome.path, record)
    return Lived(scenario, columns)


def _by_scenario(together: Mapping[Key, Together]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, total in together.items():
        found.setdefault(key.scenario, {})[key.mode] = total.figures()
    return found
