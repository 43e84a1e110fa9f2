"""``stresskit reverse``."""

from pathlib import Path
from typing import Any

import click

from stresskit.cli import options

EPILOG = """\b
stresskit reverse configs/quickstart.toml
stresskit reverse configs/quickstart.toml --set simulation.step=1d
stresskit reverse configs/quickstart.toml --simulate --scenario hedge_breaks
"""


@click.command(epilog=EPILOG)
@options.config_file
@options.overrides
@click.option(
    "--simulate",
    is_flag=True,
    help="Run the config (or take its stored answer) and show what its liquidated paths have in common: "
    "their mean, the modal one, and how often the calm model goes so far.",
)
@click.option("--scenario", metavar="NAME", help="Of which to show the paths.  [default: the baseline]")
@options.out("runs", "Folder that the run's folder and the answer's are made in, with --simulate.")
@options.workers
@options.force
@options.as_json
def command(
    file: Path,
    overrides: tuple[str, ...],
    simulate: bool,
    scenario: str | None,
    out: Path,
    workers: int | None,
    force: bool,
    as_json: bool,
) -> None:
    """Find the most plausible move of one step that liquidates the account of FILE, by margin mode."""
    from stresskit.cli.reverse_text import reverse_text
    from stresskit.cli.text import echo_json
    from stresskit.config_file import load_run
    from stresskit.study.reverse import reverse

    loaded = load_run(file, overrides)
    chosen = _known(loaded, scenario)
    kept = _lived(loaded, chosen, out, workers, force) if simulate else None
    found = kept.answer if kept else reverse(loaded)
    if as_json:
        echo_json(found)
        return
    click.echo(reverse_text(found))
    if kept:
        click.echo(f"\nfolder  {kept.folder}")


def _known(loaded: Any, scenario: str | None) -> str:
    from stresskit.errors import ConfigError, Problem

    if scenario is None:
        return str(loaded.run.baseline_scenario())
    if scenario not in loaded.run.scenarios:
        expected = f"a scenario of the config: {', '.join(loaded.run.scenarios)}"
        raise ConfigError([Problem(f"--scenario {scenario}", "", expected)])
    return scenario


def _lived(loaded: Any, scenario: str, out: Path, workers: int | None, force: bool) -> Any:
    from stresskit.cli.exits import terminable
    from stresskit.cli.progress import progress
    from stresskit.face import cores
    from stresskit.study.reverse import keep

    options.writable(out)
    with terminable(), progress(None) as show:
        return keep(loaded, scenario, out, workers or cores(), force, show)
