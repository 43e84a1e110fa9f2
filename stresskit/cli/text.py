"""Plain text for the terminal: numbers, estimates and tables that survive a pipe."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import click

NONE = "-"


def echo_json(value: Any) -> None:
    """Print JSON with sorted keys; what is not JSON (NaN, infinity) is an error."""
    click.echo(json.dumps(value, indent=2, sort_keys=True, allow_nan=False))


def did_you_mean(word: str, options: Collection[str]) -> str:
    """`` (did you mean 'run'?)``, or nothing where no option is near."""
    from difflib import get_close_matches

    near = get_close_matches(word, options, n=1)
    return f" (did you mean '{near[0]}'?)" if near else ""


def usd(value: float | None) -> str:
    """``12,345.60``."""
    return NONE if value is None else f"{value:,.2f}"


def plain(value: float | None) -> str:
    """``1,800,000`` or ``0.0004``: as it stands in a table."""
    return NONE if value is None else f"{value:,.12g}"


def percent(value: float | None) -> str:
    """A fraction as a percentage, never rounded onto 0 or 100."""
    return NONE if value is None else f"{hundredths(value)} %"


def number(value: float | None) -> str:
    """Two decimals, more where they would hide on which side of 1 the figure lies."""
    return NONE if value is None else apart(value, 0.0, 1.0)


def apart(value: float, *marks: float) -> str:
    """Write `value` with at least two decimals, and as many as it takes to differ from each mark."""
    text = f"{value:,.2f}"
    for digits in range(2, 12):
        text = f"{value:,.{digits}f}"
        if all(value == mark or float(text.replace(",", "")) != mark for mark in marks):
            break
    return text


def estimate(found: Mapping[str, Any], show: Callable[[float], str]) -> str:
    """``6.32 [6.17, 6.47]``, or a dash where the figure is undefined."""
    if found["value"] is None:
        return NONE
    return f"{show(found['value'])} [{show(found['low'])}, {show(found['high'])}]"


def hundredths(value: float) -> str:
    """A fraction in percent without the sign, never rounded onto 0 or 100."""
    return apart(100 * value, 0.0, 100.0)


def percentage(value: float | None) -> str:
    """A fraction in percent, of any size, without the sign."""
    return NONE if value is None else apart(100 * value, 0.0)


def points(value: float) -> str:
    """A signed fraction in percentage points."""
    return f"{100 * value:+.2f}"


def dollars(value: float) -> str:
    """USD, cents only below 100."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns aligned: the first to the left, the others to the right."""
    lines = [list(header), *map(list, rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]

    def row(cells: Sequence[str]) -> str:
        rest = (cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True))
        return "  ".join([cells[0].ljust(widths[0]), *rest]).rstrip()

    return "\n".join(["  " + row(line) for line in lines])
