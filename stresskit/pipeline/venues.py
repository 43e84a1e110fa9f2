"""What ``stresskit venues`` tells: the rulebooks at hand, one of them whole, or two compared."""

from pathlib import Path
from typing import Any

from stresskit.config.fault import did_you_mean
from stresskit.config_file.rulebook import load_rulebook
from stresskit.errors import ConfigError, Problem
from stresskit.margin.differences import differences
from stresskit.margin.rulebook import Rulebook, shipped_rulebooks
from stresskit.pipeline.rulebooks import newest_rulebooks, today


def listing() -> list[dict[str, Any]]:
    """One row a shipped rulebook, the newest of a venue first."""
    books = [load_rulebook(name) for name in shipped_rulebooks()]
    books.sort(key=lambda book: book.tables.as_of, reverse=True)
    books.sort(key=lambda book: book.tables.venue)
    return [summary(book) for book in books]


def summary(book: Rulebook) -> dict[str, Any]:
    """Name, date and scope of a rulebook."""
    tables = book.tables
    return {
        "name": book.name,
        "venue": tables.venue,
        "product": tables.product,
        "as_of": tables.as_of,
        "age_days": book.age_days(today()),
        "contract": tables.contract,
        "scheme": tables.scheme,
        "confidence": tables.confidence,
        "symbols": [s for s in tables.symbols if tables.confidence_in(s) != "unknown"],
        "unknown": [s for s in tables.symbols if tables.confidence_in(s) == "unknown"],
        "offers": {name: offer.rule for name, offer in tables.offers.items()},
        "sha256": book.sha256,
    }


def show(name: str) -> list[dict[str, Any]]:
    """Everything that a rulebook says; of a venue its newest ones.

    Raises
    ------
    ConfigError
        If there is no such rulebook or venue.
    DataError
        If a file is not a valid rulebook.
    """
    return [
        {**summary(book), "tables": book.tables.model_dump(mode="json", exclude_none=True)}
        for book in _named(name)
    ]


def compare(a: str, b: str) -> dict[str, Any]:
    """What rulebook `b` says otherwise than `a`.

    Raises
    ------
    ConfigError
        If there is no such rulebook.
    DataError
        If a file is not a valid rulebook.
    """
    return differences(_one(a), _one(b))


def _named(name: str) -> list[Rulebook]:
    if not Path(name).is_file() and name not in shipped_rulebooks() and (found := newest_rulebooks(name)):
        return found
    return [_one(name)]


def _one(name: str) -> Rulebook:
    try:
        return load_rulebook(name)
    except ConfigError:
        venues = sorted({load_rulebook(each).tables.venue for each in shipped_rulebooks()})
        near = did_you_mean(name, [*shipped_rulebooks(), *venues])
        expected = f"a rulebook file, or a rulebook that `stresskit venues` lists{near}"
        raise ConfigError([Problem(name, "", expected)]) from None
