"""``stresskit data``: fetch market data, and look at price files before they are used."""

import click

from stresskit.cli import data_check, data_fetch


@click.group()
def command() -> None:
    """Fetch market data, and look at price files before they are used."""


command.add_command(data_fetch.command)
command.add_command(data_check.command)
