"""``stresskit calibrate``."""

from pathlib import Path

import click

from stresskit.cli import options

EPILOG = """\b
stresskit calibrate configs/calibration/majors-2026-03.toml --out snapshots
"""


@click.command(epilog=EPILOG)
@options.config_file
@options.overrides
@options.out("snapshots", "Folder that the snapshot is written to.")
@options.progress
@options.as_json
def command(
    file: Path, overrides: tuple[str, ...], out: Path, show_progress: bool | None, as_json: bool
) -> None:
    """Fit the models to the price files that the table [calibrate] of FILE names; write a snapshot."""
    from stresskit.calibrate import CalibrateFile, describe, run_calibration
    from stresskit.cli.calibration import lines
    from stresskit.cli.progress import progress
    from stresskit.cli.text import echo_json
    from stresskit.config_file import load_spec

    config, source = load_spec(file, CalibrateFile, overrides)
    options.writable(out)
    with progress(show_progress) as show:
        snapshot, path = run_calibration(config.calibrate, source.base, out, show)
    found = describe(snapshot)
    if as_json:
        echo_json({**found, "path": str(path)})
    else:
        click.echo("\n\n".join([*lines(found), f"snapshot  {path}"]))
