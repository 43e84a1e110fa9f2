"""Every account of a cohort on the same paths, group by group, and what they cost together.

Paths are drawn anew for every group: the draws depend on the seed and the path alone, so that all
groups see the same ones. Of each account its figures are kept, not its paths.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from stresskit.config_file import Loaded
from stresskit.domain import Record
from stresskit.engines import Workers
from stresskit.errors import ConfigError, DataError
from stresskit.measure.limits import status
from stresskit.pipeline import Progress
from stresskit.pipeline.admissible import refuse_what_cannot_run
from stresskit.pipeline.setting import Setting, prepare
from stresskit.results import RunFolder, find_finished
from stresskit.simulate.blocks import stream
from stresskit.study.cohort.checkpoint import Checkpoint, Part
from stresskit.study.cohort.figures import Key, Together, account_figures, flat
from stresskit.study.cohort.load import Cohorted
from stresskit.study.cohort.read import Holder
from stresskit.study.cohort.same_market import fingerprint
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
    name, identity, facts = check_cohort(cohort)
    if not force and (found := find_finished(out, name, identity)):
        return CohortResult(found, json.loads((found / "metrics.json").read_text(encoding="utf-8")), True)
    kept = out / f".{name}-{identity}.groups"
    with Checkpoint(kept, force) as checkpoint, RunFolder(out, name, identity) as folder:
        metrics, rows = _simulated(cohort, workers, checkpoint, report)
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
    problems: list[Any] = []
    market, accounts, hashes = _market_of_one_position(cohort), [], {}
    effective: dict[str, Any] = {}
    for holders, loaded in cohort.groups():
        try:
            setting = _prepared(cohort, holders, loaded)
        except DataError as error:
            problems += error.problems
            continue
        effective = loaded.effective
        named = zip(holders, effective["accounts"], strict=True)
        accounts += [{**account, "name": holder.name} for holder, account in named]
        seen, hashes = fingerprint(setting.stressed), setting.hashes()
        if seen != (market or seen):
            raise _not_one_market(cohort)
        market = seen
    if problems:
        raise DataError(problems)
    common = {key: value for key, value in effective.items() if key != "accounts"}
    hashes["config"] = _sha256(json.dumps([common, accounts], sort_keys=True))
    hashes["tables"] = cohort.data_sha256
    tables = {"positions": cohort.spec.positions, "balances": cohort.spec.balances}
    facts = {"name": common["name"], "config": common, "cohort": tables, "hashes": hashes}
    return common["name"], _sha256(" ".join(hashes.values()))[:12], {**facts, "accounts": len(accounts)}


def _market_of_one_position(cohort: Cohorted) -> str:
    """The market that a single position would live through; empty where it cannot stand alone.

    A scenario that depends on who holds what differs from it, however the accounts are grouped.
    """
    first = cohort.holders[0]
    alone = replace(first, positions=first.positions[:1])
    try:
        _, loaded = next(replace(cohort, holders=[alone]).groups())
        return fingerprint(_prepared(cohort, [alone], loaded).stressed)
    except (ConfigError, DataError):
        return ""


def _prepared(cohort: Cohorted, holders: Sequence[Holder], loaded: Loaded) -> Setting:
    if loaded.run.simulation.importance != "none":
        expected = '"none": paths cannot be drawn toward the losses of all accounts at once'
        raise ConfigError([loaded.source.problem(("simulation", "importance"), expected)])
    try:
        setting = prepare(loaded)
        refuse_what_cannot_run(setting)
    except ConfigError as error:
        raise cohort.told(holders, error) from None
    return setting


def _not_one_market(cohort: Cohorted) -> ConfigError:
    expected = (
        "scenarios that do not depend on who holds what: all accounts of a cohort live through one market, "
        'and one of these acts on the signs of the accounts\' own legs (toward = "zero" does not)'
    )
    return ConfigError([cohort.source.problem(("scenarios",), expected)])


def _simulated(
    cohort: Cohorted, workers: Workers, checkpoint: Checkpoint, report: Report | None
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    done, total, run = checkpoint.read(cohort.sizes()), len(cohort.holders), None
    finished = len(done.parts)
    for place, (holders, loaded) in enumerate(cohort.groups()):
        run = loaded.run
        if place < finished:
            continue

        def tell(scenario: str, begun: int = done.accounts, first: str = holders[0].name) -> None:
            if report:
                report(Progress(begun, total, f"accounts from {first}, {scenario}"))

        part = _group(_prepared(cohort, holders, loaded), holders, workers, done.together, tell)
        checkpoint.add(done, part)
    assert run is not None
    ranked = sorted((entry for part in done.parts for entry in part.ranked), key=lambda entry: entry["order"])
    return {
        "name": run.name,
        "seed": run.simulation.seed,
        "paths": run.simulation.paths,
        "steps": run.simulation.steps,
        "horizon_h": run.simulation.horizon / 3600,
        "accounts": total,
        "limits": _limits(done.parts),
        "ranking": [{k: v for k, v in entry.items() if k != "order"} for entry in ranked[:RANKED]],
        "scenarios": _by_scenario(done.together),
    }, [row for part in done.parts for row in part.rows]


def _group(
    setting: Setting,
    holders: Sequence[Holder],
    workers: Workers,
    together: dict[Key, Together],
    tell: Callable[[str], None],
) -> Part:
    """Simulate one group under every scenario; its accounts are added to the sums."""
    loaded, margins = setting.loaded, setting.margin()
    figures: dict[str, dict[Key, dict[str, Any]]] = {account.name: {} for account in setting.accounts}
    for scenario in setting.stressed:
        tell(scenario)
        _live(setting, scenario, workers, figures, together)
    part = Part(len(holders), [], [], [])
    for holder, account in zip(holders, setting.accounts, strict=True):
        found, margin = figures[account.name], margins[account.name]
        part.rows.extend(_row(holder, key, margin[key.mode], one) for key, one in found.items())
        part.ranked.append(_rank(holder, loaded, found, margin))
        for limit in loaded.run.limits_list(account.spec):
            judged = status(found[Key(limit.scenario, limit.mode)], limit.name, limit.limit)
            part.limits.append([limit.name, limit.mode, limit.scenario, limit.limit, judged])
    return part


def _limits(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Every limit with the number of accounts by status."""
    counts: dict[tuple[Any, ...], dict[str, int]] = {}
    for *key, judged in (limit for part in parts for limit in part.limits):
        counts.setdefault(tuple(key), {"broken": 0, "undecided": 0, "met": 0})[judged] += 1
    names = ("name", "mode", "scenario", "limit")
    return [{**dict(zip(names, key, strict=True)), **count} for key, count in counts.items()]


