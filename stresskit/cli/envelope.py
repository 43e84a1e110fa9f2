"""``stresskit envelope``."""

from pathlib import Path
from typing import Any

import click

from stresskit.cli import options

EPILOG = """\b
stresskit envelope configs/quickstart.toml
stresskit envelope configs/quickstart.toml --set 'model.envelope=["normal", "dcc"]'
"""


@click.command(epilog=EPILOG)
@options.config_file
@options.overrides
@options.out("runs", "Folder that the run folder is made in.")
@options.workers
@options.progress
@options.as_json
@click.pass_context
def command(
    ctx: click.Context,
    file: Path,
    overrides: tuple[str, ...],
    out: Path,
    workers: int | None,
    show_progress: bool | None,
    as_json: bool,
) -> None:
    """Run the account of FILE under several models: how far VaR, ES and P(liquidation) depend on the choice.

    The models are those of [model] envelope; without it, all that the shipped snapshot holds of normal,
    student_t, skew_t, semi_parametric, dcc and regime. With price files, historical simulation
    stands in for semi_parametric: a snapshot holds no history to draw from.
    """
    from stresskit.cli.exits import terminable
    from stresskit.cli.progress import progress
    from stresskit.cli.text import echo_json
    from stresskit.config.envelope import FROM_FILES, FROM_SNAPSHOT
    from stresskit.config.market import FileMarket
    from stresskit.config_file import altered, direct, load_run
    from stresskit.face import cores

    loaded = load_run(file, overrides)
    if not loaded.run.model.envelope:
        chosen = FROM_FILES if isinstance(loaded.run.market, FileMarket) else FROM_SNAPSHOT
        loaded = altered(loaded, [direct("model.envelope", list(chosen))])
    options.writable(out)
    with terminable(), progress(show_progress) as show:
        from stresskit.pipeline import run

        results = run(loaded, out, workers or cores(), False, show)
    if as_json:
        echo_json({name: account["envelope"] for name, account in results.accounts.items()})
    else:
        click.echo(_text(results))
    ctx.exit(results.exit_code)


def _text(results: Any) -> str:
    from stresskit.cli.envelope_text import envelope_text

    parts = []
    for name, account in results.accounts.items():
        parts += [f"ACCOUNT {name}"] if "accounts" in results.metrics else []
        parts += envelope_text(account)
    return "\n\n".join([*parts, f"  metrics  {results.folder / 'metrics.json'}"])
