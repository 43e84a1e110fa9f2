"""Text from a run folder made printable: what our font cannot show appears as its code point."""

from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.ft2font import FT2Font

FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"


@cache
def _glyphs() -> frozenset[int]:
    """Code points that every face of the report can show."""
    faces = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf")
    return frozenset.intersection(*(frozenset(FT2Font(str(FONTS / face)).get_charmap()) for face in faces))


def printable(value: Any) -> Any:
    r"""Copy JSON-like data with every string made printable (mapping keys included).

    Line breaks and tabs become spaces; control characters, direction marks and characters that the
    font lacks become ``\\u{...}``.
    """
    if isinstance(value, str):
        return "".join(_character(c) for c in value)
    if isinstance(value, dict):
        return {printable(key): printable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [printable(item) for item in value]
    return value


def _character(c: str) -> str:
    if c in "\n\r\t":
        return " "
    shown = ord(c) in _glyphs() and (c.isprintable() or c == "\u202f")
    return c if shown else f"\\u{{{ord(c):x}}}"
