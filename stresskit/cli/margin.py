"""``stresskit margin``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from stresskit.cli import options
from stresskit.cli.outcome import label
from stresskit.cli.text import echo_json, number, percent, table, usd


@click.command()
@options.config_file
@options.overrides
@options.as_json
def command(file: Path, overrides: tuple[str, ...], as_json: bool) -> None:
    """Show what each margin mode of FILE demands now, without simulating."""
    from stresskit.config_file import load_run
    from stresskit.pipeline import margin

    loaded = load_run(file, overrides)
    found = margin(loaded)
    if as_json:
        echo_json(found)
        return
    for book in loaded.run.books():
        modes = found["accounts"][book.name] if "accounts" in found else found
        parts = [f"ACCOUNT {book.name}"] if "accounts" in found else []
        click.echo("\n\n".join([*parts, *(_mode(name, modes[name]) for name in loaded.run.modes_of(book))]))


def _mode(name: str, margin: Mapping[str, Any]) -> str:
    figures = [
        ("equity", usd(margin["equity"])),
        ("initial margin", usd(margin["initial"])),
        ("maintenance margin", usd(margin["maintenance"])),
        ("free: equity less initial", usd(margin["free"])),
        ("ratio: equity / maintenance", number(margin["ratio"])),
        ("exposure per $ of initial", number(margin["exposure_per_initial"])),
    ]
    figures += [(f"term {term}", usd(value)) for term, value in margin["terms"].items()]
    figures += [("binding term", str(margin["binding"]))]
    book = f", {margin['rulebook']}" if margin["rulebook"] else ""
    return "\n".join(
        [
            f"MODE {label(name, margin)}  rule {margin['rule']}{book}",
            table(("USD", ""), figures),
            "",
            _positions(margin["positions"]),
            "",
            _factors(margin["risk_factors"]),
        ]
    )


def _positions(positions: list[dict[str, Any]]) -> str:
    header = (
        "position",
        "notional",
        "initial",
        "maintenance",
        "liquidation price",
        "move to it, others frozen",
    )
    reasons = dict.fromkeys(found["reason"] for found in positions if "reason" in found)
    return "\n".join(
        [table(header, list(map(_position, positions))), *(f"  -: {reason}" for reason in reasons)]
    )


def _position(found: Mapping[str, Any]) -> tuple[str, ...]:
    price, move = found["liquidation_price"], found["liquidation_move"]
    return (
        found["symbol"],
        *(usd(found[name]) for name in ("notional", "initial", "maintenance")),
        "-" if price is None else f"{price:,.6g}",
        "-" if move is None else f"{100 * move:+.2f} %",
    )


def _factors(factors: Mapping[str, float]) -> str:
    return table(
        ("risk factor", "of equity used"), [(asset, percent(share)) for asset, share in factors.items()]
    )
