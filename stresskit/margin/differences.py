"""What changed between two rulebooks: fees, offers, symbols, and each symbol's caps and rates."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from stresskit.margin.funding import FundingTerms
from stresskit.margin.rulebook import Rulebook, Tables
from stresskit.margin.symbol import Symbol
from stresskit.margin.venue import Fee, Offer

Pair = dict[str, Any]
FIELDS: dict[str, Callable[[Tables], Any]] = {
    "venue": lambda t: t.venue,
    "product": lambda t: t.product,
    "as_of": lambda t: t.as_of,
    "contract": lambda t: t.contract,
    "scheme": lambda t: t.scheme,
    "confidence": lambda t: t.confidence,
    "liquidation_fee": lambda t: _rate(t.liquidation_fee),
    "closing_fee": lambda t: _rate(t.closing_fee),
    "funding": lambda t: _funding(t.funding),
}
ASKED = ("title", "rule", "minimum_equity", "position_mode", "open_positions", "isolated_positions", "priced")


def _funding(terms: FundingTerms | None) -> Any:
    if terms is None:
        return None
    return terms.model_dump(mode="json", exclude_none=True, exclude={"confidence", "source", "note"})


def _rate(fee: Fee | None) -> float | None:
    return fee.rate if fee else None


def differences(a: Rulebook, b: Rulebook) -> dict[str, Any]:
    """Everything that `b` says otherwise than `a`, each as ``{"a": ..., "b": ...}`` (JSON-able)."""
    both = [s for s in a.tables.symbols if s in b.tables.symbols]
    changed = {s: change for s in both if (change := _symbol(a.tables.symbols[s], b.tables.symbols[s]))}
    return {
        "a": {"name": a.name, "as_of": a.tables.as_of, "sha256": a.sha256},
        "b": {"name": b.name, "as_of": b.tables.as_of, "sha256": b.sha256},
        "fields": _unequal({key: (ask(a.tables), ask(b.tables)) for key, ask in FIELDS.items()}),
        "offers": _offers(a.tables.offers, b.tables.offers),
        "symbols": {
            "added": [s for s in b.tables.symbols if s not in a.tables.symbols],
            "removed": [s for s in a.tables.symbols if s not in b.tables.symbols],
            "changed": changed,
        },
    }


def _unequal(pairs: Mapping[str, tuple[Any, Any]]) -> dict[str, Pair]:
    return {key: {"a": one, "b": other} for key, (one, other) in pairs.items() if one != other}


def _offers(a: Mapping[str, Offer], b: Mapping[str, Offer]) -> dict[str, Any]:
    shared = [name for name in a if name in b]
    changed = {
        name: found
        for name in shared
        if (found := _unequal({key: (getattr(a[name], key), getattr(b[name], key)) for key in ASKED}))
    }
    return {
        "added": [name for name in b if name not in a],
        "removed": [name for name in a if name not in b],
        "changed": changed,
    }


def _symbol(a: Symbol, b: Symbol) -> dict[str, Any]:
    """Changes of one contract; sizes in different units are not compared."""
    plain = ("unit", "contract_size", "cap", "liquidation_fee", "confidence")
    found: dict[str, Any] = _unequal({key: (getattr(a, key), getattr(b, key)) for key in plain})
    if a.formula != b.formula:
        found["formula"] = {"a": _dumped(a), "b": _dumped(b)}
    if (a.unit, a.contract_size) == (b.unit, b.contract_size):
        found |= {key: rows for key, rows in (("sizes", _sizes(a, b)), ("rates", _rates(a, b))) if rows}
    return found


def _dumped(symbol: Symbol) -> dict[str, float] | None:
    return symbol.formula.model_dump() if symbol.formula else None


def _sizes(a: Symbol, b: Symbol) -> list[dict[str, Any]]:
    """Largest size at each leverage that either table knows, where it changed."""
    leverages = sorted({tier[2] for tier in (*a.tiers, *b.tiers)}, reverse=True)
    rows = ({"leverage": each, "a": largest_size(a, each), "b": largest_size(b, each)} for each in leverages)
    return _changed(rows)


def largest_size(symbol: Symbol, leverage: float) -> float | None:
    """Largest size that the venue allows at a leverage; 0 where it never does, None without a cap."""
    size: float | None = 0.0
    edges: list[float | None] = [*(tier[0] for tier in symbol.tiers[1:]), symbol.cap]
    for tier, edge in zip(symbol.tiers, edges, strict=False):
        if tier[2] >= leverage:
            size = edge
    return size


def _rates(a: Symbol, b: Symbol) -> list[dict[str, Any]]:
    """Maintenance rate of the tier above each edge of either table, where it changed."""
    edges = sorted({tier[0] for tier in (*a.tiers, *b.tiers)})
    rows = ({"above": edge, "a": _rate_above(a, edge), "b": _rate_above(b, edge)} for edge in edges)
    return _changed(rows)


def _rate_above(symbol: Symbol, edge: float) -> float | None:
    if not symbol.tiers or (symbol.cap is not None and edge >= symbol.cap):
        return None
    return max((tier for tier in symbol.tiers if tier[0] <= edge), key=lambda tier: tier[0])[1]


def _changed(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["a"] != row["b"]]
