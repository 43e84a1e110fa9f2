"""Snapshots: a market's calibrated parameters at one date, shipped or made by ``calibrate``."""

import hashlib
import json
import os
import tempfile
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from stresskit.domain import Calibration, Snapshot
from stresskit.errors import ConfigError, DataError, Problem
from stresskit.market.snapshot_checks import format_problem, sense_problems, shape_problems
from stresskit.market.snapshot_file import SnapshotFile, snapshot_of
from stresskit.market.snapshot_text import snapshot_text
from stresskit.market.suggest import suggestion
from stresskit.spec import duration_text

SHIPPED = Path(__file__).parent / "snapshots"


def shipped_snapshots() -> list[str]:
    """Names of the snapshots that come with the package."""
    return sorted(path.stem for path in SHIPPED.glob("*.json"))


def load_snapshot(name: str | Path) -> Snapshot:
    """Load a shipped snapshot by its name, or any by the path of its file (``.json``).

    Raises
    ------
    ConfigError
        If no shipped snapshot has that name.
    DataError
        If the file cannot be read or its numbers cannot be a model.
    """
    path = Path(name)
    if path.suffix != ".json":
        path = SHIPPED / f"{name}.json"
        if str(name) not in shipped_snapshots():
            raise ConfigError([Problem("", "snapshot", _unknown(str(name)))])
    try:
        return _read(str(path), path.read_bytes())
    except OSError as error:
        raise DataError([Problem(str(path), "", f"a readable snapshot file ({error.strerror})")]) from None


@lru_cache(maxsize=4)
def _read(where: str, raw: bytes) -> Snapshot:
    """Check and read the content of a file; the same content in the same place is read once a process."""
    try:
        document = json.loads(raw.decode())
        if other := format_problem(where, document):
            raise DataError([other])
        file = SnapshotFile.model_validate(document)
    except ValidationError as error:
        raise DataError(shape_problems(where, error)) from None
    except ValueError as error:
        raise DataError([Problem(where, "", f"a JSON file ({error})")]) from None
    if problems := sense_problems(where, file):
        raise DataError(problems)
    return snapshot_of(file, hashlib.sha256(raw).hexdigest())


def _unknown(name: str) -> str:
    shipped = shipped_snapshots()
    found = f"found {name}{suggestion(name, shipped)}"
    return f"a shipped snapshot ({', '.join(shipped)}) or the path of a .json file ({found})"


def save_snapshot(snapshot: Snapshot, path: Path) -> Snapshot:
    """Write `snapshot` to `path` in one move and return it with the hash of the file.

    Raises
    ------
    OSError
        If the file cannot be written; nothing half-written is left behind.
    """
    raw = snapshot_text(snapshot).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return replace(snapshot, sha256=hashlib.sha256(raw).hexdigest())


def select(snapshot: Snapshot, step_s: int, marginal: str, innovations: str, dependence: str) -> Calibration:
    """Pick the calibration of one step and model.

    Raises
    ------
    ConfigError
        If the snapshot holds no such calibration; says what it holds.
    """
    step, model = duration_text(step_s), f"{marginal}/{innovations}"
    if found := snapshot.calibrations.get(f"{step}/{model}/{dependence}"):
        return found
    keys = [key.split("/", 1) for key in sorted(snapshot.calibrations)]
    steps = sorted({at for at, _ in keys})
    if step not in steps:
        text = f"a step at which {snapshot.name} is calibrated: {', '.join(steps)} (found {step})"
        raise ConfigError([Problem("", "simulation.step", text)])
    pairs = [rest.rpartition("/") for at, rest in keys if at == step]
    asked = {
        "model.marginal": (model, list(dict.fromkeys(own for own, _, _ in pairs))),
        "model.dependence": (dependence, sorted({other for _, _, other in pairs})),
    }
    raise ConfigError(
        [
            Problem("", key, f"one that {snapshot.name} holds at {step}: {', '.join(held)} (found {given})")
            for key, (given, held) in asked.items()
            if given not in held
        ]
    )
