"""``stresskit backtest``."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from stresskit.cli import options

EPILOG = """\b
stresskit backtest pairs.toml --prices daily.csv
"""


@click.command(epilog=EPILOG)
@click.argument("files", type=options.PATH, nargs=-1, metavar="FILE...")
@options.overrides
@click.option("--prices", type=options.PATH, help="Price file.  [default: the one that FILE names]")
@click.option("--window", type=click.IntRange(400, 100_000), default=1000, show_default=True, help="Steps.")
@click.option(
    "--refit", type=click.IntRange(1, 1000), default=5, show_default=True, help="Steps between fits."
)
@click.option("--first", type=click.DateTime(["%Y-%m-%d"]), help="First day.  [default: the first possible]")
@click.option("--each-asset", is_flag=True, help="Backtest one dollar of each asset of the prices, too.")
@click.option(
    "--dependence",
    "dependences",
    multiple=True,
    metavar="KIND",
    help="Forecast books of several assets with this dependence; may be repeated.  [default: FILE's own]",
)
@click.option(
    "--model",
    "models",
    multiple=True,
    metavar="NAME",
    help="Forecast with this model of an envelope (normal, skew_t, dcc ...) and rank; may be repeated.",
)
@click.option(
    "--margin", is_flag=True, help="Compare each day's requirement with the next margin period's loss."
)
@click.option(
    "--ahead", "steps", type=click.IntRange(1, 1000), help="Follow accounts over so many steps, too."
)
@click.option(
    "--leverage", "leverages", metavar="L,L,...", help="With --ahead: gross exposure over own capital, too."
)
@click.option(
    "--paths", type=click.IntRange(400, 1_000_000), default=4000, show_default=True, help="With --ahead."
)
@options.workers
@click.option("--table", "table_file", type=options.PATH, help="Write the table to this Markdown file.")
@options.out("runs", "Folder that the fits are kept in; an interrupted backtest goes on from them.")
@options.progress
@options.as_json
def command(
    files: tuple[Path, ...],
    overrides: tuple[str, ...],
    prices: Path | None,
    window: int,
    refit: int,
    first: datetime | None,
    each_asset: bool,
    dependences: tuple[str, ...],
    models: tuple[str, ...],
    margin: bool,
    steps: int | None,
    leverages: str | None,
    paths: int,
    workers: int | None,
    table_file: Path | None,
    out: Path,
    show_progress: bool | None,
    as_json: bool,
) -> None:
    """Compare one-step VaR and ES of the books of FILE with what happened, day by day.

    With --margin also the requirements of every margin mode; with --ahead also VaR and ES over several
    steps, and the probability of liquidation with what the account would have lived through.
    """
    # A search multiplies matrices of four rows: threads that wait for each other made it 20 times slower.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from stresskit.cli.exits import terminable
    from stresskit.cli.numbers import read_numbers
    from stresskit.cli.progress import progress
    from stresskit.cli.text import echo_json
    from stresskit.config_file import load_run
    from stresskit.face import cores
    from stresskit.study.backtest import Ahead, Plan, backtest, table

    if not files and not each_asset:
        raise click.UsageError("a FILE whose book to backtest, or --each-asset")
    loaded = [load_run(file, overrides) for file in files]
    options.writable(out)
    plan = Plan(window, refit, None if first is None else first.date())
    wanted = read_numbers("--leverage", leverages)
    far = None if steps is None else Ahead(steps, paths, wanted, workers or cores())
    with terminable(), progress(show_progress) as show:
        source = prices or _prices(loaded)
        found = backtest(
            loaded, source, plan, out / "backtest", each_asset, dependences, show, models, far, margin
        )
    if table_file is not None:
        options.writable(table_file.parent)
        table_file.write_text(table(found), encoding="utf-8")
    if as_json:
        echo_json(found)
    else:
        click.echo(table(found) if table_file is None else f"table  {table_file}")


def _prices(loaded: list[Any]) -> Path:
    from stresskit.config.market import FileMarket
    from stresskit.errors import ConfigError

    if not loaded:
        raise click.UsageError("without a FILE, --each-asset and --prices say what to backtest")
    market = loaded[0].run.market
    if not isinstance(market, FileMarket):
        problem = loaded[0].source.problem(("market", "source"), '"files", or --prices: a price history')
        raise ConfigError([problem])
    path: Path = loaded[0].source.base / market.prices
    return path
