"""``stresskit data fetch``."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args

import click

from stresskit.cli import options

EPILOG = """\b
stresskit data fetch binanceusdm BTC/USDT:USDT ETH/USDT:USDT --from 2024-01-01
stresskit data fetch bybit BTC/USDT:USDT --what mark --what funding --timeframe 1h --format parquet
stresskit data fetch binanceusdm BTC/USDT:USDT --what tiers --base binance-usdm-2026-09

\b
Again with the same folder: only what is new is asked for. Interrupted: nothing that arrived is lost.
Leverage tiers often need a key; one that only reads is enough, in the environment variables
STRESSKIT_EXCHANGE_KEY and STRESSKIT_EXCHANGE_SECRET.
"""
What = Literal["ohlcv", "mark", "index", "funding", "tiers"]


@click.command("fetch", epilog=EPILOG)
@click.argument("exchange", metavar="EXCHANGE")
@click.argument("symbols", nargs=-1, required=True, metavar="SYMBOL...")
@click.option(
    "--what", type=click.Choice(get_args(What)), multiple=True, help="May be repeated.  [default: ohlcv]"
)
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="First day, UTC.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Last day, UTC.  [default: now]")
@click.option("--timeframe", default="1h", show_default=True, help="Length of a bar.")
@click.option("--format", "suffix", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True)
@click.option("--base", metavar="RULEBOOK", help="What fetched tiers are written into; its other rules stay.")
@options.out("data", "Folder of the files.")
@options.as_json
def command(
    exchange: str,
    symbols: tuple[str, ...],
    what: tuple[What, ...],
    first: Any,
    last: Any,
    timeframe: str,
    suffix: str,
    base: str | None,
    out: Path,
    as_json: bool,
) -> None:
    """Fetch prices, funding and leverage tiers of SYMBOLs from EXCHANGE (its name in ccxt) into files."""
    from stresskit.cli.exits import terminable
    from stresskit.cli.text import echo_json
    from stresskit.market.fetch.exchange import Exchange
    from stresskit.results.claim import Held

    wanted = what or ("ohlcv",)
    if "tiers" in wanted and base is None:
        raise click.UsageError("--what tiers needs --base: a rulebook of the venue (`stresskit venues`)")
    if set(wanted) != {"tiers"} and first is None:
        raise click.UsageError("--from: the first day that is wanted")
    if suffix == "parquet":
        _need_parquet()
    options.writable(out)
    with terminable(), Held(out, "a folder that no other fetch is writing to"):
        found = dict(_files(Exchange(exchange), symbols, wanted, (first, last, timeframe, suffix), base, out))
    if as_json:
        echo_json({key: str(file) for key, file in found.items()})
    else:
        click.echo("\n".join(f"{key:<8}  {file}" for key, file in found.items()))


def _files(
    exchange: Any, symbols: tuple[str, ...], wanted: tuple[What, ...], how: Any, base: str | None, out: Path
) -> Iterator[tuple[str, Path]]:
    from stresskit.market.fetch.series import Query, by_asset, fetch_series

    first, last, timeframe, suffix = how
    named = by_asset(exchange, symbols)
    for kind in dict.fromkeys(wanted):
        if kind == "tiers":
            yield kind, _rulebook(exchange, symbols, str(base), out)
            continue
        until = _seconds(last) + 86399 if last else 2**40
        query = Query(kind, named, timeframe, _seconds(first), until)
        yield kind, fetch_series(exchange, query, out, f".{suffix}", _tell)


def _rulebook(exchange: Any, symbols: tuple[str, ...], base: str, out: Path) -> Path:
    """Write the rulebook, and read it as a run would; it gets its name when it is valid."""
    from datetime import UTC, datetime

    from stresskit.config_file.rulebook import load_rulebook
    from stresskit.errors import ConfigError, Problem
    from stresskit.margin.rulebook import SHIPPED
    from stresskit.market.fetch.tiers import rulebook_text, table_of

    known, today = load_rulebook(base), f"{datetime.now(UTC):%Y-%m-%d}"
    shipped = SHIPPED / f"{base}.toml"
    text = (shipped if shipped.is_file() else Path(base)).read_text(encoding="utf-8")
    if any(symbol.unit != "quote" for symbol in known.tables.symbols.values()):
        raise ConfigError([Problem("--base", "", f"a rulebook whose tiers count notionals, not {base}")])
    tables = {name: table_of(name, t, known.tables.scheme) for name, t in exchange.tiers(symbols).items()}
    source = f"leverage tiers of {exchange.name}, fetched by {exchange.program}"
    file = out / f"{known.tables.venue}-{today}.toml"
    partial = out / f"{file.stem}.partial.toml"
    partial.write_text(rulebook_text(text, known.name, today, source, tables), encoding="utf-8")
    try:
        load_rulebook(partial.name, out)
        return partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def _need_parquet() -> None:
    from importlib.util import find_spec

    from stresskit.errors import ConfigError, Problem

    if find_spec("pyarrow") is None:
        expected = "pyarrow, which writes Parquet: pip install 'stresskit[parquet]'"
        raise ConfigError([Problem("--format parquet", "", expected)])


def _seconds(day: Any) -> int:
    from datetime import UTC

    return int(day.replace(tzinfo=UTC).timestamp())


def _tell(line: str) -> None:
    click.echo(line, err=True)
