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
@options.out("runs", "Folder that the answer's folder is made in.")
@options.force
@options.as_json
def command(
    file: Path, overrides: tuple[str, ...], paths: int, out: Path, force: bool, as_json: bool
) -> None:
    """Say how often the requirement of FILE would not have covered the loss of a margin period."""
    from stresskit.cli.exits import terminable
    from stresskit.cli.sufficiency_text import sufficiency_text
    from stresskit.cli.text import echo_json
    from stresskit.config_file import load_run
    from stresskit.study.sufficiency import Ask, keep

    loaded = load_run(file, overrides)
    options.writable(out)
    with terminable():
        kept = keep(loaded, Ask(paths), out, force)
    if as_json:
        echo_json(kept.answer)
    else:
        click.echo("\n".join([sufficiency_text(kept.answer), "", f"folder  {kept.folder}"]))
