"""Fetch series of one kind for several symbols into one file: what is missing, and nothing else."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from stresskit.errors import ConfigError, DataError, Problem
from stresskit.market.fetch.exchange import PAGE, Exchange, Kind
from stresskit.market.fetch.shelf import Shelf

COLUMNS: dict[Kind, tuple[str, ...]] = {
    "ohlcv": ("open", "high", "low", "close", "volume"),
    "mark": ("open", "high", "low", "close"),
    "index": ("open", "high", "low", "close"),
    "funding": ("rate",),
}
SHOWN = 10
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for: `symbols` by asset, and stamps from `first_s` to `last_s`, both included."""

    kind: Kind
    symbols: Mapping[str, str]
    timeframe: str
    first_s: int
    last_s: int


def by_asset(exchange: Exchange, symbols: Sequence[str]) -> dict[str, str]:
    """The symbols by their assets, which become the names in the file.

    Raises
    ------
    ConfigError
        If the exchange lacks one, or two are of the same asset.
    """
    found: dict[str, str] = {}
    for symbol in symbols:
        asset = str(exchange.market(symbol)["base"])
        if found.setdefault(asset, symbol) != symbol:
            raise ConfigError(
                [Problem(f"SYMBOL {symbol}", "", f"one symbol of {asset}; {found[asset]} is too")]
            )
    return found


def fetch_series(
    exchange: Exchange, query: Query, folder: Path, suffix: str, tell: Tell | None = None
) -> Path:
    """Bring ``<exchange>-<kind>-<timeframe>`` up to date and return the file that a calibration reads.

    Bars are stamped with their opening, UTC, and the bar under way is left out. Rates of funding also
    come as a wide table.

    Raises
    ------
    ConfigError
        If the exchange does not offer the kind.
    DataError
        If it fails, or the file was changed since; what had arrived is kept and gone on with.
    """
    if not exchange.offers(query.kind):
        raise ConfigError([Problem(f"EXCHANGE {exchange.name}", "", f"an exchange that offers {query.kind}")])
    frame = "" if query.kind == "funding" else f"-{query.timeframe}"
    shelf = Shelf(folder / f"{exchange.name}-{query.kind}{frame}{suffix}", COLUMNS[query.kind])
    step = exchange.step_s(query.timeframe) if query.kind != "funding" else 1
    last = min(query.last_s, math.ceil(exchange.now_s()) - step)
    asked = dict(shelf.facts.get("symbols", {}))
    for asset, symbol in query.symbols.items():
        known = asked.get(asset, {})
        if known and known["symbol"] != symbol:
            expected = f"{known['symbol']}, which its {asset} is of; another --out for {symbol}"
            raise DataError([Problem(str(shelf.file), "", expected)])
        for first, until in _missing(known, query.first_s, last):
            for rows in _pages(exchange, query, symbol, (first, until), step, shelf.stamps(asset)):
                shelf.add([(_text(int(row[0])), asset, row[1:]) for row in rows])
                if tell:
                    tell(f"{query.kind} {symbol} to {_text(int(rows[-1][0]))}")
        asked[asset] = {
            "symbol": symbol,
            "from_s": min(query.first_s, known.get("from_s", query.first_s)),
            "to_s": max(last, known.get("to_s", last)),
        }
    shelf.commit(_facts(exchange, query, shelf, asked, step))
    return _wide(shelf) if query.kind == "funding" else shelf.file


def _missing(known: Mapping[str, Any], first: int, last: int) -> list[tuple[int, int]]:
    """What of ``[first, last]`` was not asked for before; what lies between is asked for, too."""
    if not known:
        return [(first, last)]
    spans = [(first, known["from_s"] - 1), (known["to_s"] + 1, last)]
    return [(a, b) for a, b in spans if a <= b]


def _pages(
    exchange: Exchange, query: Query, symbol: str, span: tuple[int, int], step: int, there: Any
) -> Iterator[list[list[float]]]:
    """Pages of new rows in order, beginning behind those of the span that are there already."""
    begun = there[(there >= span[0]) & (there <= span[1])]
    cursor = int(begun.max()) + 1 if len(begun) else span[0]
    while cursor <= span[1]:
        found = exchange.page(query.kind, symbol, query.timeframe, cursor)
        rows = sorted(row for row in found if cursor <= row[0] <= span[1])
        if rows:
            _refuse_odd(exchange, query, symbol, rows, step)
            yield [row for i, row in enumerate(rows) if not i or row[0] > rows[i - 1][0]]
            cursor = int(rows[-1][0]) + 1
        elif found or step == 1:
            return
        else:
            cursor += PAGE * step  # before a listing some exchanges send nothing


def _refuse_odd(exchange: Exchange, query: Query, symbol: str, rows: list[list[float]], step: int) -> None:
    for row in rows:
        numbers = row[1 : 1 + len(COLUMNS[query.kind])]
        whole = len(numbers) == len(COLUMNS[query.kind]) and all(
            isinstance(x, int | float) and math.isfinite(x) for x in numbers
        )
        if not whole or row[0] % step:
            expected = f"{query.kind} of {symbol} in numbers, at whole steps (found {row})"
            raise DataError([Problem(exchange.name, "", expected)])
        del row[1 + len(numbers) :]


def _facts(
    exchange: Exchange, query: Query, shelf: Shelf, asked: dict[str, Any], step: int
) -> dict[str, Any]:
    """The sidecar: source, query, time, and what is missing."""
    shelf.read()
    return {
        "source": {"exchange": exchange.name, "by": exchange.program},
        "fetched": datetime.now(UTC).isoformat(timespec="seconds"),
        "kind": query.kind,
        "timeframe": None if query.kind == "funding" else query.timeframe,
        "stamps": "settlement, UTC" if query.kind == "funding" else "opening of the bar, UTC",
        "symbols": {asset: {**one, **_held(shelf, asset, step)} for asset, one in asked.items()},
    }


def _held(shelf: Shelf, asset: str, step: int) -> dict[str, Any]:
    """First and last stamp, and the gaps between them (of funding, whose interval may change, none).

    Raises
    ------
    DataError
        If nothing is there.
    """
    stamps = shelf.stamps(asset).tolist()
    if not stamps:
        raise DataError(
            [Problem(str(shelf.file), asset, "rows in the period that was asked for (none came)")]
        )
    pairs = pairwise(stamps) if step > 1 else ()
    gaps = [((b - a) // step - 1, a + step, b - step) for a, b in pairs if b - a > step]
    longest = [[_text(a), _text(b)] for _, a, b in sorted(gaps, reverse=True)[:SHOWN]]
    return {
        "rows": len(stamps),
        "first": _text(stamps[0]),
        "last": _text(stamps[-1]),
        "gaps": {"count": len(gaps), "stamps": sum(n for n, _, _ in gaps), "longest": longest},
    }


def _wide(shelf: Shelf) -> Path:
    """A table with one column an asset beside the rows, as `calibrate` reads funding."""
    table = shelf.rows.pivot_table(index="time", columns="asset", values="rate").reset_index()
    file = shelf.file.with_name(f"{shelf.file.stem}-wide.csv")
    partial = file.with_name(f".{file.name}.partial")
    table.to_csv(partial, index=False, lineterminator="\n")
    partial.replace(file)
    return file


def _text(stamp_s: int) -> str:
    return datetime.fromtimestamp(stamp_s, UTC).strftime("%Y-%m-%d %H:%M:%S")
