"""``stresskit dial``."""

from pathlib import Path

import click

from stresskit.cli import options

EPILOG = """\b
stresskit dial configs/black-swan.toml
stresskit dial configs/quickstart.toml --paths 5000 --points 6
stresskit dial configs/black-swan.toml --multipliers 1,1.5,2
"""


@click.command(epilog=EPILOG)
@options.config_file
@options.overrides
@click.option(
    "--scenario",
    metavar="NAME",
    help="Which break to turn.  [default: the first of the config, else every_leg_loses]",
)
@click.option(
    "--paths",
    type=int,
    help="Paths of every strength.  [default: 20,000 over the number of assets, at most those of FILE]",
)
@click.option("--points", type=int, default=11, show_default=True, help="Strengths from 0 to 1.")
@click.option(
    "--resolution",
    type=float,
    default=0.025,
    show_default=True,
    help="Halve the interval around a point until it is no longer than this.",
)
@click.option(
    "--multipliers",
    metavar="M,M,...",
    help="Volatility multipliers: also give the surface of strength and volatility.",
)
@options.out("runs", "Folder that the dial's folder is made in.")
@options.workers
@options.force
@options.progress
@click.option("--report/--no-report", "with_report", default=True, help="Make the figure.")
@options.as_json
def command(
    file: Path,
    overrides: tuple[str, ...],
    scenario: str | None,
    paths: int | None,
    points: int,
    resolution: float,
    multipliers: str | None,
    out: Path,
    workers: int | None,
    force: bool,
    show_progress: bool | None,
    with_report: bool,
    as_json: bool,
) -> None:
    """Turn the strength of a break in FILE from 0 to 1, and say where each margin mode fails."""
    from stresskit.cli.dial_text import dial_text
    from stresskit.cli.exits import terminable
    from stresskit.cli.numbers import read_numbers
    from stresskit.cli.progress import progress
    from stresskit.cli.text import echo_json
    from stresskit.config_file import load_run
    from stresskit.face import cores
    from stresskit.study.dial import Ask, draw, keep

    loaded = load_run(file, overrides)
    options.writable(out)
    ask = Ask(scenario, points, resolution, read_numbers("--multipliers", multipliers), paths)
    with terminable(), progress(show_progress) as show:
        kept = keep(loaded, ask, out, workers or cores(), force, show)
        files = draw(kept) if with_report else []
    if as_json:
        echo_json(kept.answer)
    else:
        click.echo(dial_text(kept.answer))
        click.echo("\n".join(["", f"folder  {kept.folder}", *(f"figure  {path}" for path in files)]))
