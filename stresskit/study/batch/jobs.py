"""What a batch is to run: config files, folders of them, and sweeps."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from stresskit.config_file import Loaded, has_table, load_run, load_sweep
from stresskit.config_file.load import Overrides
from stresskit.errors import ConfigError, Problem

SUFFIXES = (".toml", ".json")


@dataclass(frozen=True, slots=True)
class Job:
    """One run of a batch: a valid config, or what is wrong with it.

    Attributes
    ----------
    label : how the run is called in tables, unique in the batch.
    file : the config file.
    changes : what a sweep changes, by dotted key path.
    """

    label: str
    file: Path
    loaded: Loaded | None
    problems: Sequence[Problem] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)


def collect(paths: Sequence[Path], overrides: Overrides = ()) -> list[Job]:
    """Read every config; one that is not valid is a job with its problems.

    Parameters
    ----------
    paths : config files, and folders of them (``*.toml`` and ``*.json``, calibrations left out).
    overrides : ``key.path=value``, for every config.

    Raises
    ------
    ConfigError
        If a folder holds no config, a sweep itself cannot be read, or no run of all is valid.
    """
    files = [file for path in paths for file in (_inside(path) if path.is_dir() else [path])]
    jobs = [job for file in files for job in _jobs(file, overrides)]
    if not any(job.loaded for job in jobs):
        raise ConfigError(list(dict.fromkeys(problem for job in jobs for problem in job.problems)))
    shared = Counter(job.label for job in jobs)
    apart = [replace(j, label=f"{j.file}: {j.label}") if shared[j.label] > 1 else j for j in jobs]
    return [
        replace(job, label=f"{job.label} ({i})") if job.label in {j.label for j in apart[:i]} else job
        for i, job in enumerate(apart)
    ]


def _inside(folder: Path) -> list[Path]:
    files = sorted(p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES and p.is_file())
    found = [file for file in files if not has_table(file, "calibrate")]
    if not found:
        raise ConfigError([Problem(str(folder), "", "a folder with config files (*.toml, *.json)")])
    return found


def _jobs(file: Path, overrides: Overrides) -> Iterator[Job]:
    if has_table(file, "sweep"):
        for variant in load_sweep(file, overrides):
            yield Job(variant.label, file, variant.loaded, variant.problems, variant.changes)
        return
    try:
        loaded = load_run(file, overrides)
    except ConfigError as error:
        yield Job(file.stem, file, None, error.problems)
    else:
        yield Job(loaded.run.name, file, loaded)
