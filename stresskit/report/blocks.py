"""What a page is made of: plain data that the template sets. Content here, appearance there."""

from collections.abc import Sequence
from typing import Any, TypedDict

from matplotlib.figure import Figure

from stresskit.report.status import Status

Block = dict[str, Any]
Cell = str | dict[str, str]


class Column(TypedDict):
    """Head of a table column; `align` is ``left`` or ``right``, `share` its part of the width."""

    title: str
    align: str
    share: float


class Page(TypedDict):
    """A page begins on a new sheet; `title` enters the outline."""

    title: str
    subtitle: str
    blocks: list[Block]


def left(title: str, share: float = 1.0) -> Column:
    """Column of text."""
    return {"title": title, "align": "left", "share": share}


def right(title: str, share: float = 1.0) -> Column:
    """Column of figures."""
    return {"title": title, "align": "right", "share": share}


def cell(main: str, small: str = "", tone: str = "") -> Cell:
    """A table cell with a second, smaller line and a colour by `tone` (good, unsure, bad)."""
    return {"main": main, "small": small, "tone": tone} if small or tone else main


def section(kind: str, finding: str) -> Block:
    """A heading that states what was found, under a small word for what it is about."""
    return {"kind": "section", "about": kind, "finding": finding}


def text(content: str) -> Block:
    """A small paragraph."""
    return {"kind": "text", "text": content}


def bullets(items: Sequence[str]) -> Block:
    """A list."""
    return {"kind": "bullets", "items": list(items)}


def code(content: str, columns: int = 1) -> Block:
    """Text set as it is, in columns."""
    return {"kind": "code", "text": content, "columns": columns}


def status_line(status: Status, sentence: str) -> Block:
    """The coloured line at the top of the decision page."""
    return {"kind": "status", **status._asdict(), "text": sentence}


def tiles(items: Sequence[dict[str, Any]]) -> Block:
    """Headline figures side by side."""
    return {"kind": "tiles", "items": list(items)}


def tile(label: str, value: str, details: Sequence[str], tone: str = "") -> dict[str, Any]:
    """One headline figure with the lines below it."""
    return {"label": label, "value": value, "details": [line for line in details if line], "tone": tone}


def table(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], notes: Sequence[str] = ()) -> Block:
    """A table; `notes` stand below it."""
    return {
        "kind": "table",
        "columns": list(columns),
        "rows": [
            [c if isinstance(c, dict) else {"main": c, "small": "", "tone": ""} for c in r] for r in rows
        ],
        "notes": list(dict.fromkeys(notes)),
    }


def picture(name: str, figure: Figure, alt: str, caption: str = "") -> Block:
    """A figure with the words for those who do not see it; `name` is its file name."""
    return {"kind": "figure", "name": name, "figure": figure, "alt": alt, "caption": caption}
