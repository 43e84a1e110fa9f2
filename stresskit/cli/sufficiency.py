"""``stresskit sufficiency``."""

from pathlib import Path

import click

from stresskit.cli import options

EPILOG = """\b
stresskit sufficiency configs/quickstart.toml
stresskit sufficiency configs/quickstart.toml --paths 5000 --json
"""


@click.command(epilog=EPILOG)
@options.config_file
@options.overrides
@click.option("--paths", type=int, default=1000, show_default=True, help="Paths of every scenario.")
@options.as_json
def command(file: Path, overrides: tuple[str, ...], paths: int, as_json: bool) -> None:
    """Say how often the requirement of FILE would not have covered the loss of a margin period."""
    from stresskit.cli.sufficiency_text import sufficiency_text
    from stresskit.cli.text import echo_json
    from stresskit.config_file import load_run
    from stresskit.study.sufficiency import Ask, sufficiency

    found = sufficiency(load_run(file, overrides), Ask(paths))
    if as_json:
        echo_json(found)
    else:
        click.echo(sufficiency_text(found))
