"""Progress on stderr: a bar on a terminal, a line every tenth otherwise."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

Show = Callable[[Any], None]


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
        task = bar.add_task("preparing", total=None)

        def show(state: Any) -> None:
            bar.update(task, completed=state.done, total=state.total, description=state.label)

        yield show


def _lines() -> Show:
    click.echo("preparing", err=True)
    tenths = -1

    def show(state: Any) -> None:
        nonlocal tenths
        reached = 10 * state.done // max(state.total, 1)
        if reached != tenths:
            tenths = reached
            click.echo(f"{state.label}: {10 * reached} %", err=True)

    return show
