"""Runs from Python: run, batch, load, compare, reproduce, replay and report."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stresskit.config import Run
    from stresskit.config_file import Loaded
    from stresskit.engines import Workers
    from stresskit.report.write import Files
    from stresskit.results import Results
    from stresskit.study.batch import Batch


def run(
    config: "Path | str | Run",
    *,
    set: Mapping[str, Any] | None = None,  # noqa: A002  (named like --set)
    seed: int | None = None,
    out: Path | str = "runs",
    workers: "Workers | None" = None,
    force: bool = False,
) -> "Results":
    """Simulate one config.

    Parameters
    ----------
    config : path of a TOML or JSON file, or a `Run`.
    set : values that replace those of the config, by key path: ``{"simulation.paths": 20_000}``.
    seed : short for ``set={"simulation.seed": seed}``.
    out : folder that the run folder is made in.
    workers : threads (default: all cores), or an engine of `stresskit.engines`; the results do not
        depend on it.
    force : compute again, even if the answer is stored.

    Raises
    ------
    ConfigError
        With every problem of the config, each at its place.
    DataError
        If a snapshot or data file cannot be used.
    """
    from stresskit import pipeline

    values = {**(set or {}), **({} if seed is None else {"simulation.seed": seed})}
    return pipeline.run(loaded_of(config, values), Path(out), workers or cores(), force, None)


def loaded_of(config: "Path | str | Run", values: Mapping[str, Any]) -> "Loaded":
    """Read a config and change some of its values."""
    from stresskit.config import Run
    from stresskit.config_file import direct, from_run, load_run

    overrides = [direct(key, value) for key, value in values.items()]
    return from_run(config, overrides) if isinstance(config, Run) else load_run(config, overrides)


def batch(
    *paths: Path | str,
    set: Mapping[str, Any] | None = None,  # noqa: A002  (named like --set)
    out: Path | str = "runs",
    name: str = "batch",
    workers: "Workers | None" = None,
    force: bool = False,
) -> "Batch":
    """Run config files, folders of them and sweeps; ``summary`` of the answer is one pandas table.

    Parameters
    ----------
    paths : config files and folders.
    set, out, workers, force : as for `run`.
    name : of the folder ``<out>/<name>.batch`` that the summary is written to.

    Raises
    ------
    ConfigError
        If nothing can be run; a run that fails stands in the answer's ``outcomes`` with its cause.
    """
    from stresskit.config_file import direct
    from stresskit.study.batch import collect
    from stresskit.study.batch.run import Way, run_batch

    overrides = [direct(key, value) for key, value in (set or {}).items()]
    jobs = collect([Path(path) for path in paths], overrides)
    way = Way(Path(out), workers or cores(), force)
    return run_batch(jobs, Path(out) / f"{name}.batch", way)


def load(folder: Path | str) -> "Results":
    """Read the folder of a finished run.

    Raises
    ------
    DataError
        If `folder` does not hold a finished run, or a file was changed since.
    """
    from stresskit.results import load as read

    return read(folder)


def compare(a: "Results | Path | str", b: "Results | Path | str") -> dict[str, Any]:
    """What run `b` differs in from run `a`: config, data, and figures with intervals.

    Raises
    ------
    DataError
        If a folder does not hold a finished run.
    """
    from stresskit.results import Results
    from stresskit.study.compare import compare as build

    first, second = (run if isinstance(run, Results) else load(run) for run in (a, b))
    return build(first, second)


def reproduce(folder: Path | str, out: Path | str, *, workers: int | None = None) -> dict[str, Any]:
    """Run a finished run again from its manifest, in the empty folder `out`, and compare every byte.

    Returns
    -------
    dict
        ``identical``; ``compared``: number of files; ``differing``, ``missing``, ``added``: their names;
        ``changed``: what it is made from that is not what it was.

    Raises
    ------
    DataError
        If `folder` does not hold a finished run, or its config cannot be run any more.
    """
    from stresskit.study.reproduce import reproduce as again

    return again(Path(folder), Path(out), workers or cores())


def replay(folder: Path | str, path: int, scenario: str | None = None) -> dict[str, Any]:
    """Live through one path of a finished run again, step by step, bit for bit.

    Raises
    ------
    ConfigError
        If there is no such path or scenario.
    DataError
        If `folder` does not hold a finished run.
    """
    from stresskit.pipeline import replay as tell

    return tell(Path(folder), path, scenario)


def report(results: "Results | Path | str", path: Path | str | None = None, paper: str = "a4") -> "Files":
    """Make PDF and PNG files from a finished run; nothing is simulated.

    Parameters
    ----------
    results : a run, or the path of its folder.
    path : folder to write to, by default ``report`` in the run folder.
    paper : ``a4`` or ``letter``.

    Raises
    ------
    ConfigError
        If `paper` is not known.
    DataError
        If the folder does not hold a finished run.
    """
    from stresskit.report.build import report as build

    return build(results, None if path is None else Path(path), paper)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
