"""The cells of the table: every book under every margin mode of every venue, prepared or refused.

Each cell is a run of its own, of the book restated at the venue under one mode. Draws depend on the seed and
the path alone, so all cells of a book and an event see the same prices. The tables are those of the event's
day where a rulebook of that date is shipped; otherwise the oldest one is used, and the cell says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from stresskit.config_file import Loaded, Override, altered
from stresskit.errors import ConfigError, DataError
from stresskit.pipeline.admissible import refuse_what_cannot_run
from stresskit.pipeline.market import MarketState, read_market
from stresskit.pipeline.rulebooks import liquidation_fees
from stresskit.pipeline.setting import Setting, prepare
from stresskit.scenario.events import read_event
from stresskit.study.events.ask import Ask
from stresskit.study.events.offered import Offered, offered_on, rulebooks_on
from stresskit.study.events.restated import LABEL, charged, restated


class Book(NamedTuple):
    """A config with one account, and its market."""

    loaded: Loaded
    market: MarketState


@dataclass(slots=True, eq=False)
class Cells:
    """Cells of one book at one venue under one mode: the run of some events, or why there is none."""

    book: Book
    offered: Offered
    fee_assumed: bool = False
    setting: Setting | None = None
    why_not: str = ""
    events: list[str] = field(default_factory=list)


def books_of(files: Sequence[Loaded], ask: Ask) -> list[Book]:
    """The books, with the paths that were asked for.

    Raises
    ------
    ConfigError, DataError
        As a run of the config through these events would, or if it has several accounts or a name twice.
    """
    events, found = scenarios(ask.chosen_events()), []
    names = [loaded.run.name for loaded in files]
    for place, loaded in enumerate(files):
        if names[place] in names[:place]:
            expected = f"a name of its own: another file of the table is called {names[place]} too"
            raise ConfigError([loaded.source.problem(("name",), expected)])
        if loaded.run.account is None:
            expected = "one account, [account]: the table has a row of each file"
            raise ConfigError([loaded.source.problem(("accounts",), expected, at_key=True)])
        paths = loaded.run.simulation.paths if ask.paths is None else ask.paths
        asked = Override(f"--paths {ask.paths}", ("simulation", "paths"), paths or "auto")
        loaded = altered(loaded, [asked])
        through = altered(loaded, [Override(LABEL, ("scenarios",), events), Override(LABEL, ("limits",), {})])
        market = read_market(loaded)
        refuse_what_cannot_run(prepare(through, market))
        found.append(Book(loaded, market))
    return found


def scenarios(events: Sequence[str]) -> dict[str, dict[str, str]]:
    """The events as scenarios of a config."""
    return {name: {"kind": "historical", "event": name} for name in events}


def laid_out(books: Sequence[Book], ask: Ask) -> list[Cells]:
    """Every cell of the table, prepared or refused."""
    return [cells for book in books for venue in ask.chosen_venues() for cells in _venue(book, venue, ask)]


def _venue(book: Book, venue: str, ask: Ask) -> Iterator[Cells]:
    """Cells of a book at a venue: events share one where the same files hold."""
    symbols = [position.symbol for position in book.loaded.run.books()[0].positions]
    found: dict[tuple[str, str, str], Cells] = {}
    for event in ask.chosen_events():
        day = date.fromisoformat(read_event(event).day)
        for rulebook, dated in rulebooks_on(venue, day, symbols):
            for one in offered_on(rulebook, dated, day):
                key = (one.mode, dated.name, one.parameters.name if one.parameters else "")
                found.setdefault(key, Cells(book, one)).events.append(event)
    for cells in found.values():
        prepare_cells(cells, ask)
    yield from _kept(list(found.values()))
    yield from _not_yet(list(found.values()), ask)


def _not_yet(found: Sequence[Cells], ask: Ask) -> Iterator[Cells]:
    """Events whose rulebook does not have a mode that another one of the venue has."""
    for mode in dict.fromkeys(cells.offered.mode for cells in found):
        own = [cells for cells in found if cells.offered.mode == mode]
        missing = set(ask.chosen_events()) - {event for cells in own for event in cells.events}
        for name in dict.fromkeys(cells.offered.dated.name for cells in found):
            here = [e for cells in found if cells.offered.dated.name == name for e in cells.events]
            if events := [event for event in dict.fromkeys(here) if event in missing]:
                why = f"{name} has no such mode"
                yield Cells(own[0].book, replace(own[0].offered, why_not=why), why_not=why, events=events)


def _kept(found: Sequence[Cells]) -> Iterator[Cells]:
    """Without refusals by a parameter file of another coin, where a file of the same mode takes the book."""
    served = {(cells.offered.mode, event) for cells in found if cells.setting for event in cells.events}
    for cells in found:
        if cells.setting is None:
            cells.events = [event for event in cells.events if (cells.offered.mode, event) not in served]
        if cells.events:
            yield cells


def prepare_cells(cells: Cells, ask: Ask) -> None:
    """Prepare the run of the cells, or say why it cannot be."""
    cells.why_not = cells.offered.why_not
    if cells.why_not:
        return
    try:
        through = restated(cells.book.loaded, cells.offered, scenarios(cells.events))
        cells.fee_assumed, fee = _fee(through, cells.offered, ask)
        setting = prepare(charged(through, fee), cells.book.market)
        refuse_what_cannot_run(setting)
    except (ConfigError, DataError) as error:
        cells.why_not = "; ".join(dict.fromkeys(problem.expected for problem in error.problems))
    else:
        cells.setting = setting


def _fee(through: Loaded, offered: Offered, ask: Ask) -> tuple[bool, float | None]:
    """Whether the liquidation fee is assumed, and one in place of what the mode's own rulebook says.

    A grid names no rulebook: it takes the venue's, of several by contract the largest.
    """
    if through.run.execution.liquidation_fee is not None:
        return False, None
    try:
        fees = liquidation_fees(through, through.run.books()[0], {offered.mode: offered.rulebook})
    except ConfigError:
        return True, ask.fee
    return False, None if "rulebook" in offered.table else float(fees.max())
