"""``run(Run) -> Results``: the stages of a run in the order in which they are entered.

Read the market, prepare the accounts under their margin modes, stress the model, simulate every
scenario on the same draws, measure, judge, and leave a sealed run folder.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from stresskit.config_file import Loaded
from stresskit.domain import Float1D
from stresskit.engines import Workers
from stresskit.margin import terms_of
from stresskit.metrics import AccountInput, MetricsInput, assemble
from stresskit.pipeline.admissible import refuse_what_cannot_run
from stresskit.pipeline.arithmetic import arithmetic_error, told
from stresskit.pipeline.calculator import calculate
from stresskit.pipeline.divide import legs_of
from stresskit.pipeline.enough import enough
from stresskit.pipeline.envelope import envelope, other_models
from stresskit.pipeline.importance import refuse_poor_weights
from stresskit.pipeline.manifest import calibration, manifest
from stresskit.pipeline.replay import replay
from stresskit.pipeline.self_check import self_check
from stresskit.pipeline.setting import Setting, prepare
from stresskit.results import (
    EQUITY_SAMPLE,
    MAINTENANCE_SAMPLE,
    SAMPLED_PATHS,
    ColumnWriter,
    Results,
    RunFolder,
    find_finished,
    load,
    mark_column,
    schema,
)
from stresskit.simulate.blocks import BlockOutcome, sample_paths, stream

__all__ = ["Progress", "check", "margin", "replay", "run", "self_check"]


class Progress(NamedTuple):
    """How far a run has come: `done` of `total` paths over all scenarios, and what is under way.

    `liquidated` of the `lived` paths of this scenario so far, the first account in its present mode.
    """

    done: int
    total: int
    label: str
    liquidated: int = 0
    lived: int = 0


Report = Callable[[Progress], None]


def check(loaded: Loaded) -> None:
    """Do all that a run does before its first path: every asset, symbol and rulebook is looked up.

    Raises
    ------
    ConfigError, DataError
        As `run` would.
    """
    refuse_what_cannot_run(prepare(loaded))
    other_models(loaded)


def margin(
    loaded: Loaded, what_if: Sequence[str] = (), add: Sequence[str] = (), account: str | None = None
) -> dict[str, Any]:
    """The margin of every mode now, without simulating paths; see `stresskit.pipeline.calculator`.

    Raises
    ------
    ConfigError, DataError
        As `run` would, or if a move or an order cannot be read.
    """
    return calculate(loaded, what_if, add, account)


def run(
    loaded: Loaded, out: Path, workers: Workers = 1, force: bool = False, progress: Report | None = None
) -> Results:
    """Run a config and leave ``<out>/<name>-<run id>/``; a finished run is reused unless `force`.

    Raises
    ------
    ConfigError
        If the config asks for what the snapshot or a rulebook does not hold, or what is not simulated.
    DataError
        If a data file cannot be used.
    """
    clock = [time.perf_counter()]
    setting = prepare(loaded)
    refuse_what_cannot_run(setting)
    others = other_models(loaded)
    clock.append(time.perf_counter())
    run_id = setting.run_id()
    if not force and (found := find_finished(out, loaded.run.name, run_id)):
        return load(found, verify=False, reused=True)  # its seal was just found to hold
    with RunFolder(out, loaded.run.name, run_id) as folder:
        _log(folder.path, "started", config=setting.hashes()["config"])
        setting, precision = enough(setting, workers, _teller(setting, 0, progress))
        tally = _simulate(setting, folder, workers, progress)
        paths = setting.loaded.run.simulation.paths
        under = envelope(others, paths, workers, _teller(setting, len(others), progress))
        error = arithmetic_error(setting, workers)
        clock.append(time.perf_counter())
        metrics = assemble(_measurable(setting, under, precision), folder.column)
        folder.write_json("metrics.json", {**metrics, **({"float32": error} if error else {})})
        clock.append(time.perf_counter())
        spent = dict(zip(("calibrate_s", "simulate_s", "measure_s"), np.diff(clock).tolist(), strict=True))
        simulation = setting.loaded.run.simulation
        work = simulation.paths * simulation.steps * len(setting.used) * len(setting.stressed)
        tally["asset_steps_per_s"] = work / spent["simulate_s"]
        facts = manifest(setting, workers, tally, spent)
        facts["warnings"] += told(error)
        folder.write_json("manifest.json", facts, sort_keys=False)
        folder.write_json("calibration.json", calibration(setting), sort_keys=False)
        _log(folder.path, "done", **spent)
        return load(folder.seal(), verify=False)  # the seal was just made of these files


def _simulate(
    setting: Setting, folder: RunFolder, workers: Workers, progress: Report | None
) -> dict[str, Any]:
    """Simulate every scenario; outcomes stream to disk. Returns what is counted on the way."""
    run, lives = setting.loaded.run, [(one._replace(asked=c.apart is None), c) for one, c in setting.lives()]
    paths, scenarios = run.simulation.paths, list(setting.stressed)
    weighted = setting.importance() is not None
    marks = [mark_column(asset).name for asset in setting.assets]
    shares: dict[str, float] = {}
    floored: dict[str, int] = {}
    for n, scenario in enumerate(scenarios):
        plan = setting.plan(scenario)
        writers = [folder.columns(scenario, one, paths) for one, _ in lives]
        profits = [folder.columns(scenario, one, paths, weighted) for one in setting.markets()]
        weights: list[Float1D] = []
        evaluated, floored[scenario], hits = np.zeros(len(lives)), 0, 0
        for outcome in stream(plan, paths, run.simulation.block, workers):
            _append(outcome, marks, writers, profits)
            if weighted:
                weights.append(outcome.weight)
            evaluated += outcome.evaluated
            floored[scenario] += outcome.floored
            if progress:
                hits += int(np.count_nonzero(outcome.records[0].first_step >= 0))
                done = outcome.path + len(outcome.records[0].fee)
                progress(Progress(n * paths + done, len(scenarios) * paths, scenario, hits, done))
        for writer in (*writers, *profits):
            writer.close()
        if weighted:
            refuse_poor_weights(setting, scenario, np.concatenate(weights))
        for (one, _), count in zip(lives, evaluated, strict=True):
            shares[f"{scenario}/{one.name}"] = float(count) / (paths * plan.steps)
        for (one, _), sampled in zip(lives, sample_paths(plan, min(paths, SAMPLED_PATHS)), strict=True):
            folder.sample(scenario, one, EQUITY_SAMPLE, sampled.equity)
            if one.asked and sampled.maintenance is not None:
                folder.sample(scenario, one, MAINTENANCE_SAMPLE, sampled.maintenance)
        _log(folder.path, "simulated", scenario=scenario)
    step_h = run.simulation.step / 3600
    every = [*setting.markets(), *(one for one, _ in lives)]
    folder.write_json("outcomes/schema.json", schema(scenarios, every, paths, plan.steps, step_h, weighted))
    return {"full_evaluation_share": shares, "floor_hits": floored}


def _append(
    outcome: BlockOutcome, marks: Sequence[str], writers: list[ColumnWriter], profits: list[ColumnWriter]
) -> None:
    """Record a block; `marks` names the columns of the assets' marks."""
    for place, writer in enumerate(writers):
        writer.append({name: outcome.column(place, name) for name in writer.names})
    further = {"weight": outcome.weight, **dict(zip(marks, outcome.marks, strict=True))}
    for writer, profit in zip(profits, outcome.profits, strict=True):
        found = {"pnl": profit, **further}
        writer.append({name: found[name] for name in writer.names})


