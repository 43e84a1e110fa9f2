"""What a venue offers on the day of an event: its rulebook of that date, and the margin modes in it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from stresskit.config_file.parameters import load_grid, load_unified
from stresskit.config_file.rulebook import load_rulebook
from stresskit.margin.grid.parameters import shipped_grids
from stresskit.margin.rulebook import Rulebook, shipped_rulebooks
from stresskit.margin.unified_parameters import shipped_unified
from stresskit.margin.venue import Offer
from stresskit.study.events.dated import Dated, family, on_the_day

OPENING = 1.3  # initial over maintenance margin where a grid does not know it; no figure here depends on it


@dataclass(frozen=True, slots=True)
class Offered:
    """A margin mode of a venue: what a config would write for it, and the files it stands on.

    `parameters` is absent where brackets are all; `why_not` says why it cannot be computed.
    """

    venue: str
    mode: str
    offer: Offer
    rulebook: Rulebook
    dated: Dated
    table: dict[str, Any]
    parameters: Dated | None = None
    why_not: str = ""


@cache
def shelf() -> tuple[Rulebook, ...]:
    """The shipped rulebooks."""
    return tuple(load_rulebook(name) for name in shipped_rulebooks())


def rulebooks_on(venue: str, day: date, symbols: Collection[str]) -> list[tuple[Rulebook, Dated]]:
    """The venue's rulebook of each of its products on a day; those that list a contract, if any does."""
    families: dict[str, dict[Dated, Rulebook]] = {}
    for book in shelf():
        if book.tables.venue == venue:
            families.setdefault(family(book.name), {})[Dated(book.name, book.tables.as_of)] = book
    chosen = [(books, on_the_day(books, day)) for books in families.values()]
    found = [(books[dated], dated) for books, dated in chosen]
    listing = [one for one in found if _coins(one[0].tables.symbols) & _coins(symbols)]
    return listing or found


def _coins(symbols: Collection[str]) -> set[tuple[str, bool]]:
    """Coins of contracts, each with whether it settles in the coin."""
    pairs = (symbol.split(":") for symbol in symbols if ":" in symbol)
    return {(pair.split("/")[0], pair.split("/")[0] == settle.split("-")[0]) for pair, settle in pairs}


def offered_on(rulebook: Rulebook, dated: Dated, day: date) -> Iterator[Offered]:
    """Brackets and portfolio modes of a rulebook, each way of computing one only once."""
    seen: list[tuple[str, str]] = []
    for mode, offer in rulebook.tables.offers.items():
        key = (offer.rule, str(offer.mode.get("parameters", "")))
        if offer.rule == "isolated" or (offer.priced and key in seen):
            continue
        seen += [key] if offer.priced else []
        yield from _ways(rulebook, dated, mode, offer, day)


def _ways(rulebook: Rulebook, dated: Dated, mode: str, offer: Offer, day: date) -> Iterator[Offered]:
    venue, table = rulebook.tables.venue, {"rule": offer.rule, **offer.mode}
    if offer.rule in ("brackets", "unified"):
        table["rulebook"] = rulebook.name
    if not offer.priced:
        yield Offered(venue, mode, offer, rulebook, dated, table, why_not="its parameters are not public")
    elif offer.rule not in ("scenario_grid", "unified"):
        yield Offered(venue, mode, offer, rulebook, dated, table)
    else:
        own = family(str(offer.mode["parameters"])) if "parameters" in offer.mode else None
        for name, files in _parameters(venue, offer.rule).items():
            if own in (None, name):
                chosen = on_the_day(files, day)
                added = {"parameters": chosen.name, **_opening(offer.rule, chosen.name)}
                yield Offered(venue, mode, offer, rulebook, dated, {**table, **added}, chosen)


@cache
def _parameters(venue: str, rule: str) -> Mapping[str, list[Dated]]:
    """Parameter files of a venue by family."""
    grids = rule == "scenario_grid"
    found: dict[str, list[Dated]] = {}
    for name in shipped_grids() if grids else shipped_unified():
        file = load_grid(name).parameters if grids else load_unified(name).parameters
        if file.venue == venue:
            found.setdefault(family(name), []).append(Dated(name, file.as_of))
    return found


@cache
def _opening(rule: str, name: str) -> Mapping[str, float]:
    if rule == "scenario_grid" and load_grid(name).parameters.factors.initial is None:
        return {"initial_factor": OPENING}
    return {}
