"""``stresskit matrix``."""

from pathlib import Path

import click

from stresskit.cli import options

EPILOG = """\b
stresskit matrix configs/quickstart.toml
stresskit matrix configs/venues/okx-cash-and-carry.toml --pair BTC,ETH
"""


@click.command(epilog=EPILOG)
@options.config_file
@options.overrides
@click.option("--pair", metavar="A,B", help="Two assets to set against each other.  [default: the largest]")
@options.as_json
def command(file: Path, overrides: tuple[str, ...], pair: str | None, as_json: bool) -> None:
    """Show what is left of the account of FILE on grids of price, volatility and two assets."""
    from stresskit.cli.matrix_text import matrix_text
    from stresskit.cli.text import echo_json
    from stresskit.config_file import load_run
    from stresskit.study.matrix import matrices

    found = matrices(load_run(file, overrides))
    if as_json:
        echo_json(found)
    else:
        click.echo(matrix_text(found, None if pair is None else set(pair.split(","))))
