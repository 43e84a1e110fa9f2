"""Run a finished run again from its manifest, and compare the bytes of everything it left."""

from pathlib import Path
from typing import Any

from stresskit.config.run import Run
from stresskit.config_file import Loaded, Source
from stresskit.errors import DataError, Problem
from stresskit.pipeline import Report, run
from stresskit.results import Results, load
from stresskit.results.checksums import sealed_hashes

OWN_TIME = ("manifest.json", "log.jsonl")  # hold times of day and how long things took


def reproduce(folder: Path, out: Path, workers: int = 1, progress: Report | None = None) -> dict[str, Any]:
    """Run again in `out`, which should be empty.

    Returns
    -------
    dict
        ``identical``; ``compared``: number of files; ``differing``, ``missing``, ``added``: their names;
        ``changed``: what the run is made from that is not what it was (config, data, package) and versions.

    Raises
    ------
    DataError
        If the folder is no finished run, or its config cannot be run any more.
    """
    before = load(folder)
    after = run(_as_it_was(before), out, workers, True, progress)
    old, new = (
        {name: sha256 for name, sha256 in sealed_hashes(each.folder).items() if name not in OWN_TIME}
        for each in (before, after)
    )
    differing = sorted(name for name in old.keys() & new.keys() if old[name] != new[name])
    missing, added = sorted(old.keys() - new.keys()), sorted(new.keys() - old.keys())
    return {
        "folder": str(folder),
        "run_id": before.manifest["run_id"],
        "identical": not (differing or missing or added),
        "compared": len(old),
        "differing": differing,
        "missing": missing,
        "added": added,
        "changed": [*_changed(before, after, "hashes"), *_changed(before, after, "versions")],
    }


def _as_it_was(results: Results) -> Loaded:
    manifest = results.manifest
    config, base = manifest["config"], Path(manifest["config_base"])
    try:
        parsed = Run.model_validate(config)
    except ValueError as error:
        expected = f"a config that this version reads ({str(error).splitlines()[0]})"
        raise DataError([Problem(str(results.folder / "manifest.json"), "config", expected)]) from None
    return Loaded(parsed, Source(base / "config", config), config)


def _changed(before: Results, after: Results, key: str) -> list[str]:
    then, now = before.manifest[key], after.manifest[key]
    return [name for name in {**then, **now} if then.get(name) != now.get(name)]
