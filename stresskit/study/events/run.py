"""Live every event through with every book, cell by cell, and write down what came of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from stresskit.config_file import Loaded
from stresskit.measure.figure import figure
from stresskit.pipeline import Progress
from stresskit.scenario.events import read_event
from stresskit.study.dial.point import simulate
from stresskit.study.events.ask import Ask
from stresskit.study.events.cells import Book, Cells, books_of, laid_out
from stresskit.study.events.dated import Dated

SCHEMA = 1
Show = Callable[[Progress], None]


def event_table(
    files: Sequence[Loaded], ask: Ask | None = None, workers: int = 1, show: Show | None = None
) -> dict[str, Any]:
    """Ten past events on the books of `files`, under every venue's rules; see `told` for the format.

    Parameters
    ----------
    files : configs of one account each; their modes, scenarios and limits are put aside.
    workers : threads; the answer does not depend on it.

    Raises
    ------
    ConfigError, DataError
        As a run of a config through the events would, or if `ask` names what is not shipped.
    """
    ask = ask or Ask()
    books = books_of(files, ask)
    return told(books, laid_out(books, ask), ask, workers, show)


def told(
    books: Sequence[Book], cells: Sequence[Cells], ask: Ask, workers: int, show: Show | None
) -> dict[str, Any]:
    """The answer, JSON-able: ``events.json`` of the stored table.

    ``events`` and ``books`` in the order of the rows; ``columns`` (``venue``, ``mode``, ``title``).

    ``cells``, each with ``book``, ``event``, ``venue``, ``mode``, ``rulebook`` and where there are some
    ``parameters`` (``name``, ``as_of``, ``held``: not younger than the event), ``symbols``,
    ``fee_assumed``, ``minimum_equity`` of the mode, ``ratio`` at the start, and the estimates
    ``p_liquidation``, ``p_closed_out``, ``expected_liquidation_cost``: ``value``, ``low``, ``high`` at
    95 %, money in USD.

    ``refused``, each with ``book``, ``venue``, ``mode``, ``events`` and ``reason``.
    """
    runs = [one for one in cells if one.setting is not None]
    total = sum(one.book.loaded.run.simulation.paths * len(one.events) for one in runs)
    found: list[dict[str, Any]] = []
    done = 0
    for one in runs:
        for event in one.events:
            found.append(_cell(one, event, workers, _counted(show, done, total, one, event)))
            done += one.book.loaded.run.simulation.paths
    order = {name: place for place, name in enumerate(ask.chosen_events())}
    rows = {book.loaded.run.name: place for place, book in enumerate(books)}
    found.sort(key=lambda cell: (rows[cell["book"]], order[cell["event"]]))
    return {
        "kind": "events",
        "schema_version": SCHEMA,
        "events": [_event(name) for name in order],
        "books": [_book(book) for book in books],
        "columns": list(_columns(cells)),
        "fee": ask.fee,
        "cells": found,
        "refused": list(_refused(cells)),
    }


def _counted(show: Show | None, done: int, total: int, cells: Cells, event: str) -> Callable[[int], None]:
    label = f"{cells.book.loaded.run.name}: {cells.offered.venue} {cells.offered.mode}, {event}"

    def tell(paths: int) -> None:
        if show:
            show(Progress(done + paths, total, label))

    tell(0)
    return tell


def _event(name: str) -> dict[str, str]:
    event = read_event(name)
    return {"name": name, "title": event.title, "day": event.day}


def _book(book: Book) -> dict[str, Any]:
    run = book.loaded.run
    return {
        "name": run.name,
        "description": run.description,
        "equity": run.books()[0].equity,
        "paths": run.simulation.paths,
        "seed": run.simulation.seed,
        "horizon_h": run.simulation.horizon / 3600,
    }


def _columns(cells: Sequence[Cells]) -> Iterator[dict[str, str]]:
    seen = set()
    for one in sorted(cells, key=lambda c: c.offered.venue):
        key = (one.offered.venue, one.offered.mode)
        if key not in seen:
            seen.add(key)
            yield {"venue": key[0], "mode": key[1], "title": one.offered.offer.title}


def _cell(cells: Cells, event: str, workers: int, tell: Callable[[int], None]) -> dict[str, Any]:
    setting, offered = cells.setting, cells.offered
    assert setting is not None
    point = simulate(setting, event, workers, tell)
    (life,) = point.lives.values()
    margin: Mapping[str, Any] = setting.margin()[setting.accounts[0].name][offered.mode]
    return {
        "book": cells.book.loaded.run.name,
        "event": event,
        "venue": offered.venue,
        "mode": offered.mode,
        "rulebook": _file(offered.dated, event),
        **({"parameters": _file(offered.parameters, event)} if offered.parameters else {}),
        "symbols": [position.symbol for position in setting.loaded.run.books()[0].positions],
        "fee_assumed": cells.fee_assumed,
        **({"minimum_equity": offered.offer.minimum_equity} if offered.offer.minimum_equity else {}),
        "ratio": margin["ratio"],
        **{name: figure(estimate) for name, estimate in life.figures(point.law).items()},
    }


def _file(dated: Dated, event: str) -> dict[str, Any]:
    return {**dated._asdict(), "held": dated.held(date.fromisoformat(read_event(event).day))}


def _refused(cells: Sequence[Cells]) -> Iterator[dict[str, Any]]:
    """Why there is no cell, once for all events of the same reason."""
    found: dict[tuple[str, str, str, str], list[str]] = {}
    for one in cells:
        if one.setting is None:
            key = (one.book.loaded.run.name, one.offered.venue, one.offered.mode, one.why_not)
            known = found.setdefault(key, [])
            known += [event for event in one.events if event not in known]
    for (book, venue, mode, reason), events in found.items():
        yield {"book": book, "venue": venue, "mode": mode, "events": events, "reason": reason}
