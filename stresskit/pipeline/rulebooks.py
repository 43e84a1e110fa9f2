"""The rulebooks of a run: read, checked against the accounts, and asked what their venue offers."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple

import numpy as np

from stresskit.config.account import NamedAccount, Position
from stresskit.config_file import Loaded
from stresskit.config_file.rulebook import load_rulebook
from stresskit.domain import Float1D
from stresskit.errors import ConfigError, Problem
from stresskit.margin import RuleSpec
from stresskit.margin.bracket_table import closing_fee_of, table_symbol
from stresskit.margin.rulebook import Rulebook, Tables, age_in_days, shipped_rulebooks
from stresskit.margin.symbol import Symbol, inverse
from stresskit.margin.venue import CollateralTable, Offer
from stresskit.spec import duration_text

KeyPath = tuple[str | int, ...]
DAY_S = 86400


def today() -> date:
    """The day, UTC, from which ages count."""
    return datetime.now(UTC).date()


def read_rulebooks(loaded: Loaded) -> dict[str, Rulebook]:
    """Read the rulebook of every mode that names one.

    Raises
    ------
    ConfigError
        If there is no such rulebook, or it is older than the mode's ``max_age``.
    DataError
        If a file is not a valid rulebook.
    """
    found = {}
    for mode, spec in loaded.run.modes.items():
        name = getattr(spec, "rulebook", None)
        if name is not None:
            with loaded.source.placing("modes", mode, "rulebook"):
                found[mode] = load_rulebook(name, loaded.source.base)
                young_enough("rulebook", name, found[mode].tables.as_of, getattr(spec, "max_age", None))
    return found


def young_enough(key: str, name: str, as_of: str, max_age: int | None) -> None:
    """Refuse a rulebook or a parameter file, whichever `key` names, that is older than `max_age` seconds.

    Raises
    ------
    ConfigError
        If it is.
    """
    age = age_in_days(as_of, today())
    if max_age is not None and age * DAY_S > max_age:
        limit = f"a file not older than max_age = {duration_text(max_age)}"
        expected = f"{limit}; {name} is as of {as_of}, {age:,} days ago"
        raise ConfigError([Problem("", key, expected)])


def misfits(
    loaded: Loaded, path: KeyPath, account: NamedAccount, mode: str, rulebook: Rulebook
) -> list[Problem]:
    """What of the account at key path `path` the rulebook of `mode` does not admit."""
    tables, problem = rulebook.tables, loaded.source.problem
    if tables.venue != account.venue:
        expected = f'a rulebook of "{account.venue}"; {rulebook.name} is of "{tables.venue}"'
        return [problem(("modes", mode, "rulebook"), expected)]
    try:
        closing_fee_of(tables, getattr(loaded.run.modes[mode], "closing_fee", None))
    except ValueError as error:
        return [problem(("modes", mode, "closing_fee"), str(error))]
    held = [position.symbol for position in account.positions]
    return [
        problem((*path, "positions", i, key), expected)
        for i, position in enumerate(account.positions)
        if position.contract.kind != "spot"
        for key, expected in _misfit(position, rulebook, held.count(position.symbol) > 1)
    ]


def _misfit(position: Position, rulebook: Rulebook, twin: bool) -> Iterator[tuple[str, str]]:
    """Keys of one position, and what the rulebook expected there; `twin`: its other side is held too."""
    name, symbols = rulebook.name, rulebook.tables.symbols
    symbol = symbols.get(table_symbol(rulebook.tables, position.symbol) or "")
    if twin and rulebook.tables.tiers_of == "pair":
        yield "symbol", f"one position a contract: {name} counts long and short together, we do not"
    elif symbol is None:
        yield "symbol", f"a symbol that {name} lists: {', '.join(symbols)}"
    elif symbol.confidence == "unknown":
        known = ", ".join(s for s, found in symbols.items() if found.confidence != "unknown") or "none"
        why = f" ({symbol.note})" if symbol.note else ""
        unknown = f"that of {position.symbol} is unknown{why}"
        yield "symbol", f"a symbol whose table {name} knows: {known}; {unknown}"
    else:
        yield from _within(position, symbol, name)


def _within(position: Position, symbol: Symbol, name: str) -> Iterator[tuple[str, str]]:
    size = symbol.size(
        position.notional / (position.quote_usd or 1.0), position.mark, inverse(position.symbol)
    )
    if size is None:
        yield "mark", f"the mark price: {name} counts sizes in {_unit(symbol)}"
    elif symbol.cap is not None and size > symbol.cap:
        key = "notional_usd" if position.quantity is None else "quantity"
        yield key, f"at most {symbol.cap:,.10g} {_unit(symbol)}, the cap of {name}"
    elif position.leverage > (most := symbol.largest_leverage(size)) * (1 + 1e-12):
        yield "leverage", f"at most {most:.6g} at this notional by {name}"


def _unit(symbol: Symbol) -> str:
    return {"quote": "USD", "coin": "coins", "contracts": "contracts"}[symbol.unit]


class Listed(NamedTuple):
    """A margin mode of a venue, and the rulebook that says so."""

    offer: Offer
    rulebook: Rulebook


def listed_offers(account: NamedAccount, rulebooks: Mapping[str, Rulebook]) -> dict[str, Listed]:
    """The margin modes of the account's venue, by the rulebooks of its modes.

    Where none of its modes names one, by the newest rulebooks that come with the package: those that
    list all contracts of the account, if there are such.
    """
    books = [rulebook for rulebook in rulebooks.values() if rulebook.tables.venue == account.venue]
    if not books:
        newest = newest_rulebooks(account.venue)
        held = {position.symbol for position in account.positions}
        books = [book for book in newest if held <= set(book.tables.symbols)] or newest
    found: dict[str, Listed] = {}
    for book in books:
        found = {**{name: Listed(offer, book) for name, offer in book.tables.offers.items()}, **found}
    return found


def offers(account: NamedAccount, rulebooks: Mapping[str, Rulebook]) -> dict[str, Offer]:
    """The margin modes of the account's venue; see `listed_offers`."""
    return {name: listed.offer for name, listed in listed_offers(account, rulebooks).items()}


