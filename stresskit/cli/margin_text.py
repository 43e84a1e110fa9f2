"""The text of ``stresskit margin``: modes side by side, and before beside after."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from stresskit.cli.outcome import label
from stresskit.cli.text import NONE, number, percent, table, usd

Margin = Mapping[str, Any]
Sides = list[tuple[str, Margin]]


def margin_text(found: Mapping[str, Any], modes: Mapping[str, Sequence[str]]) -> str:
    """Text of what the calculator found; `modes` are the mode names of each account, in order."""
    states = (
        [(" before", found["before"]), (" after", found["after"])] if "before" in found else [("", found)]
    )
    parts = list(_changes(found))
    for account, names in modes.items():
        listed = "accounts" in states[0][1]
        books = [(state, each["accounts"][account] if listed else each) for state, each in states]
        sides = [(label(name, book[name]) + state, book[name]) for name in names for state, book in books]
        parts += [f"ACCOUNT {account}"] if listed else []
        parts += [_figures(sides), _factors(sides), *map(_positions, sides), *_doubts(sides)]
    return "\n\n".join(parts)


def _changes(found: Mapping[str, Any]) -> Iterator[str]:
    if "before" in found:
        moves = [f"{asset} {100 * move:+g} %" for asset, move in found["what_if"].items()]
        yield "WHAT IF  " + "; ".join([*moves, *(f"add {order}" for order in found["add"])])


def _figures(sides: Sides) -> str:
    rows: list[tuple[str, ...]] = [
        _row("venue's name", sides, lambda m: str(m.get("title") or NONE)),
        _row("rule", sides, lambda m: m["rule"]),
        _row("rulebook or parameters", sides, lambda m: m["rulebook"] or NONE),
        *_hashes(sides),
        _row("equity", sides, lambda m: usd(m["equity"])),
        *_haircut(sides),
        _row("initial margin", sides, lambda m: usd(m["initial"])),
        _row("maintenance margin", sides, lambda m: usd(m["maintenance"])),
        *_terms(sides),
        *_multiplied(sides, "initial"),
        *_multiplied(sides, "maintenance"),
        _row("binding term", sides, _binding),
        _row("free: equity less initial", sides, lambda m: usd(m["free"])),
        _row("ratio: equity / maintenance", sides, lambda m: number(m["ratio"])),
        *_venue_ratios(sides),
        _row("effective leverage", sides, lambda m: number(m.get("effective_leverage"))),
        _row("exposure per $ of initial", sides, lambda m: number(m["exposure_per_initial"])),
    ]
    return table(("USD", *(name for name, _ in sides)), rows)


def _hashes(sides: Sides) -> list[tuple[str, ...]]:
    """Hashes of the files that the modes stand on; a kind that no mode uses is left out."""
    kinds = {"sha256 of the rulebook": "rulebook_sha256", "sha256 of the parameters": "parameters_sha256"}

    def show(key: str) -> Callable[[Margin], str]:
        return lambda m: (m.get(key) or NONE)[:12]

    return [
        _row(name, sides, show(key))
        for name, key in kinds.items()
        if any(margin.get(key) for _, margin in sides)
    ]


def _binding(margin: Margin) -> str:
    """The binding term by the venue's name, which may stand in brackets behind it what it is made of."""
    name: str = margin.get("names", {}).get(margin["binding"], str(margin["binding"]))
    return name.partition(" (")[0]


def _doubts(sides: Sides) -> list[str]:
    found = dict.fromkeys(text for _, margin in sides for text in margin.get("doubts", ()))
    return ["\n".join(f"warning: {text}" for text in found)] if found else []


def _row(name: str, sides: Sides, show: Callable[[Margin], str]) -> tuple[str, ...]:
    return (name, *(show(margin) for _, margin in sides))


def _haircut(sides: Sides) -> list[tuple[str, ...]]:
    if not any(margin.get("haircut") for _, margin in sides):
        return []
    return [_row("haircuts, not in equity", sides, lambda m: usd(m.get("haircut")))]


def _terms(sides: Sides) -> list[tuple[str, ...]]:
    """One row a term, by the venue's name for it."""
    names = dict.fromkeys(
        (term, margin.get("names", {}).get(term, term)) for _, margin in sides for term in margin["terms"]
    )

    def show(term: str, name: str) -> Callable[[Margin], str]:
        return lambda m: usd(m["terms"].get(term) if m.get("names", {}).get(term, term) == name else None)

    return [_row(f"  term {name}", sides, show(term, name)) for term, name in names]


def _multiplied(sides: Sides, which: str) -> list[tuple[str, ...]]:
    """What the terms inside a grid are multiplied with for the `which` margin, where that is not one."""
    found = [margin.get("factors", {}).get(which, 1.0) for _, margin in sides]
    if all(factor == 1.0 for factor in found):
        return []
    return [_row(f"  {which}: times", sides, lambda m: number(m.get("factors", {}).get(which)))]


def _venue_ratios(sides: Sides) -> list[tuple[str, ...]]:
    shown = [margin.get("venue_ratio") for _, margin in sides]
    names = dict.fromkeys((found["name"], found["liquidation_at"]) for found in shown if found)

    def show(name: str) -> Callable[[Margin], str]:
        def value(margin: Margin) -> str:
            found = margin.get("venue_ratio")
            return number(found["value"]) if found and found["name"] == name else NONE

        return value

    return [_row(f"venue's {name}, liquidation at {at:g}", sides, show(name)) for name, at in names]


def _factors(sides: Sides) -> str:
    """Maintenance of each asset over equity, and its exposure."""
    assets = dict.fromkeys(asset for _, margin in sides for asset in margin["risk_factors"])

    def show(asset: str) -> Callable[[Margin], str]:
        return lambda m: percent(m["risk_factors"].get(asset))

    rows = [_row(f"{asset}, of equity used", sides, show(asset)) for asset in assets]
    return table(("risk factor", *(name for name, _ in sides)), rows)


def _positions(side: tuple[str, Margin]) -> str:
    name, margin = side
    header = (
        f"MODE {name}",
        "notional",
        "initial",
        "maintenance",
        "liquidation price",
        "move to it",
        "daily sigmas",
        "bankruptcy price",
        "move to it",
        "venue shows",
    )
    positions = margin["positions"]
    reasons = dict.fromkeys(found["reason"] for found in positions if "reason" in found)
    lines = [
        table(header, list(map(_position, positions))),
        "  prices and moves: one coin moves with all that is held in it, the others stand still",
    ]
    if any(found["maintenance"] < 0 for found in positions):
        lines.append(
            "  shares of a requirement that nets: a position that relieves others has a negative one"
        )
    return "\n".join([*lines, *(f"  -: {reason}" for reason in reasons)])


def _position(found: Margin) -> tuple[str, ...]:
    return (
        found["symbol"],
        *(usd(found[name]) for name in ("notional", "initial", "maintenance")),
        _price(found["liquidation_price"]),
        _move(found["liquidation_move"]),
        number(found.get("liquidation_sigmas")),
        _price(found.get("bankruptcy_price")),
        _move(found.get("bankruptcy_move")),
        _price(found.get("displayed", {}).get("price")),
    )


def _price(value: float | None) -> str:
    """Six digits, whole above that: never in powers of ten."""
    if value is None:
        return NONE
    return f"{value:,.0f}" if abs(value) >= 1e5 else f"{value:,.6g}"


def _move(value: float | None) -> str:
    return NONE if value is None else f"{100 * value:+.2f} %"