def _teller(setting: Setting, models: int, progress: Report | None) -> Callable[[int, str], None] | None:
    """Tell how far the models of the envelope have come."""
    if progress is None:
        return None
    simulation, show, done = setting.loaded.run.simulation, progress, 0
    total = models * simulation.paths * len(setting.stressed) or simulation.wanted.most

    def tell(paths: int, label: str) -> None:
        nonlocal done
        done += paths
        show(Progress(done, total, label))

    return tell


def _measurable(
    setting: Setting, under: Mapping[str, Mapping[str, Any]], precision: Mapping[str, Any]
) -> MetricsInput:
    """What `assemble` must be told besides the outcome columns."""
    run, state = setting.loaded.run, setting.market
    volatility = state.annualized(setting.variance)
    margins = setting.margin()
    accounts = tuple(
        AccountInput(
            account.name,
            margins[account.name],
            tuple(run.limits_list(account.spec)),
            {endowed.name: endowed.stake for endowed in setting.endowed[account.name]},
            {name: terms_of(m.contender.rule, m.parameters) for name, m in account.modes.items()},
            legs_of(account, setting.assets),
            under.get(account.name, {}),
            setting.pledged(account),
        )
        for account in setting.accounts
    )
    return MetricsInput(
        run.name,
        run.simulation.seed,
        run.simulation.paths,
        run.simulation.steps,
        run.simulation.step / 3600,
        {asset: float(volatility[i]) for i, asset in enumerate(setting.assets)},
        list(setting.stressed),
        run.baseline_scenario(),
        accounts,
        setting.listed,
        setting.recorded,
        setting.importance() is not None,
        precision,
    )


def _log(folder: Path, event: str, **facts: Any) -> None:
    entry = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **facts}
    with (folder / "log.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(entry) + "\n")
