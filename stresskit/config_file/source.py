"""Where each value of a loaded config came from, to place what is found wrong with it later."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stresskit.config.fault import printable
from stresskit.config_file.places import KeyPath, Place
from stresskit.errors import ConfigError, Problem


@dataclass(frozen=True, slots=True)
class Source:
    """Places of the keys of a document.

    Attributes
    ----------
    path : the config file as it was named; None for a run that was built in Python.
    document : its values, overrides applied.
    places : line and column by key path (TOML only).
    labels : the override that set a key path, as the user typed it.
    """

    path: Path | None = None
    document: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[KeyPath, Place] = field(default_factory=dict)
    labels: Mapping[KeyPath, str] = field(default_factory=dict)

    @property
    def base(self) -> Path:
        """The folder that relative paths of the config start from."""
        return self.path.parent if self.path else Path()

    def problem(self, path: KeyPath, expected: str, *, at_key: bool = False) -> Problem:
        """Build the problem `expected` at a key path, or at the nearest table that exists around it.

        Parameters
        ----------
        path : key path; ``("limits", "p_liquidation", 0, "mode")`` also fits a limit that is not
            written as a list.
        expected : what was expected there.
        at_key : point at the key instead of its value.
        """
        present, here = self.nearest(path)
        wanted = path[-1:] if isinstance(here, Mapping) and path[-1:] != present[-1:] else ()
        return Problem(self.where(present, at_key=at_key), dotted((*present, *wanted)), expected)

    @contextmanager
    def placing(self, *path: str | int) -> Iterator[None]:
        """Give a place to what a later stage finds wrong with the value at `path`.

        Raises
        ------
        ConfigError
            The same one, every problem without a place now at `path`.
        """
        try:
            yield
        except ConfigError as error:
            placed = [
                found if found.where else self.problem(path, found.expected) for found in error.problems
            ]
            raise ConfigError(placed) from None

    def nearest(self, path: KeyPath) -> tuple[KeyPath, Any]:
        """Those keys of `path` that lead somewhere in the document, and the value found there."""
        here: Any = self.document
        present: KeyPath = ()
        for key in path:
            if leads(here, key):
                here, present = here[key], (*present, key)
        return present, here

    def where(self, path: KeyPath, *, at_key: bool = False) -> str:
        """``file:line:column``, ``file: /pointer`` (JSON), or the override that set the value."""
        for cut in range(len(path), -1, -1):
            if label := self.labels.get(path[:cut]):
                return label
            if place := self.places.get(path[:cut]):
                spot = place.key if at_key else place.value
                return f"{self.path}:{spot.line}:{spot.column}"
        if self.path is None:
            return ""
        return f"{self.path}: {pointer(path)}" if path else str(self.path)

    def order(self, path: KeyPath) -> tuple[int, int]:
        """Line and column, to report problems as the file is read; overrides come first."""
        present, _ = self.nearest(path)
        for cut in range(len(present), -1, -1):
            if present[:cut] in self.labels:
                return (0, 0)
            if place := self.places.get(present[:cut]):
                return place.value
        return (0, 0)


def leads(here: Any, key: str | int) -> bool:
    """Whether `key` is a key of this table, or a place in this list."""
    if isinstance(here, Mapping):
        return key in here
    return isinstance(here, list | tuple) and isinstance(key, int) and key < len(here)


def pointer(path: KeyPath) -> str:
    """JSON pointer (RFC 6901)."""
    return printable("".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in path))


def dotted(path: KeyPath) -> str:
    """Key path as ``--set`` takes it: ``account.positions.0.symbol``."""
    return ".".join(quoted(key) for key in path)


def quoted(key: str | int) -> str:
    """A key as TOML writes it."""
    bare = re.fullmatch(r"[A-Za-z0-9_-]+", str(key))
    return str(key) if bare else json.dumps(printable(str(key)), ensure_ascii=False)
