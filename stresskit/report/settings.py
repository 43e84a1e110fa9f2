"""Nested data of a run folder as lines of text: ``a.b: 1``."""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from stresskit.report.format import significant

WIDE = 72  # characters of a line of JSON
EXACT = 1e15  # whole numbers below it are exact floats
LONGEST = 320  # characters of a line of settings


def flat(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Leaves with their dotted path; lists of plain values are leaves."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from flat(value, f"{path}.{key}" if path else str(key))
    elif isinstance(node, list) and any(isinstance(item, dict | list) for item in node):
        for place, item in enumerate(node):
            yield from flat(item, f"{path}[{place}]")
    else:
        yield path, node


def plain(value: Any, digits: int = 6) -> str:
    """One leaf as text; whole numbers as they stand, others to so many figures."""
    if isinstance(value, list):
        return ", ".join(plain(item, digits) for item in value) or "none"
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "none"}[value]
    return significant(value, digits, trim=True) if isinstance(value, float) else str(value)


def compact(node: Any, indent: str = "", key: str = "") -> str:
    """JSON in which whatever fits a line of its column, after its key, stands on one."""
    line = json.dumps(_tidy(node), ensure_ascii=False)
    if len(indent) + len(key) + len(line) < WIDE or not node or not isinstance(node, dict | list):
        return line
    deeper, (opening, closing) = f"{indent} ", "{}" if isinstance(node, dict) else "[]"
    if isinstance(node, dict):
        keys = [f"{json.dumps(key, ensure_ascii=False)}: " for key in node]
        parts = [f"{k}{compact(v, deeper, k)}" for k, v in zip(keys, node.values(), strict=True)]
    else:
        parts = [compact(item, deeper) for item in node]
    return f"{opening}\n{_lines(parts, deeper)}\n{indent}{closing}"


def _lines(parts: list[str], indent: str) -> str:
    """Join parts by commas, as many on a line as fit; a part of several lines stands alone."""
    text, room = indent + parts[0], WIDE - len(indent) - len(parts[0])
    for before, part in pairwise(parts):
        together = "\n" not in before and "\n" not in part and len(part) + 3 <= room
        text += f", {part}" if together else f",\n{indent}{part}"
        room = (room - 2 if together else WIDE - len(indent)) - len(part)
    return text


def _tidy(node: Any) -> Any:
    """The same data with 50000.0 written as 50000."""
    if isinstance(node, dict):
        return {key: _tidy(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    return int(node) if isinstance(node, float) and node.is_integer() and abs(node) < EXACT else node


def settings(node: Mapping[str, Any], *without: str, digits: int = 6) -> str:
    """All leaves in one line, ``nothing`` if there is none; cut where it grows long."""
    parts = [f"{path}: {plain(value, digits)}" for path, value in flat(node) if path not in without]
    line = "; ".join(parts) or "nothing"
    return cut(line)


def cut(line: str) -> str:
    """A line of settings, cut where it grows long."""
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}… (manifest.json holds the rest)"


MOST_FIGURES = 4  # of one table among a scenario's notes
MANY = "a table of many figures"
WORDS = {
    "copula_nu": "copula degrees of freedom",
    "crisis_copula_nu": "copula degrees of freedom in the crisis",
    "mean_calm_correlation": "mean correlation fitted",
    "mean_stressed_correlation": "mean correlation stressed",
    "moved": "distance from the fitted correlations",
    "repair_distance": "distance of their repair",
    "signs": "side held",
    "percentile": "percentile in the past",
}


def _told(value: Any, digits: int) -> Any:
    """Notes in which a table of figures is one leaf, `MANY` if it is long; words stay, however deep."""
    if not isinstance(value, Mapping):
        return value
    if value and all(isinstance(one, int | float) for one in value.values()):
        if len(value) > MOST_FIGURES:
            return MANY
        return ", ".join(f"{key} {plain(one, digits)}" for key, one in value.items())
    return {key: _told(one, digits) for key, one in value.items()}


def _words(path: str) -> str:
    """A dotted path of notes in words."""
    parts = [WORDS.get(part, _spaced(part)) for part in path.split(".")]
    return ", ".join(parts)


def _spaced(key: str) -> str:
    """A key without underscores; what is no plain key stays as it is."""
    return key.replace("_", " ") if re.fullmatch(r"[\w ,]+", key) else key


SAID = ("event", "occurred", "plausibility", "history", "replayed")


def told(notes: Mapping[str, Any], digits: int = 3) -> str:
    """Notes of a scenario in one line: how plausible it is first and in full, then the figures.

    A table of many figures is only named: the manifest holds it.
    """
    leaves = flat({key: _told(value, digits) for key, value in notes.items()})
    said: list[str] = []
    rest: list[str] = []
    many: list[str] = []
    for path, value in leaves:
        if value is MANY:
            many.append(_words(path))
            continue
        first = path.rpartition(".")[2] in SAID
        (said if first else rest).append(f"{_words(path)}: {plain(value, digits)}")
    rest += [f"in manifest.json: {', '.join(many)}"] if many else []
    line = cut("; ".join(rest))
    return "; ".join([*said, line] if line else said) or "nothing"
