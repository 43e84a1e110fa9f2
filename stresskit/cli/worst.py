"""``stresskit worst``."""

from pathlib import Path

import click

from stresskit.cli import options

EPILOG = """\b
stresskit worst configs/black-swan.toml
stresskit worst configs/black-swan.toml --level 0.05 --paths 4000
"""


@click.command(epilog=EPILOG)
@options.config_file
@options.overrides
@click.option(
    "--level",
    type=float,
    default=0.01,
    show_default=True,
    help="Every pair stays between this quantile of its history and one minus it.",
)
@click.option(
    "--evaluations", type=int, default=60, show_default=True, help="Matrices that a search may try."
)
@click.option(
    "--paths",
    type=click.IntRange(1),
    help="Paths of a trial.  [default: 10,000 over the number of assets, or those of FILE]",
)
@options.out("runs", "Folder that the answer's folder is made in.")
@options.workers
@options.force
@options.progress
@options.as_json
def command(
    file: Path,
    overrides: tuple[str, ...],
    level: float,
    evaluations: int,
    paths: int | None,
    out: Path,
    workers: int | None,
    force: bool,
    show_progress: bool | None,
    as_json: bool,
) -> None:
    """Find the plausible correlation matrix at which each margin mode of FILE does worst."""
    from stresskit.cli.exits import terminable
    from stresskit.cli.progress import progress
    from stresskit.cli.text import echo_json
    from stresskit.cli.worst_text import worst_text
    from stresskit.config_file import load_run
    from stresskit.face import cores
    from stresskit.study.worst import Ask, keep

    loaded = load_run(file, overrides)
    options.writable(out)
    with terminable(), progress(show_progress) as show:
        kept = keep(loaded, Ask(level, evaluations, paths), out, workers or cores(), force, show)
    if as_json:
        echo_json(kept.answer)
    else:
        click.echo("\n".join([worst_text(kept.answer), "", f"folder  {kept.folder}"]))
