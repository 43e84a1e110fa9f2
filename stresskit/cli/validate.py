"""``stresskit validate``."""

from pathlib import Path
from typing import Any

import click

from stresskit.cli import options
from stresskit.errors import ConfigError, Problem, StresskitError

EPILOG = """\b
stresskit validate pairs.toml
stresskit validate configs/*.toml --json
"""


@click.command(epilog=EPILOG)
@click.argument("files", type=options.PATH, nargs=-1, required=True)
@options.overrides
@options.as_json
@click.pass_context
def command(ctx: click.Context, files: tuple[Path, ...], overrides: tuple[str, ...], as_json: bool) -> None:
    """Check config FILES and list every problem of each."""
    from stresskit.cli.text import echo_json

    codes, entries = [], []
    for file in files:
        code, problems = _problems(file, overrides)
        codes.append(code)
        entries.append({"file": str(file), "ok": not problems, "problems": [p._asdict() for p in problems]})
        if not as_json:
            click.echo("\n".join(map(str, problems)) or f"{file}: ok")
    if as_json:
        echo_json(entries)
    ctx.exit(min(filter(None, codes), default=0))


def _problems(file: Path, overrides: tuple[str, ...]) -> tuple[int, list[Problem]]:
    try:
        _check(file, overrides)
    except StresskitError as error:
        return error.exit_code, error.problems
    return 0, []


def _check(file: Path, overrides: tuple[str, ...]) -> Any:
    from stresskit.config_file import has_table, load_run, load_spec, load_sweep

    if has_table(file, "calibrate"):
        from stresskit.calibrate import CalibrateFile

        return load_spec(file, CalibrateFile, overrides)
    if has_table(file, "cohort"):
        from stresskit.study.cohort import check_cohort, load_cohort

        return check_cohort(load_cohort(file, overrides))
    from stresskit.pipeline.setting import prepare

    if not has_table(file, "sweep"):
        return prepare(load_run(file, overrides))
    variants = load_sweep(file, overrides)
    _refuse([found for each in variants for found in each.problems])
    return [prepare(each.loaded) for each in variants if each.loaded]


def _refuse(problems: list[Problem]) -> None:
    """Every problem of a sweep once, however many of its runs have it."""
    if problems:
        raise ConfigError(list(dict.fromkeys(problems)))
