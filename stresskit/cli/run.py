"""``stresskit run``."""

from pathlib import Path
from typing import Any

import click

from stresskit.cli import options

EPILOG = """\b
stresskit run pairs.toml
stresskit run pairs.toml --set simulation.paths=50_000 --no-report --json
stresskit run pairs.toml --scheduler tls://scheduler:8786
"""


@click.command(epilog=EPILOG)
@options.config_file
@options.overrides
@options.out("runs", "Folder that the run folder is made in.")
@options.workers
@options.engine
@options.force
@options.progress
@click.option("--report/--no-report", "with_report", default=True, help="Make PDF and PNG files.")
@options.as_json
@click.pass_context
def command(
    ctx: click.Context,
    file: Path,
    overrides: tuple[str, ...],
    out: Path,
    workers: int | None,
    engine: str,
    scheduler: str | None,
    force: bool,
    show_progress: bool | None,
    with_report: bool,
    as_json: bool,
) -> None:
    """Simulate FILE: survival, cost and verdict by margin mode."""
    from stresskit.cli.exits import terminable
    from stresskit.cli.progress import progress
    from stresskit.config_file import load_run

    loaded = load_run(file, overrides)
    options.writable(out)
    with (
        terminable(),
        options.engine_of(engine, workers, scheduler) as where,
        progress(show_progress) as show,
    ):
        from stresskit.pipeline import run

        results = run(loaded, out, where, force, show)
        files = _report(results) if with_report else {}
    _say(results, files, as_json)
    ctx.exit(results.exit_code)


def _report(results: Any) -> dict[str, Any]:
    from stresskit.report import report

    return dict(report(results))


def _say(results: Any, files: dict[str, Any], as_json: bool) -> None:
    from stresskit.cli.outcome import outcome
    from stresskit.cli.text import echo_json

    if as_json:
        echo_json(results.metrics)
    else:
        click.echo(outcome(results, files))
