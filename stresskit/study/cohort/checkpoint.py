"""What a cohort has finished, group by group, so that a killed one goes on there.

``<out>/.<name>-<id>.groups/`` holds a file a group (its rows, ranking and limits) and the sums over all
accounts so far. The sums are replaced last and name the groups that are in them by their hashes: a
group counts when they do. Sums are kept to the last bit and accounts come in the same order, so that
the answer is that of an undisturbed run.
"""

import hashlib
import io
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from stresskit.domain import Float2D
from stresskit.results.claim import Held
from stresskit.study.cohort.figures import Key, Together
from stresskit.study.cohort.part import Part

SUMS = "sums"
DIGEST = 32


@dataclass(slots=True)
class Done:
    """Everything so far: parts in order, and the sums over all accounts by scenario and mode."""

    parts: list[Part] = field(default_factory=list)
    together: dict[Key, Together] = field(default_factory=dict)

    @property
    def accounts(self) -> int:
        """How many are done."""
        return sum(part.accounts for part in self.parts)


class Checkpoint(Held):
    """The folder of a cohort under way, held by one process; `fresh` begins anew.

    Raises
    ------
    ConfigError
        If another process computes the same cohort now.
    """

    def __init__(self, folder: Path, fresh: bool) -> None:
        super().__init__(folder, "a cohort that no other process is running")
        self._folder = folder
        self._hashes: list[str] = []
        if fresh:
            for file in folder.iterdir():
                file.unlink()

    def read(self, sizes: Sequence[int]) -> Done:
        """What is done of groups of these `sizes`; nothing where a file is missing or damaged."""
        try:
            raw = (self._folder / SUMS).read_bytes()
            if raw[:DIGEST] != hashlib.sha256(raw[DIGEST:]).digest():
                return Done()
            with np.load(io.BytesIO(raw[DIGEST:])) as kept:
                hashes = [str(one) for one in kept["groups"]]
                sums = {Key(*name.split("/")): kept[name] for name in kept.files if name != "groups"}
            parts = [self._part(n, sha256) for n, sha256 in enumerate(hashes)]
        except (OSError, ValueError, KeyError):
            return Done()
        if [part.accounts for part in parts] != list(sizes[: len(parts)]):
            return Done()
        self._hashes = hashes
        return Done(parts, {key: Together.of(array) for key, array in sums.items()})

    def _part(self, n: int, sha256: str) -> Part:
        raw = (self._folder / str(n)).read_bytes()
        if hashlib.sha256(raw).hexdigest() != sha256:
            raise ValueError(f"group {n} is not what its hash says")
        return Part.read(raw)

    def add(self, done: Done, part: Part, sums: Mapping[Key, Float2D]) -> None:
        """Put a group among what is done; its accounts are in the `sums` already."""
        raw = part.written()
        self._replace(str(len(done.parts)), raw)
        done.parts.append(Part.read(raw))
        self._hashes.append(hashlib.sha256(raw).hexdigest())
        content = io.BytesIO()
        named = {"/".join(key): array for key, array in sums.items()}
        arrays: dict[str, Any] = {"groups": np.array(self._hashes), **named}
        np.savez(content, **arrays)
        raw = content.getvalue()
        self._replace(SUMS, hashlib.sha256(raw).digest() + raw)

    def _replace(self, name: str, content: bytes) -> None:
        partial = self._folder / f"{name}.partial"
        with partial.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(self._folder / name)

    def remove(self) -> None:
        """Remove the folder: the cohort is done."""
        shutil.rmtree(self._folder)
