"""``stresskit margin``."""

from pathlib import Path

import click

from stresskit.cli import options

EPILOG = """\b
stresskit margin configs/quickstart.toml
stresskit margin configs/quickstart.toml --what-if 'BTC -5%' --what-if 'ETH +3%'
stresskit margin configs/quickstart.toml --add 'ETH/USDT:USDT -10000 usd'
"""


@click.command(epilog=EPILOG)
@options.config_file
@options.overrides
@click.option(
    "--what-if",
    "what_if",
    multiple=True,
    metavar="MOVE",
    help="Move a mark, as 'BTC -5%', and show before and after; may be repeated.",
)
@click.option(
    "--add",
    multiple=True,
    metavar="ORDER",
    help="Fill an order at the mark, as 'ETH/USDT:USDT -10000 usd' or 'BTC/USDT:USDT 0.5 BTC 20x @ 60000', "
    "and show before and after; may be repeated.",
)
@click.option("--account", metavar="NAME", help="Whose orders --add are, where there are several accounts.")
@options.as_json
def command(
    file: Path,
    overrides: tuple[str, ...],
    what_if: tuple[str, ...],
    add: tuple[str, ...],
    account: str | None,
    as_json: bool,
) -> None:
    """Show what each margin mode of FILE demands now, without simulating."""
    from stresskit.cli.margin_text import margin_text
    from stresskit.cli.text import echo_json
    from stresskit.config_file import load_run
    from stresskit.pipeline import margin

    loaded = load_run(file, overrides)
    found = margin(loaded, what_if, add, account)
    if as_json:
        echo_json(found)
    else:
        names = {book.name: list(loaded.run.modes_of(book)) for book in loaded.run.books()}
        click.echo(margin_text(found, names))
