"""``stresskit advise``."""

from pathlib import Path
from typing import Any

import click

from stresskit.cli import options

EPILOG = """\b
stresskit advise configs/quickstart.toml
stresskit advise configs/quickstart.toml --simulate
"""


@click.command(epilog=EPILOG)
@options.config_file
@options.overrides
@click.option(
    "--simulate",
    is_flag=True,
    help="Run the config first (or take its stored answer): its verdict then decides, and a broken limit "
    "exits with 1.",
)
@options.out("runs", "Folder that the run folder is made in, with --simulate.")
@click.option("--workers", type=click.IntRange(1, 1024), help="Threads.  [default: all cores]")
@options.as_json
@click.pass_context
def command(
    ctx: click.Context,
    file: Path,
    overrides: tuple[str, ...],
    simulate: bool,
    out: Path,
    workers: int | None,
    as_json: bool,
) -> None:
    """Say which margin mode of its venue fits the account of FILE, and whether it may switch to it."""
    from stresskit.cli.advise_text import advice_text
    from stresskit.cli.text import echo_json
    from stresskit.config_file import load_run
    from stresskit.pipeline.advise import advise

    loaded = load_run(file, overrides)
    results = _run(loaded, out, workers) if simulate else None
    found = advise(loaded, results.metrics if results else None)
    if as_json:
        echo_json(found)
    else:
        click.echo(advice_text(found))
    ctx.exit(results.exit_code if results else 0)


def _run(loaded: Any, out: Path, workers: int | None) -> Any:
    from stresskit.cli.exits import terminable
    from stresskit.cli.progress import progress
    from stresskit.face import cores

    options.writable(out)
    with terminable(), progress(None) as show:
        from stresskit.pipeline import run

        return run(loaded, out, workers or cores(), progress=show)
