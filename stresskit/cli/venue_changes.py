"""The text of ``stresskit venues diff``."""

from collections.abc import Iterator, Mapping
from typing import Any

from stresskit.cli.text import percent, plain, table


def changes(found: Mapping[str, Any]) -> Iterator[str]:
    """Blocks of text about what differs between two rulebooks."""
    a, b = found["a"]["name"], found["b"]["name"]
    rows = [_pair(key, pair) for key, pair in found["fields"].items()]
    for name, asked in found["offers"]["changed"].items():
        rows += [_pair(f"{name}: {key}", pair) for key, pair in asked.items()]
    yield table(("", a, b), rows) if rows else f"{a} and {b} agree on fees and modes"
    for what, part in (("mode", found["offers"]), ("symbol", found["symbols"])):
        for side, names in (("only in " + b, part["added"]), ("only in " + a, part["removed"])):
            if names:
                yield f"{what}s {side}: {', '.join(names)}"
    for symbol, change in found["symbols"]["changed"].items():
        yield "\n".join(_symbol(symbol, change, a, b))


def _pair(key: str, pair: Mapping[str, Any]) -> tuple[str, str, str]:
    return key, _text(pair["a"]), _text(pair["b"])


def _text(value: Any) -> str:
    return plain(value) if value is None or isinstance(value, float) else str(value)


def _symbol(symbol: str, change: Mapping[str, Any], a: str, b: str) -> Iterator[str]:
    yield f"SYMBOL {symbol}"
    pairs = [_pair(key, pair) for key, pair in change.items() if isinstance(pair, Mapping)]
    if pairs:
        yield table(("", a, b), pairs)
    if "sizes" in change:
        rows = [(f"{row['leverage']:g}x", _text(row["a"]), _text(row["b"])) for row in change["sizes"]]
        yield table(("largest size at", a, b), rows)
    if "rates" in change:
        rows = [(plain(row["above"]), percent(row["a"]), percent(row["b"])) for row in change["rates"]]
        yield table(("maintenance above", a, b), rows)
