"""``stresskit batch``."""

import re
from pathlib import Path
from typing import Any

import click

from stresskit.cli import options

EPILOG = """\b
stresskit batch configs                     every config of a folder
stresskit batch sweep.toml --resume         one config with a [sweep] table, gone on with
stresskit batch sweep.toml --set simulation.paths=20_000 --json
stresskit batch configs --scheduler tls://scheduler:8786

\b
[sweep.grid]                                every combination
simulation.seed = [1, 2, 3]
"account.collateral.0.amount" = [10_000, 20_000]
[[sweep.list]]                              row by row, combined with the grid
"limits.p_liquidation" = 0.05

\b
[cohort]                                    thousands of accounts on the same paths
venue = "binance"
positions = "positions.csv"                 account, symbol, notional_usd, leverage, collateral

A run that is finished, and whose checksums hold, is never computed again (unless --force).
"""


@click.command(epilog=EPILOG)
@click.argument("paths", type=options.PATH, nargs=-1, required=True, metavar="FILE_OR_FOLDER...")
@options.overrides
@options.out("runs", "Folder that the run folders and the summary are made in.")
@click.option("--name", help="Name of the batch.  [default: that of the first file or folder]")
@options.workers
@options.engine
@click.option(
    "--at-once",
    type=click.IntRange(1, 64),
    help="Runs under way together.  [default: 1; with --scheduler up to 4]",
)
@click.option("--resume", is_flag=True, help="Go on with an interrupted batch and its log.")
@click.option("--force", is_flag=True, help="Compute again, even if answers are stored.")
@click.option("--fail-fast", is_flag=True, help="Stop at the first run that fails.")
@click.option(
    "--progress/--no-progress", "show_progress", default=True, help="A line a run, bars on a terminal."
)
@options.as_json
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[Path, ...],
    overrides: tuple[str, ...],
    out: Path,
    name: str | None,
    workers: int | None,
    engine: str,
    scheduler: str | None,
    at_once: int | None,
    resume: bool,
    force: bool,
    fail_fast: bool,
    show_progress: bool,
    as_json: bool,
) -> None:
    """Run many configs, a [sweep] or a [cohort]; end with a ranking, worst first, and summary.csv."""
    from stresskit.cli.batch_progress import batch_progress
    from stresskit.cli.batch_text import batch_text
    from stresskit.cli.exits import terminable
    from stresskit.cli.text import echo_json
    from stresskit.config_file import has_table
    from stresskit.study.batch import collect
    from stresskit.study.batch.run import Way, run_batch

    if resume and force:
        raise click.UsageError("--resume keeps what is finished, --force computes it again: one of them")
    if len(paths) == 1 and has_table(paths[0], "cohort"):
        with terminable(), options.engine_of(engine, workers, scheduler) as where:
            ctx.exit(_cohort(paths[0], overrides, out, where, force, show_progress, as_json))
    home = out / f"{_name(name, paths)}.batch"
    jobs = collect(paths, overrides)
    options.writable(out)
    with terminable(), options.engine_of(engine, workers, scheduler) as where:
        together = at_once or (min(4, where.workers) if scheduler else 1)
        way = Way(out, where, force, resume, fail_fast, together)
        with batch_progress(show_progress) as show:
            batch = run_batch(jobs, home, way, show)
    if as_json:
        echo_json(_facts(batch))
    else:
        click.echo(batch_text(batch))
    ctx.exit(batch.exit_code)


def _cohort(
    file: Path,
    overrides: tuple[str, ...],
    out: Path,
    where: Any,
    force: bool,
    show_progress: bool,
    as_json: bool,
) -> int:
    """A config with a [cohort] table: all of its accounts on one set of paths."""
    from stresskit.cli.cohort_text import cohort_text
    from stresskit.cli.progress import progress
    from stresskit.cli.text import echo_json
    from stresskit.study.cohort import load_cohort, run_cohort

    cohort = load_cohort(file, overrides)
    options.writable(out)
    with progress(show_progress) as show:
        result = run_cohort(cohort, out, where, force, show)
    if as_json:
        echo_json({**result.metrics, "folder": str(result.folder)})
    else:
        click.echo(cohort_text(result))
    return result.exit_code


def _name(name: str | None, paths: tuple[Path, ...]) -> str:
    """A name that is one plain part of a path."""
    if name is None:
        return re.sub(r"[^A-Za-z0-9_-]+", "-", paths[0].resolve().stem).strip("-")[:64] or "batch"
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", name):
        raise click.UsageError("--name: letters, digits, - and _, at most 64")
    return name


def _facts(batch: Any) -> dict[str, Any]:
    return {
        "exit_code": batch.exit_code,
        "runs": [outcome.facts() for outcome in batch.outcomes],
        "ranking": list(batch.ranking),
        "files": {name: str(path) for name, path in batch.files.items()},
    }
