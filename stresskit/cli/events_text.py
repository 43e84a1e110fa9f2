"""The text of ``stresskit events``: of every book a table a quantity, a column an event."""

from collections.abc import Iterator, Mapping
from typing import Any

from stresskit.cli.text import dollars, hundredths, table

QUANTITIES = {
    "p_liquidation": "P(liquidation), %",
    "p_closed_out": "P(closed out), %",
    "expected_liquidation_cost": "expected liquidation cost, USD",
}
Found = Mapping[str, Any]


def events_text(answer: Found) -> str:
    """Tables by book, then what they stand on and what was refused."""
    parts = [_head(answer)]
    for book in answer["books"]:
        parts += [_table(answer, book["name"], quantity) for quantity in QUANTITIES]
        refused = list(_refused(answer, book["name"]))
        parts += ["\n".join([f"REFUSED  {book['name']}", *refused])] if refused else []
    return "\n\n".join([*parts, "\n".join(_notes(answer))])


def _head(answer: Found) -> str:
    lines = ["EVENTS"] + [f"  {event['day'][:7]}  {event['title']}" for event in answer["events"]]
    lines += ["BOOKS"]
    for book in answer["books"]:
        lines.append(f"  {book['name']}: {book['description']}; {book['paths']:,} paths an event")
    return "\n".join(lines)


def _table(answer: Found, book: str, quantity: str) -> str:
    from stresskit.study.events.table import cell_of, columns_of

    header = ["", *(event["day"][:7] for event in answer["events"])]
    rows = []
    for column in columns_of(answer, book):
        cells = [cell_of(answer, book, event["name"], column) for event in answer["events"]]
        label = f"{' '.join(column)}{_caveat(cells)}"
        rows.append([label, *(_cell(cell, quantity) for cell in cells)])
    return f"{QUANTITIES[quantity].upper()}  {book}\n{table(header, rows)}"


def _cell(cell: Found | None, quantity: str) -> str:
    from stresskit.study.events.table import LATER, later

    if cell is None:
        return "refused"
    show = dollars if quantity == "expected_liquidation_cost" else hundredths
    return show(cell[quantity]["value"]) + (LATER if later(cell) else " ")


def _caveat(cells: list[Found | None]) -> str:
    """Marks of a row: the fee is assumed, the mode asks for more equity, dead at the start."""
    known = [cell for cell in cells if cell is not None]
    fee = " f" if any(cell["fee_assumed"] for cell in known) else ""
    dead = " d" if any(cell["ratio"] is not None and cell["ratio"] <= 1.0 for cell in known) else ""
    return fee + (" e" if any("minimum_equity" in cell for cell in known) else "") + dead


def _refused(answer: Found, book: str) -> Iterator[str]:
    for one in answer["refused"]:
        if one["book"] == book:
            events = "" if len(one["events"]) == len(answer["events"]) else f" ({', '.join(one['events'])})"
            yield f"  {one['venue']} {one['mode']}{events}: {one['reason']}"


def _notes(answer: Found) -> Iterator[str]:
    yield "* the oldest table that is shipped is younger than the event"
    if any(cell["fee_assumed"] for cell in answer["cells"]):
        yield f"f the venue's liquidation fee is not known: {100 * answer['fee']:g} % is assumed"
    asks = {(c["venue"], c["mode"]): c["minimum_equity"] for c in answer["cells"] if "minimum_equity" in c}
    for (venue, mode), usd in asks.items():
        yield f"e {venue} {mode} asks for an equity of {usd:,.0f} USD or more"
    if any(cell["ratio"] is not None and cell["ratio"] <= 1.0 for cell in answer["cells"]):
        yield "d equity is not above the maintenance margin at the start"
    widest = max((_half(cell) for cell in answer["cells"]), default=0.0)
    yield (
        f"95 % intervals of P(liquidation) reach {100 * widest:.2f} points to each side at most; all of them "
        "are in the files"
    )


def _half(cell: Found) -> float:
    found = cell["p_liquidation"]
    return float(found["high"] - found["low"]) / 2
