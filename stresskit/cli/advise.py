"""``stresskit advise``."""

from pathlib import Path
from typing import Any

import click

from stresskit.cli import options

EPILOG = """\b
stresskit advise configs/quickstart.toml
stresskit advise configs/quickstart.toml --simulate
stresskit advise configs/quickstart.toml --target 0.01 --scenario baseline --scenario hedge_breaks
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
@click.option(
    "--target",
    type=float,
    help="Find the smallest top-up, and the smallest change of one leg, that brings P(liquidation) to this.",
)
@click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    metavar="NAME",
    help="With --target: where it must hold; may be repeated.  [default: the baseline scenario]",
)
@click.option(
    "--paths",
    type=int,
    help="With --target: paths of a trial.  [default: 40,000 over the number of assets, or those of FILE]",
)
@options.out("runs", "Folder that the run folder is made in, with --simulate.")
@options.workers
@options.as_json
@click.pass_context
def command(
    ctx: click.Context,
    file: Path,
    overrides: tuple[str, ...],
    simulate: bool,
    target: float | None,
    scenarios: tuple[str, ...],
    paths: int | None,
    out: Path,
    workers: int | None,
    as_json: bool,
) -> None:
    """Say which margin mode of its venue fits the account of FILE, and whether it may switch to it."""
    from stresskit.cli.advise_text import advice_text
    from stresskit.cli.text import echo_json
    from stresskit.config_file import load_run
    from stresskit.pipeline.advise import advise

    if target is None and (scenarios or paths is not None):
        raise click.UsageError("--scenario and --paths belong to --target")
    loaded = load_run(file, overrides)
    results = _run(loaded, out, workers) if simulate else None
    found = advise(loaded, results.metrics if results else None)
    if target is not None:
        found["remedy"] = _remedies(loaded, target, scenarios, paths, workers)
    if as_json:
        echo_json(found)
    else:
        click.echo(advice_text({key: value for key, value in found.items() if key != "remedy"}))
        if target is not None:
            from stresskit.cli.remedy_text import remedy_text

            click.echo("\n" + remedy_text(found["remedy"]))
    ctx.exit(results.exit_code if results else 0)


def _run(loaded: Any, out: Path, workers: int | None) -> Any:
    from stresskit.cli.exits import terminable
    from stresskit.cli.progress import progress
    from stresskit.face import cores

    options.writable(out)
    with terminable(), progress(None) as show:
        from stresskit.pipeline import run

        return run(loaded, out, workers or cores(), progress=show)


def _remedies(
    loaded: Any, target: float, scenarios: tuple[str, ...], paths: int | None, workers: int | None
) -> dict[str, Any]:
    from stresskit.cli.exits import terminable
    from stresskit.cli.progress import progress
    from stresskit.face import cores
    from stresskit.study.remedy import Ask, remedies

    with terminable(), progress(None) as show:
        return remedies(loaded, Ask(target, scenarios, paths), workers or cores(), show)
