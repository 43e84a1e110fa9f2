"""``stresskit replay``."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from stresskit.cli import options
from stresskit.cli.text import echo_json, table, usd

CARRIED = {"funding": "funding paid so far, USD", "basis_gain": "gained by the basis, USD"}
MOST_MARKS = 4  # columns that a terminal has room for; --json has all


EPILOG = """\b
stresskit replay runs/pairs-0f3a... --path 17
stresskit replay runs/pairs-0f3a... --path 17 --scenario hedge_breaks --json
"""


@click.command(epilog=EPILOG)
@options.run_folder
@click.option("--path", type=click.IntRange(0), required=True, help="Index of the path, from 0.")
@click.option("--scenario", help="Name of the scenario.  [default: the first]")
@click.option(
    "--all", "every_step", is_flag=True, help="Show every step, not only those where something happened."
)
@click.option(
    "--picture", type=click.Path(dir_okay=False, path_type=Path), help="Draw it to this PNG, SVG or PDF file."
)
@options.as_json
def command(
    folder: Path, path: int, scenario: str | None, every_step: bool, picture: Path | None, as_json: bool
) -> None:
    """Rebuild one path of the finished run in FOLDER, bit for bit, and show what happened on it."""
    from stresskit.pipeline import replay

    found = replay(folder, path, scenario)
    if picture is not None:
        from stresskit.report.replayed import save_picture

        save_picture(found, picture)
    if as_json:
        echo_json(found)
        return
    click.echo(f"path {found['path']} in scenario {found['scenario']}")
    for life, lived in found["lives"].items():
        places = list(_shown(lived["steps"], every_step))
        click.echo(f"\n{life}: {_outcome(lived['outcome'])}")
        click.echo(_steps(lived["steps"], found["marks"], places))


def _outcome(outcome: Mapping[str, Any]) -> str:
    """What is not zero and not absent (-1)."""
    told = {name: value for name, value in outcome.items() if value not in (0, -1)}
    return ", ".join(f"{name} {_value(value)}" for name, value in told.items())


def _value(value: Any) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else str(value)


def _shown(steps: list[dict[str, Any]], every_step: bool) -> Iterator[int]:
    """First and last step, the one of the lowest equity, and every step with an event."""
    lowest = min(range(len(steps)), key=lambda place: steps[place]["equity"], default=0)
    for place, step in enumerate(steps):
        if every_step or step["event"] or place in (0, lowest, len(steps) - 1):
            yield place


def _steps(steps: list[dict[str, Any]], marks: Mapping[str, list[float]], places: list[int]) -> str:
    moving = dict(list(marks.items())[:MOST_MARKS])
    carried = [name for name in CARRIED if name in steps[0]]
    header = (
        "hour",
        "equity, USD",
        "maintenance, USD",
        *moving,
        *(CARRIED[name] for name in carried),
        "event",
    )
    rows = [_row(steps[place], [mark[place] for mark in moving.values()], carried) for place in places]
    return table(header, rows)


def _row(step: Mapping[str, Any], marks: list[float], carried: list[str]) -> tuple[str, ...]:
    moves = (f"{100 * (mark - 1):+.2f} %" for mark in marks)
    sums = (usd(step[name]) for name in carried)
    return (
        f"{step['t_h']:g}",
        usd(step["equity"]),
        usd(step["maintenance"]),
        *moves,
        *sums,
        step["event"] or "",
    )
