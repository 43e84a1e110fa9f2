"""``stresskit frontier``."""

from pathlib import Path
from typing import Any

import click

from stresskit.cli import options

EPILOG = """\b
stresskit frontier configs/quickstart.toml
stresskit frontier configs/quickstart.toml --leverage 2,5,10,20 --set simulation.paths=20_000
"""


@click.command(epilog=EPILOG)
@options.config_file
@options.overrides
@click.option(
    "--leverage", "leverages", metavar="L,L,...", help="Gross exposure over own capital.  [default: 1 to 50]"
)
@options.out("runs", "Folder that the table and the picture are written to.")
@options.workers
@options.progress
@options.as_json
def command(
    file: Path,
    overrides: tuple[str, ...],
    leverages: str | None,
    out: Path,
    workers: int | None,
    show_progress: bool | None,
    as_json: bool,
) -> None:
    """Hold the book of FILE on more or less own capital: P(liquidation), cost and the return they ask for."""
    from stresskit.cli.exits import terminable
    from stresskit.cli.numbers import read_numbers
    from stresskit.cli.progress import progress
    from stresskit.cli.text import echo_json
    from stresskit.config_file import load_run
    from stresskit.face import cores

    loaded, wanted = load_run(file, overrides), read_numbers("--leverage", leverages)
    options.writable(out)
    with terminable(), progress(show_progress) as show:
        from stresskit.study.frontier import LEVERAGES, frontier, write

        found = frontier(loaded, wanted or LEVERAGES, workers or cores(), show)
    files = write(found, out)
    if as_json:
        echo_json(found)
    else:
        click.echo("\n\n".join([*_tables(found), "FILES", *(f"  {path}" for path in files.values())]))


def _tables(found: dict[str, Any]) -> list[str]:
    from stresskit.cli.text import table
    from stresskit.study.frontier.table import HEAD, cells

    tables = []
    for scenario, rows in found["scenarios"].items():
        for account in dict.fromkeys(row["account"] for row in rows):
            own = [cells(row) for row in rows if row["account"] == account]
            note = "in brackets: the capital is less than the initial margin"
            tables.append(f"FRONTIER {account} in {scenario}  ({note})\n{table(HEAD, own)}")
    return tables
