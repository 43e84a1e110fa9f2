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
@options.out("runs", "Folder that the run folder is made in, with --simulate.")
@options.workers
@options.as_json
def command(
    file: Path,
    overrides: tuple[str, ...],
    simulate: bool,
    scenario: str | None,
    out: Path,
    workers: int | None,
    as_json: bool,
) -> None:
    """Find the most plausible move of one step that liquidates the account of FILE, by margin mode."""
    from stresskit.cli.reverse_text import reverse_text
    from stresskit.cli.text import echo_json
    from stresskit.config_file import load_run
    from stresskit.study.reverse import reverse

    loaded = load_run(file, overrides)
    chosen = _known(loaded, scenario)
    found = reverse(loaded)
    if simulate:
        found["liquidated"] = {"scenario": chosen, **_lived(loaded, found, chosen, out, workers)}
    if as_json:
        echo_json(found)
    else:
        click.echo(reverse_text(found))


def _known(loaded: Any, scenario: str | None) -> str:
    from stresskit.errors import ConfigError, Problem

    if scenario is None:
        return str(loaded.run.baseline_scenario())
    if scenario not in loaded.run.scenarios:
        expected = f"a scenario of the config: {', '.join(loaded.run.scenarios)}"
        raise ConfigError([Problem(f"--scenario {scenario}", "", expected)])
    return scenario


def _lived(loaded: Any, found: Any, scenario: str, out: Path, workers: int | None) -> dict[str, Any]:
    from stresskit.cli.exits import terminable
    from stresskit.cli.progress import progress
    from stresskit.face import cores
    from stresskit.pipeline import run
    from stresskit.study.reverse import mean_paths, ranked

    options.writable(out)
    with terminable(), progress(None) as show:
        results = run(loaded, out, workers or cores(), progress=show)
        lives = mean_paths(loaded, results, scenario)
        return {"lives": lives, "ranked": ranked(loaded, _by_life(loaded, found), lives)}


def _by_life(loaded: Any, found: Any) -> dict[str, Any]:
    """The one-step moves by the names of lives: a mode's, after its account's where there are several."""
    single = loaded.run.account is not None
    return {
        mode if single else f"{account}.{mode}": answer
        for account, told in found["accounts"].items()
        for mode, answer in told["modes"].items()
    }
