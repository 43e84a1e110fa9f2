"""Text gone wrong: what a slip of the hand, a bad merge or a broken disk makes of a file."""

import re
from typing import Any

from hypothesis import strategies as st

TOKEN = re.compile(r'"[^"]*"|[A-Za-z_][\w.-]*|-?\d[\d_.:eE+-]*|[^\sA-Za-z0-9]')
ODD = (
    "",
    "0",
    "-1",
    "1e400",
    "-0.0",
    "nan",
    "inf",
    "99999999999999999999",
    "true",
    '""',
    '"10d"',
    '"../../../etc/passwd"',
    '"/dev/null"',
    '"\\u0000"',
    "[]",
    "{}",
    "[[[[",
    "1979-05-27",
    "#",
    "=",
    "\x00",
    "\ufeff",
    "é中🙂",
    '"brackets"',
    '"var"',
    '"zero"',
    "1_000",
    "0x10",
    "5 %",
)
KINDS = ("token", "token", "token", "delete", "twice", "move", "cut", "insert", "end")


@st.composite
def mutated(draw: Any, text: str) -> str:
    """`text` after one to three accidents."""
    lines = text.splitlines()
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, max(len(lines) - 1, 0)))
        lines = _accident(draw, lines, place) if lines else [draw(st.text(max_size=20))]
    return "\n".join(lines) + "\n"


def _accident(draw: Any, lines: list[str], place: int) -> list[str]:
    before, line, after = lines[:place], lines[place], lines[place + 1 :]
    kind = draw(
        st.sampled_from(["token", "token", "token", "delete", "twice", "move", "cut", "insert", "end"])
    )
    if kind == "delete":
        return before + after
    if kind == "twice":
        return [*before, line, line, *after]
    if kind == "move":
        other = draw(st.integers(0, len(lines) - 1))
        rest = before + after
        return [*rest[:other], line, *rest[other:]]
    if kind == "cut":
        return [*before, line[: draw(st.integers(0, len(line)))], *after]
    if kind == "insert":
        at = draw(st.integers(0, len(line)))
        return [*before, line[:at] + draw(st.text(max_size=6)) + line[at:], *after]
    if kind == "end":
        return before
    tokens = list(TOKEN.finditer(line))
    if not tokens:
        return lines
    token = draw(st.sampled_from(tokens))
    new = draw(st.sampled_from(ODD) | st.text(max_size=8) | st.floats().map(repr))
    return [*before, line[: token.start()] + new + line[token.end() :], *after]
