"""Text of a config file -> its values; TOML or, by its suffix, JSON."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from stresskit.errors import ConfigError, Problem

OWN_WORDS = {
    "Cannot overwrite a value": "this key is given twice",
    "Invalid value": 'a value such as 1.5, true, "text", [1, 2] or { key = 1 }',
    "Invalid statement": "key = value, or a [table]",
}


def read_text(path: Path) -> str:
    """Read a file as UTF-8, with or without a byte order mark.

    Raises
    ------
    ConfigError
        If the file cannot be read, is empty or is not UTF-8.
    """
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ConfigError([Problem(str(path), "", f"cannot be read: {reason}")]) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", errors="replace")
        found = f"UTF-8 text, not the byte 0x{data[error.start]:02x}"
        raise ConfigError([Problem(place(path, before, len(before)), "", found)]) from error
    if not text.strip():
        raise ConfigError([Problem(f"{path}:1:1", "", "the file is empty")])
    return text


def place(path: Path, text: str, offset: int) -> str:
    """``file:line:column`` of a character of `text`, both counted from 1."""
    before = text[:offset]
    return f"{path}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def is_json(path: Path) -> bool:
    """Tell by the suffix."""
    return path.suffix.lower() == ".json"


def parse(path: Path, text: str) -> dict[str, Any]:
    """Parse the text of a config file.

    Raises
    ------
    ConfigError
        If it is not TOML (or not a JSON object), with the place of the first fault.
    """
    try:
        values = _json(text) if is_json(path) else tomllib.loads(text)
    except RecursionError as error:
        raise ConfigError([Problem(str(path), "", "tables and lists are nested too deeply")]) from error
    except ValueError as error:
        raise ConfigError([_syntax(path, text, error)]) from error
    if not isinstance(values, dict):
        raise ConfigError([Problem(f"{path}:1:1", "", "a JSON object")])
    return values


def _json(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_no_duplicates)


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in pairs:
        if key in values:
            raise ValueError(f"the key {json.dumps(key)} is given twice in one object")
        values[key] = value
    return values


def _syntax(path: Path, text: str, error: ValueError) -> Problem:
    if isinstance(error, json.JSONDecodeError):
        return Problem(f"{path}:{error.lineno}:{error.colno}", "", f"JSON: {error.msg}")
    found = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", str(error), re.DOTALL)
    if not found:
        return Problem(f"{path}:1:1", "", f"{'JSON' if is_json(path) else 'TOML'}: {error}")
    message, line, column = found.groups()
    where = f"{path}:{line}:{column}" if line else place(path, text, len(text))
    return Problem(where, "", f"TOML: {OWN_WORDS.get(message, message)}")