def _live(
    setting: Setting,
    scenario: str,
    workers: Workers,
    figures: dict[str, dict[Key, dict[str, Any]]],
    together: dict[Key, Together],
) -> None:
    """One scenario for one group: the sums of all, and the figures of each."""
    simulation, lives = setting.loaded.run.simulation, setting.lives()
    records: list[list[Record]] = [[] for _ in lives]
    for outcome in stream(setting.plan(scenario), simulation.paths, simulation.block, workers):
        for (one, _), record, kept in zip(lives, outcome.records, records, strict=True):
            total = together.setdefault(Key(scenario, one.mode), Together(simulation.paths))
            total.add(outcome.path, record)
            kept.append(record)
    margins = setting.margin()
    for (one, _), kept in zip(lives, records, strict=True):
        equity = float(margins[one.account][one.mode]["equity"])
        found = account_figures(kept, equity, simulation.step / 3600)
        figures[one.account][Key(scenario, one.mode)] = found


def _row(holder: Holder, key: Key, margin: Mapping[str, Any], figures: Mapping[str, Any]) -> dict[str, Any]:
    now = {name: margin[name] for name in ("hypothetical", "equity", "initial", "maintenance", "ratio")}
    return {"account": holder.name, **key._asdict(), **now, **flat(figures)}


def _rank(
    holder: Holder,
    loaded: Loaded,
    found: Mapping[Key, Mapping[str, Any]],
    margin: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """An account in its present mode; ``order`` sorts the worst to the top."""
    mode, calm = loaded.run.baseline_mode(), loaded.run.baseline_scenario()
    at = {key.scenario: one for key, one in found.items() if key.mode == mode}
    worst = max(at, key=lambda name: float(at[name]["p_liquidation"]["value"]))
    shown = {name: at[calm][name] for name in ("p_liquidation", "expected_liquidation_cost", "shortfall")}
    hit, worst_hit = at[calm]["p_liquidation"], at[worst]["p_liquidation"]
    return {
        "order": (
            -hit["value"],
            -worst_hit["value"],
            -shown["expected_liquidation_cost"]["value"],
            holder.name,
        ),
        "account": holder.name,
        "mode": mode,
        "scenario": calm,
        "equity": margin[mode]["equity"],
        "maintenance": margin[mode]["maintenance"],
        **shown,
        "worst_scenario": worst,
        "worst_p_liquidation": worst_hit,
    }


def _by_scenario(together: Mapping[Key, Together]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, total in together.items():
        found.setdefault(key.scenario, {})[key.mode] = total.figures()
    return found


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
