"""``--set key.path=value``: one value of the config, changed from outside the file."""

import json
import re
import tomllib
from copy import deepcopy
from typing import Any, NamedTuple

from stresskit.config.fault import printable
from stresskit.config_file.places import KeyPath
from stresskit.errors import ConfigError, Problem

BARE_WORD = r"[A-Za-z0-9_./][A-Za-z0-9_./:-]*"


class Override(NamedTuple):
    """A new value at a key path; numbers of the path are places in lists. `label` names its origin."""

    label: str
    path: tuple[str, ...]
    value: Any


def parse_override(text: str) -> Override:
    """Read ``simulation.paths=5000``; the value is TOML, a bare word such as ``5d`` is text.

    Raises
    ------
    ConfigError
        If `text` has no ``=``, or if its key or value cannot be read.
    """
    label = printable(f"--set {text}")
    for split in (found.start() for found in re.finditer("=", text)):
        path = key_path(text[:split])
        if path:
            return Override(label, path, _value(label, text[split + 1 :].strip()))
    raise ConfigError([Problem(label, "", "key.path=value, for example simulation.paths=5000")])


def direct(key: str, value: Any) -> Override:
    """Build the override ``key = value`` from Python.

    Raises
    ------
    ConfigError
        If `key` is not a dotted key path.
    """
    path = key_path(key)
    if not path:
        raise ConfigError([Problem(f"set {key!r}", "", 'a key path such as "simulation.paths"')])
    return Override(f"set {key}={value!r}", path, deepcopy(value))


def key_path(text: str) -> tuple[str, ...]:
    """Keys of a dotted path as TOML reads it; none where it is no path."""
    try:
        table: Any = tomllib.loads(f"{text.strip()} = 0")
    except (ValueError, RecursionError):
        return ()
    keys: list[str] = []
    while isinstance(table, dict) and len(table) == 1:
        ((key, table),) = table.items()
        keys.append(key)
    return () if isinstance(table, dict) else tuple(keys)


def _value(label: str, text: str) -> Any:
    try:
        table = tomllib.loads(f"value = {text}")
        if len(table) == 1:
            return table["value"]
    except (ValueError, RecursionError):
        if re.fullmatch(BARE_WORD, text):
            return text
    raise ConfigError(
        [Problem(label, "", f'a value such as 5000, 0.5, "10d" or true, not {json.dumps(printable(text))}')]
    )


def apply(document: dict[str, Any], override: Override) -> KeyPath:
    """Put the value of `override` into `document` and return its full path.

    Raises
    ------
    ConfigError
        If the path leads through a value that is neither a table nor a list, or out of a list.
    """
    path: KeyPath = ()
    here: Any = document
    for name in override.path[:-1]:
        key = _step(here, name, path, override)
        if isinstance(here, dict):
            here.setdefault(key, {})
        here, path = here[key], (*path, key)
    key = _step(here, override.path[-1], path, override)
    here[key] = override.value
    return (*path, key)


def _step(here: Any, name: str, path: KeyPath, override: Override) -> str | int:
    if isinstance(here, dict):
        return name
    if not isinstance(here, list):
        expected = f'a table, to hold "{name}"'
    elif re.fullmatch(r"\d{1,9}", name) and int(name) < len(here):
        return int(name)
    else:
        expected = f"an index from 0 to {len(here) - 1}, not {name}"
    raise ConfigError([Problem(override.label, ".".join(map(str, path)), expected)])
