"""``stresskit reproduce``."""

from pathlib import Path
from typing import Any

import click

from stresskit.cli import options

EPILOG = """\b
stresskit reproduce runs/quickstart-0f3a...
"""


@click.command(epilog=EPILOG)
@options.run_folder
@click.option("--out", type=options.PATH, metavar="DIR", help="Keep the second run here.  [default: removed]")
@options.workers
@options.progress
@options.as_json
@click.pass_context
def command(
    ctx: click.Context,
    folder: Path,
    out: Path | None,
    workers: int | None,
    show_progress: bool | None,
    as_json: bool,
) -> None:
    """Run the finished run in FOLDER again from its manifest and compare every byte; 1 if any differs."""
    import tempfile

    from stresskit.cli.exits import terminable
    from stresskit.cli.progress import progress
    from stresskit.cli.text import echo_json
    from stresskit.face import cores
    from stresskit.study.reproduce import reproduce

    if out is not None:
        options.writable(out)
    removed = tempfile.TemporaryDirectory(prefix="stresskit-")
    with terminable(), removed as scratch, progress(show_progress) as show:
        found = reproduce(folder, out or Path(scratch), workers or cores(), show)
    if as_json:
        echo_json(found)
    else:
        click.echo(_text(found))
    ctx.exit(int(not found["identical"]))


def _text(found: dict[str, Any]) -> str:
    lines = []
    if found["identical"]:
        count = f"all {found['compared']} files are the same, byte for byte"
        lines.append(f"REPRODUCED  {found['folder']}: {count}")
    else:
        lines.append(f"NOT REPRODUCED  {found['folder']}, of {found['compared']} files:")
        for what in ("differing", "missing", "added"):
            lines += [f"  {what}: {name}" for name in found[what]]
    if found["changed"]:
        lines.append(f"  since then changed: {', '.join(found['changed'])}")
    return "\n".join(lines)
