"""Progress on stderr: a bar on a terminal, a line every tenth otherwise."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from stresskit.cli.text import estimate, hundredths

Show = Callable[[Any], None]
PREPARING = "preparing; what was never run on this machine is compiled first"


@contextmanager
def progress(wanted: bool | None) -> Iterator[Show | None]:
    """Yield what the run calls with each `Progress`, or None; None means a bar if stderr is a terminal."""
    terminal = sys.stderr.isatty()
    if wanted is False or (wanted is None and not terminal):
        yield None
    elif terminal:
        with _bar() as show:
            yield show
    else:
        yield _lines()


@contextmanager
def _bar() -> Iterator[Show]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(PREPARING, total=None)

        def show(state: Any) -> None:
            said = _with_headline(state.label, state)
            bar.update(task, completed=state.done, total=state.total, description=said)

        yield show


def headline(state: Any) -> str:
    """P(liquidation) so far with its interval, of the first account and scenario under way.

    Nothing where no path was lived yet, or none will be: a calibration counts its fits alone.
    """
    if not getattr(state, "lived", 0):
        return ""
    from stresskit.measure.figure import figure
    from stresskit.measure.probability import probability

    return f"P(liquidation) {estimate(figure(probability(state.liquidated, state.lived)), hundredths)} %"


def _with_headline(text: str, state: Any) -> str:
    return ", ".join(part for part in (text, headline(state)) if part)


def _lines() -> Show:
    click.echo(PREPARING, err=True)
    tenths = -1

    def show(state: Any) -> None:
        nonlocal tenths
        reached = 10 * state.done // max(state.total, 1)
        if reached != tenths:
            tenths = reached
            click.echo(_with_headline(f"{state.label}: {10 * reached} %", state), err=True)

    return show
