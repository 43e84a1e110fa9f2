"""Nested data of a run folder as lines of text: ``a.b: 1``."""

from collections.abc import Iterator, Mapping
from typing import Any

from stresskit.report.format import significant, stated

LONGEST = 280  # characters of a line of settings


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


def plain(value: Any) -> str:
    """One leaf as text."""
    if isinstance(value, list):
        return ", ".join(plain(item) for item in value) or "none"
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "none"}[value]
    if isinstance(value, int):
        return stated(value) if abs(value) < 10**12 else str(value)
    return significant(value, 6, trim=True) if isinstance(value, float) else str(value)


def settings(node: Mapping[str, Any], *without: str) -> str:
    """All leaves in one line, ``nothing`` if there is none; cut where it grows long."""
    parts = [f"{path}: {plain(value)}" for path, value in flat(node) if path not in without]
    line = "; ".join(parts) or "nothing"
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}… (manifest.json holds the rest)"
