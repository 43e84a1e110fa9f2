"""The events table as Markdown: of every book a row an event, a column each venue's margin mode."""

from collections.abc import Iterator, Mapping
from typing import Any

from stresskit.measure.figure import figure_text

QUANTITIES = {
    "p_liquidation": ("P(liquidation), %", 100.0),
    "p_closed_out": ("P(closed out), %", 100.0),
    "expected_liquidation_cost": ("expected liquidation cost, USD", 1.0),
}
LATER = "*"
Found = Mapping[str, Any]


def markdown(answer: Found) -> str:
    """What was done, three tables a book, and what was refused."""
    parts = ["# Past events under the rules of every venue", _about(answer)]
    for book in answer["books"]:
        parts.append(f"## {book['name']}\n\n{book['description']}: {_drawn(book)}.")
        parts += [_table(answer, book["name"], quantity) for quantity in QUANTITIES]
        parts += ["\n".join(_refusals(answer, book["name"]))]
    return "\n\n".join(part for part in parts if part) + "\n"


def columns_of(answer: Found, book: str) -> list[tuple[str, str]]:
    """Venue and mode of the columns in which a book has a cell."""
    taken = {(cell["venue"], cell["mode"]) for cell in answer["cells"] if cell["book"] == book}
    every = [(column["venue"], column["mode"]) for column in answer["columns"]]
    return [column for column in every if column in taken]


def cell_of(answer: Found, book: str, event: str, column: tuple[str, str]) -> Found | None:
    """One cell; None where it was refused."""
    same = (
        cell
        for cell in answer["cells"]
        if (cell["book"], cell["event"], cell["venue"], cell["mode"]) == (book, event, *column)
    )
    return next(same, None)


def later(cell: Found) -> bool:
    """Whether one of its files is younger than the event: no older one is shipped."""
    return not all(cell[name]["held"] for name in ("rulebook", "parameters") if name in cell)


def _about(answer: Found) -> str:
    return (
        "All cells of a row are the same book on the same simulated paths of the event, under the venue's "
        "own margin rule and liquidation policy, with 95 % Monte Carlo intervals. Tables are those of the "
        f"event's day where a rulebook of that date is shipped; {LATER} marks the others: the oldest one is "
        f"used. Where a venue's liquidation fee is not known it is taken as {100 * answer['fee']:g} %."
    )


def _drawn(book: Found) -> str:
    drawn = f"{book['paths']:,} paths over {book['horizon_h']:g} h, seed {book['seed']}"
    return f"{book['equity']:,.0f} USD, {drawn}"


def _table(answer: Found, book: str, quantity: str) -> str:
    columns = columns_of(answer, book)
    title, scale = QUANTITIES[quantity]
    lines = [f"| {title} | {' | '.join(f'{venue} {mode}' for venue, mode in columns)} |"]
    lines += [f"| --- |{' --- |' * len(columns)}"]
    for event in answer["events"]:
        cells = [cell_of(answer, book, event["name"], column) for column in columns]
        texts = ["refused" if c is None else _text(c, quantity, scale) for c in cells]
        lines += [f"| {event['title']} | {' | '.join(texts)} |"]
    return "\n".join(lines)


def _text(cell: Found, quantity: str, scale: float) -> str:
    return figure_text(cell[quantity], scale) + (LATER if later(cell) else "")


def _refusals(answer: Found, book: str) -> Iterator[str]:
    for one in answer["refused"]:
        if one["book"] == book:
            events = "all events" if len(one["events"]) == len(answer["events"]) else ", ".join(one["events"])
            yield f"- {one['venue']} {one['mode']}, {events}: {one['reason']}"