def newest_rulebooks(venue: str) -> list[Rulebook]:
    """The newest shipped rulebook of each of a venue's products."""
    newest: dict[str, Rulebook] = {}
    for name in shipped_rulebooks():
        book = load_rulebook(name)
        kept = newest.get(book.tables.product)
        if book.tables.venue == venue and (kept is None or kept.tables.as_of < book.tables.as_of):
            newest[book.tables.product] = book
    return list(newest.values())


def collateral_table(
    account: NamedAccount, modes: Mapping[str, RuleSpec], rulebooks: Mapping[str, Rulebook]
) -> CollateralTable | None:
    """What the account's venue counts collateral for; the rulebooks as for `offers`, its own modes first."""
    rules = {spec.rule for spec in modes.values()}
    named = [rulebook for rulebook in rulebooks.values() if rulebook.tables.venue == account.venue]
    for rulebook in named or newest_rulebooks(account.venue):
        for offer in sorted(rulebook.tables.offers.values(), key=lambda offer: offer.rule not in rules):
            if offer.collateral is not None:
                return rulebook.tables.collateral[offer.collateral]
    return None


def matching(spec: RuleSpec, found: Mapping[str, Offer], multi_asset: bool = False) -> Offer | None:
    """The offer that a mode is; None where there is none.

    One of its rule, rather one whose other keys agree, and rather one with a collateral table where
    several assets are to count.
    """
    same = [offer for offer in found.values() if offer.rule == spec.rule and offer.priced]
    same = [o for o in same if multi_asset and o.collateral is not None] or same
    agreeing = [o for o in same if all(getattr(spec, key, None) == value for key, value in o.mode.items())]
    return next(iter(agreeing or same), None)


def offered(spec: RuleSpec, found: Mapping[str, Offer]) -> bool:
    """Whether a mode is one that the venue offers."""
    return matching(spec, found) is not None


def liquidation_fees(loaded: Loaded, account: NamedAccount, rulebooks: Mapping[str, Rulebook]) -> Float1D:
    """Liquidation fee by position: of the config, else of the run's first rulebook of the account's venue.

    Raises
    ------
    ConfigError
        If neither says it.
    """
    given = loaded.run.execution.liquidation_fee
    if given is not None:
        return np.full(len(account.positions), given)
    named = f'no mode of account "{account.name}" names a rulebook that has one'
    for rulebook in rulebooks.values():
        if rulebook.tables.venue == account.venue:
            fees = [_fee(rulebook.tables, position.symbol) for position in account.positions]
            known = [fee for fee in fees if fee is not None]
            if len(known) == len(fees):
                return np.array(known)
            named = f"{rulebook.name} does not know it"
    problem = loaded.source.problem(("execution", "liquidation_fee"), f"a fee in [execution]: {named}")
    raise ConfigError([problem])


def _fee(tables: Tables, symbol: str) -> float | None:
    listed = tables.symbols.get(table_symbol(tables, symbol) or "")
    own = listed.liquidation_fee if listed else None
    return tables.liquidation_fee.rate if own is None else own
