"""Answers of studies, in sealed folders beside the runs that they belong to.

A study's folder is ``<out>/<name>-<kind>-<id>/``. It holds the answer as ``<kind>.json`` and a
``manifest.json`` with ``kind``, ``status`` and ``of``: the hashes of config, data and package of every run
that the study's config files make as they are. A report of such a run finds the study by these hashes, when
it lies in the same folder as the run or where it is told to look.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from stresskit.results.folder import RunFolder, find_finished, finished
from stresskit.results.stored import Results

Hashes = Mapping[str, str]


class Study(NamedTuple):
    """An answer, its folder, and whether it had been stored before."""

    answer: dict[str, Any]
    folder: Path
    reused: bool


def study_key(*made_of: Any) -> str:
    """Twelve digits that name an answer by what it is made from, JSON-able."""
    return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:12]


def keep_study(
    out: Path,
    kind: str,
    name: str,
    key: str,
    of: Sequence[Hashes],
    compute: Callable[[], dict[str, Any]],
    force: bool = False,
) -> Study:
    """Compute an answer and store it, or read it back where it is stored already.

    Parameters
    ----------
    kind : the study's own name, such as ``dial``.
    name, key : of the config, and of all that the answer is made from.
    of : hashes of the runs that it belongs to.
    compute : makes the answer; called only where none is stored, or with `force`.
    """
    found = None if force else find_finished(out, f"{name}-{kind}", key)
    if found is not None and (found / f"{kind}.json").is_file():
        return Study(_read(found / f"{kind}.json"), found, True)
    answer = compute()
    with RunFolder(out, f"{name}-{kind}", key) as folder:
        finished_at = datetime.now(UTC).isoformat(timespec="seconds")
        facts = {"kind": kind, "status": "done", "finished": finished_at, "of": [dict(one) for one in of]}
        folder.write_json("manifest.json", facts)
        folder.write_json(f"{kind}.json", answer, sort_keys=False)
        return Study(answer, folder.seal(), False)


def studies_of(results: Results, kind: str, where: Path | None = None) -> list[Study]:
    """Finished studies of one kind that belong to a run, the newest last.

    Parameters
    ----------
    where : folder that holds the studies' folders, or one of these; default: the folder that holds the run's.
    """
    place = results.folder.parent if where is None else where
    own = results.manifest["hashes"]
    found = []
    for folder in [place, *place.glob(f"*-{kind}-*")]:
        facts = _read(folder / "manifest.json") if finished(folder) else {}
        if facts.get("kind") == kind and own in facts.get("of", []):
            found.append((facts["finished"], folder))
    return [Study(_read(folder / f"{kind}.json"), folder, True) for _, folder in sorted(found)]


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
