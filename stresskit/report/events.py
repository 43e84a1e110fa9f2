"""Past events that the run lived through again, by its own scenarios of kind ``historical``."""

from collections.abc import Iterator
from typing import Any

from stresskit.report import swan_findings
from stresskit.report.blocks import Block, Cell, cell, left, right, section, table, text
from stresskit.report.format import bounds, money, percent
from stresskit.report.headlines import limit_for
from stresskit.report.mode_tables import estimate_cell
from stresskit.report.swan_findings import moves
from stresskit.report.view import MOST_SHOWN, Account, Json

HISTORICAL = "historical"
NOTE = (
    "Each venue's rules of the day; *: of the oldest table that is shipped, which is younger. The same paths "
    "under all rules. A dash: not possible there (the table's own report has the reasons)."
)
MISSING = (
    "Not in this run. Filled by: stresskit events CONFIG, whose folder beside the run is found; or by "
    "scenarios of kind historical in the config (configs/events has all that are shipped)."
)


def events(account: Account) -> Iterator[Block]:
    """Events among the run's own scenarios, and the stored table of all of them under all venues' rules."""
    venues = list(_venues(account))
    own = list(_own(account))
    yield from own or venues or _missing()
    if own:
        yield from venues


def _missing() -> Iterator[Block]:
    yield section("Past events", "What past crashes would do to this account is not known yet")
    yield text(MISSING)


def _venues(account: Account) -> Iterator[Block]:
    """One row each venue's mode that the book could be held under, one column an event."""
    answer = account.studies.answers.get("events")
    if answer is None or account.name:
        return
    book = str(account.results.metrics["name"])
    cells = {(c["event"], c["venue"], c["mode"]): c for c in answer["cells"] if c["book"] == book}
    columns = [
        (str(c["venue"]), str(c["mode"]))
        for c in answer["columns"]
        if any(key[1:] == (c["venue"], c["mode"]) for key in cells)
    ]
    if not cells:
        return
    told = [(f"{e}, {v} {m}", float(c["p_liquidation"]["value"])) for (e, v, m), c in cells.items()]
    yield section("Past events, venue by venue", swan_findings.venues(told))
    heads = [left("P(liquidation) under", 1.5)]
    heads += [right(_month(event), 0.8) for event in answer["events"]]
    rows: list[list[Cell]] = [
        [f"{venue} {mode}", *(_share(cells.get((e["name"], venue, mode))) for e in answer["events"])]
        for venue, mode in columns
    ]
    titles = ", ".join(f"{_month(event)} {event['title']}" for event in answer["events"])
    yield table(heads, rows, [NOTE, f"{titles}."])


def _month(event: Json) -> str:
    return str(event["day"])[:7]


def _share(found: Json | None) -> Cell:
    if found is None:
        return "–"
    share = found["p_liquidation"]
    mark = "" if all(found[name]["held"] for name in ("rulebook", "parameters") if name in found) else "*"
    return cell(f"{percent(share['value'])}{mark}", bounds(share, percent))


def _own(account: Account) -> Iterator[Block]:
    """One row an event: what fell how far, and what it did under each mode."""
    kinds: Any = account.results.manifest["scenarios"]
    names = [name for name in account.scenarios if kinds[name]["kind"] == HISTORICAL]
    if not names:
        return
    modes = account.modes[:MOST_SHOWN]
    found = [(name, account.mode(name, account.base)["p_liquidation"]["value"]) for name in names]
    limit = limit_for(account, account.calm, account.base)
    bound = None if limit is None else float(limit["limit"])
    yield section("Past events", swan_findings.events(account.label(account.base), found, bound))
    columns = [left("Event", 2.2), left("Lowest marks of the event", 2.2)]
    columns += [right(f"P(liquidation), {account.label(mode)}", 1.5) for mode in modes]
    columns += [right(f"Cost of {account.base}, USD", 1.2)]
    yield table(columns, [_row(account, name, kinds[name]["notes"], modes) for name in names])


def _row(account: Account, name: str, notes: Any, modes: tuple[str, ...]) -> list[Cell]:
    shares = [estimate_cell(account.mode(name, mode)["p_liquidation"], percent) for mode in modes]
    cost = estimate_cell(account.mode(name, account.base)["expected_liquidation_cost"], money)
    held = {symbol.partition("/")[0] for symbol in account.symbols}
    lows = {asset: low for asset, low in notes.get("low", {}).items() if asset in held}
    return [
        cell(name, str(notes.get("event", ""))),
        moves(lows) if lows else "none of its assets",
        *shares,
        cost,
    ]
