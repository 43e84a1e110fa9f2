"""Fetched leverage tiers as a dated rulebook: the tables are new, all else is that of a known rulebook."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from stresskit.errors import DataError, Problem

Row = tuple[float, float, float, float]


class Table(NamedTuple):
    """Rows [notional above which it applies, maintenance rate, largest leverage, deduction], and the cap."""

    rows: list[Row]
    cap: float | None


def table_of(symbol: str, tiers: Sequence[Mapping[str, Any]], scheme: str) -> Table:
    """The table of tiers as ccxt has them.

    Under ``marginal`` the deduction follows from continuity; where the exchange sends its own
    (``cum``), both must agree.

    Raises
    ------
    DataError
        If a number is missing, or the deductions disagree.
    """
    rows: list[Row] = []
    rate = deduction = 0.0
    for n, tier in enumerate(tiers):
        try:
            floor, next_rate, leverage = (
                float(tier[key]) for key in ("minNotional", "maintenanceMarginRate", "maxLeverage")
            )
        except (KeyError, TypeError, ValueError):
            raise _faulty(symbol, n, f"minNotional, maintenanceMarginRate and maxLeverage ({tier})") from None
        if n and scheme == "marginal":
            deduction = round(deduction + floor * (next_rate - rate), 9)
        sent = (tier.get("info") or {}).get("cum")
        if sent is not None and scheme == "marginal" and abs(float(sent) - deduction) > 1e-6 * max(floor, 1):
            raise _faulty(symbol, n, f"a deduction of {deduction:.12g}, which is continuous, not {sent}")
        rate = next_rate
        rows.append((floor, rate, leverage, deduction))
    last = tiers[-1].get("maxNotional")
    return Table(rows, float(last) if last is not None and float(last) > rows[-1][0] else None)


def rulebook_text(base: str, name: str, as_of: str, source: str, tables: Mapping[str, Table]) -> str:
    """The text of `base` (a rulebook called `name`) with another date, another source and other tables."""
    head = re.split(r"^\[symbols", base, maxsplit=1, flags=re.MULTILINE)[0]
    while head.rstrip().rpartition("\n")[2].startswith("#"):
        head = head.rstrip().rpartition("\n")[0]
    head = re.sub(r"\A(#[^\n]*\n)+", "", head).rstrip() + "\n"
    head = _replaced(_replaced(head, "as_of", as_of), "source", source)
    first = f"# Tiers fetched {as_of}; all but [symbols], the date and the source is that of {name}.\n"
    return first + head + "".join(_lines(symbol, table) for symbol, table in tables.items())


def _lines(symbol: str, table: Table) -> str:
    rows = "".join(f"    [{', '.join(map(_number, row))}],\n" for row in table.rows)
    cap = "" if table.cap is None else f"cap = {_number(table.cap)}\n"
    return f"\n[symbols.{_quoted(symbol)}]\n{cap}tiers = [\n{rows}]\n"


def _replaced(head: str, key: str, value: str) -> str:
    """The text with another value of its first `key`, which is the file's own."""
    line = f"{key} = {_quoted(value)}"
    return re.sub(rf"^{key} *=.*$", lambda _: line, head, count=1, flags=re.MULTILINE)


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _faulty(symbol: str, tier: int, expected: str) -> DataError:
    return DataError([Problem(symbol, f"tier {tier + 1}", expected)])
