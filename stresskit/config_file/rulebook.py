"""A rulebook by its name or path, every problem of it at its line."""

import hashlib
from functools import lru_cache
from pathlib import Path

from stresskit.config.fault import did_you_mean
from stresskit.config_file.load import load_spec
from stresskit.errors import ConfigError, DataError, Problem
from stresskit.margin.rulebook import CHECKS, SHIPPED, Rulebook, Tables, shipped_rulebooks


def load_rulebook(name: str, base: Path = Path()) -> Rulebook:
    """Read a shipped rulebook by name, or a file by a path relative to `base`.

    Raises
    ------
    ConfigError
        If there is no such rulebook.
    DataError
        If the file is not a valid rulebook: with every problem of it, each at its line.
    """
    shipped = shipped_rulebooks()
    path = SHIPPED / f"{name}.toml" if name in shipped else base / name
    if not path.is_file():
        expected = f"a rulebook file or one of {', '.join(shipped)}{did_you_mean(name, shipped)}"
        raise ConfigError([Problem("", "rulebook", expected)])
    return _read(path, hashlib.sha256(path.read_bytes()).hexdigest())


@lru_cache(maxsize=64)  # a night of runs asks for the same few
def _read(path: Path, sha256: str) -> Rulebook:
    """Read a file of this content."""
    try:
        tables, _ = load_spec(path, Tables, checks=CHECKS)
    except ConfigError as error:
        raise DataError(error.problems) from None
    return Rulebook(path.stem, tables, sha256)
