"""What a run says of the rulebooks that it used: their facts, and the doubts that a reader must know."""

from collections.abc import Iterator, Sequence
from typing import Any

from stresskit.margin.bracket_table import table_symbol
from stresskit.margin.rulebook import Rulebook
from stresskit.pipeline.accounts import Prepared
from stresskit.pipeline.rulebooks import today

STALE_DAYS = 365


def used_rulebooks(accounts: Sequence[Prepared]) -> list[tuple[Rulebook, list[str]]]:
    """Every rulebook in use by name, with the symbols that were looked up in it."""
    books: dict[str, Rulebook] = {}
    symbols: dict[str, dict[str, None]] = {}
    for account in accounts:
        for mode in account.modes.values():
            if mode.rulebook:
                books[mode.rulebook.name] = mode.rulebook
                tables = [table_symbol(mode.rulebook.tables, p.symbol) for p in account.spec.positions]
                symbols.setdefault(mode.rulebook.name, {}).update(dict.fromkeys(filter(None, tables)))
    return [(books[name], list(symbols[name])) for name in sorted(books)]


def facts(book: Rulebook, symbols: Sequence[str]) -> dict[str, Any]:
    """What the manifest keeps of one rulebook."""
    tables = book.tables
    return {
        "name": book.name,
        "venue": tables.venue,
        "as_of": tables.as_of,
        "age_days": book.age_days(today()),
        "source": tables.source,
        "sha256": book.sha256,
        "confidence": tables.confidence,
        "symbols": {
            symbol: {
                "as_of": tables.date_of(symbol),
                "confidence": tables.confidence_in(symbol),
                "source": tables.source_of(symbol),
            }
            for symbol in symbols
            if symbol in tables.symbols
        },
        "liquidation_fee": tables.liquidation_fee.rate,
        "liquidation_fee_confidence": tables.liquidation_fee.confidence,
        "closing_fee": tables.closing_fee.rate if tables.closing_fee else None,
        "closing_fee_confidence": tables.closing_fee.confidence if tables.closing_fee else None,
    }


def doubts(book: Rulebook, symbols: Sequence[str]) -> Iterator[str]:
    """Warnings: what is not known with high confidence, and old tables."""
    tables = book.tables
    known = {tables.confidence_in(symbol) for symbol in symbols if symbol in tables.symbols}
    if known - {"high"} == {tables.confidence}:
        yield f"{book.name}: confidence in its tables is {tables.confidence}"
    else:
        for symbol in symbols:
            if symbol in tables.symbols and tables.confidence_in(symbol) != "high":
                yield f"{book.name}: confidence in its table of {symbol} is {tables.confidence_in(symbol)}"
    for what, fee in (("liquidation fee", tables.liquidation_fee), ("closing fee", tables.closing_fee)):
        if fee and fee.confidence != "high":
            yield f"{book.name}: confidence in its {what} is {fee.confidence}"
    age = book.age_days(today())
    if age > STALE_DAYS:
        yield f"{book.name} is as of {tables.as_of}, {age:,} days ago: tables drift, max_age refuses old ones"
