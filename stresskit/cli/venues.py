"""``stresskit venues``, ``venues show`` and ``venues diff``."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from stresskit.cli import options
from stresskit.cli.text import echo_json, percent, plain, table

EPILOG = """\b
stresskit venues show binance-usdm-2026-09
stresskit venues diff binance-usdm-2023-08 binance-usdm-2024-10
"""
UNITS = {"quote": "USD", "coin": "coins", "contracts": "contracts"}


@click.group(invoke_without_command=True, epilog=EPILOG)
@options.as_json
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """List the dated rulebooks of the venues; show one, or compare two."""
    if ctx.invoked_subcommand is not None:
        if as_json:
            raise click.UsageError(f"--json belongs after {ctx.invoked_subcommand}")
        return
    from stresskit.pipeline.venues import listing

    found = listing()
    if as_json:
        echo_json(found)
        return
    header = ("rulebook", "venue", "as of", "scheme", "confidence", "symbols known", "unknown", "modes")
    click.echo(table(header, [_row(book) for book in found]))


def _row(book: Mapping[str, Any]) -> tuple[str, ...]:
    counts = (str(len(book["symbols"])), str(len(book["unknown"])))
    return (
        book["name"],
        book["venue"],
        book["as_of"],
        book["scheme"],
        book["confidence"],
        *counts,
        " ".join(book["offers"]),
    )


@command.command()
@click.argument("name")
@options.as_json
def show(name: str, as_json: bool) -> None:
    r"""Show everything a rulebook says: by name, by file, or the newest of a venue.

    \b
    stresskit venues show bybit
    """
    from stresskit.pipeline.venues import show as found

    books = found(name)
    if as_json:
        echo_json(books)
    else:
        click.echo("\n\n".join("\n\n".join(_book(book)) for book in books))


def _book(book: Mapping[str, Any]) -> Iterator[str]:
    said = book["tables"]
    facts = [
        ("venue", f"{book['venue']}, {book['product']}"),
        ("as of", f"{book['as_of']}, {book['age_days']:,} days ago"),
        ("scheme", f"{book['scheme']}, contracts {book['contract']}"),
        ("confidence", book["confidence"]),
        ("source", said["source"]),
        ("liquidation fee", _fee(said["liquidation_fee"])),
        ("fee in the trigger", _fee(said["closing_fee"]) if "closing_fee" in said else "none"),
        ("funding", _funding(said.get("funding", {}))),
        ("sha256", book["sha256"]),
    ]
    yield f"RULEBOOK {book['name']}\n" + _facts(facts)
    liquidation = said["liquidation"]
    yield "LIQUIDATION\n" + _facts(
        [
            ("published", liquidation["published"]),
            ("sequence", liquidation["sequence"]),
            ("order", liquidation["order"]),
            *(
                (
                    f"simulated under {rule}",
                    f"{own['policy']}, confidence {own['confidence']} ({own['source']})",
                )
                for rule, own in liquidation["policies"].items()
            ),
        ]
    )
    yield "\n".join(["MODES", *(_offer(name, offer) for name, offer in said["offers"].items())])
    for name, collateral in said["collateral"].items():
        yield f"COLLATERAL {name}, confidence {collateral['confidence']}\n" + _collateral(collateral)
    for name, symbol in said["symbols"].items():
        yield "\n".join(_symbol(name, symbol, said))


def _facts(rows: Sequence[tuple[str, str]]) -> str:
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"  {name.ljust(width)}  {value}" for name, value in rows)


def _fee(fee: Mapping[str, Any]) -> str:
    rate = percent(fee["rate"]) if "rate" in fee else "unknown"
    return f"{rate}, confidence {fee['confidence']} ({fee['source']})"


def _funding(terms: Mapping[str, Any]) -> str:
    if "interval" not in terms:
        why = f": {terms['note']}" if terms.get("note") else ""
        return f"unknown{why}"
    when = (
        f"continuous, rates per {terms['interval']}" if terms["continuous"] else f"every {terms['interval']}"
    )
    bounds = [f"{base} at most {percent(cap)}" for base, cap in terms["caps"].items()]
    bounds += [f"at most {percent(terms['cap'])}"] if "cap" in terms else []
    if "cap_of_maintenance" in terms:
        bounds.append(f"at most {terms['cap_of_maintenance']:g} times the first maintenance rate")
    said = ", ".join(bounds) or "bounds unknown"
    return f"{when}, {said}, confidence {terms['confidence']} ({terms['source']})"


def _offer(name: str, offer: Mapping[str, Any]) -> str:
    asks = [f"rule {offer['rule']}"]
    if "minimum_equity" in offer:
        waived = f", waived for {offer['waiver']}" if offer["waiver"] else ""
        asks.append(f"from {offer['minimum_equity']:,.0f} USD{waived}")
    asks += [text for text in (offer["eligibility"],) if text]
    asks += ["default"] if offer["default"] else []
    asks += [] if offer["priced"] else ["its parameters are not public"]
    return f"  {name}: {offer['title']} ({'; '.join(asks)})"


def _collateral(collateral: Mapping[str, Any]) -> str:
    rows = [
        (asset, ", ".join(f"above {plain(above)}: {percent(ratio)}" for above, ratio in found["ratios"]))
        for asset, found in collateral["assets"].items()
    ]
    return _facts(rows) if rows else "  no ratio is known"


def _symbol(name: str, symbol: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[str]:
    confidence = symbol.get("confidence", said["confidence"])
    yield f"SYMBOL {name}  confidence {confidence}, as of {symbol.get('as_of', said['as_of'])}"
    if symbol["note"]:
        yield f"  {symbol['note']}"
    if "formula" in symbol:
        rates = symbol["formula"]
        per_coin = f" + {rates['per_coin']:g} per coin" if rates["per_coin"] else ""
        initial, maintenance = (f"{rates[key]:g}{per_coin}" for key in ("initial", "maintenance"))
        yield f"  of notional: initial {initial}, maintenance {maintenance}"
    if symbol["tiers"]:
        unit = UNITS[symbol["unit"]]
        edges = [plain(edge) for edge in (*(tier[0] for tier in symbol["tiers"][1:]), symbol.get("cap"))]
        header = (f"up to, {unit}", "maintenance rate", "largest leverage", "deduction")
        rows = [
            (edge, percent(rate), plain(leverage), plain(deduction))
            for edge, (_, rate, leverage, deduction) in zip(edges, symbol["tiers"], strict=True)
        ]
        yield table(header, rows)


@command.command()
@click.argument("a")
@click.argument("b")
@options.as_json
def diff(a: str, b: str, as_json: bool) -> None:
    r"""Compare rulebooks A and B: changed rates, sizes by leverage, caps, fees and modes.

    \b
    stresskit venues diff binance-usdm-2023-08 binance-usdm-2024-10
    """
    from stresskit.cli.venue_changes import changes
    from stresskit.pipeline.venues import compare

    found = compare(a, b)
    if as_json:
        echo_json(found)
    else:
        click.echo("\n\n".join(changes(found)))
