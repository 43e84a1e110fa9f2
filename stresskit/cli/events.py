"""``stresskit events``."""

from pathlib import Path

import click

from stresskit.cli import options

EPILOG = """\b
stresskit events configs/events
stresskit events configs/events/carry.toml --event oct_2025 --venue binance --venue bybit
stresskit events configs/events --paths 200 --json
"""


@click.command(epilog=EPILOG)
@click.argument("files", type=options.PATH, nargs=-1, required=True)
@options.overrides
@click.option(
    "--event",
    "events",
    multiple=True,
    metavar="NAME",
    help="Only this event; may be repeated.  [default: all]",
)
@click.option(
    "--venue",
    "venues",
    multiple=True,
    metavar="NAME",
    help="Only this venue; may be repeated.  [default: all]",
)
@click.option("--paths", type=click.IntRange(1), help="Paths of every cell.  [default: those of each file]")
@click.option(
    "--fee",
    type=click.FloatRange(0, 0.1),
    default=0.005,
    show_default=True,
    help="Liquidation fee where a venue's own is not known.",
)
@options.out("runs", "Folder that the table's folder is made in.")
@options.workers
@options.force
@options.progress
@options.as_json
def command(
    files: tuple[Path, ...],
    overrides: tuple[str, ...],
    events: tuple[str, ...],
    venues: tuple[str, ...],
    paths: int | None,
    fee: float,
    out: Path,
    workers: int | None,
    force: bool,
    show_progress: bool | None,
    as_json: bool,
) -> None:
    """Put the account of each of FILES (a folder: of all its files) through past events at every venue.

    Each venue's margin modes are those of the event's day where a rulebook of that date is shipped.

    The first time on a machine every venue's rule is compiled, which takes some minutes; after that the
    table of one account takes seconds.
    """
    from stresskit.cli.events_text import events_text
    from stresskit.cli.exits import terminable
    from stresskit.cli.progress import progress
    from stresskit.cli.text import echo_json
    from stresskit.config_file import load_run
    from stresskit.face import cores
    from stresskit.study.events import Ask, keep, write

    listed = [file for one in files for file in (sorted(one.glob("*.toml")) if one.is_dir() else [one])]
    if not listed:
        raise click.UsageError(f"no config file in {', '.join(map(str, files))}")
    loaded = [load_run(file, overrides) for file in listed]
    options.writable(out)
    ask = Ask(events, venues, paths, fee)
    with terminable(), progress(show_progress) as show:
        kept = keep(loaded, ask, out, workers or cores(), force, show)
    written = write(kept)
    if as_json:
        echo_json(kept.answer)
    else:
        click.echo(events_text(kept.answer))
        click.echo("\n".join(["", f"folder  {kept.folder}", *(f"table   {path}" for path in written)]))
