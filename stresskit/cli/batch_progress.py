"""Progress of a batch on stderr: two bars on a terminal, a line a run otherwise."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from stresskit.cli.progress import PREPARING, headline
from stresskit.cli.text import estimate, hundredths

Show = Callable[[Any], None]


@contextmanager
def batch_progress(wanted: bool) -> Iterator[Show | None]:
    """Yield what the batch calls with each `BatchProgress`, or None."""
    if not wanted:
        yield None
    elif sys.stderr.isatty():
        with _bars() as show:
            yield show
    else:
        yield _lines()


def remaining(progress: Any, elapsed: float) -> str:
    """What is left, from the mean pace of the runs that were computed; nothing before there is a pace."""
    computed = sum(not outcome.reused and outcome.status == "done" for outcome in progress.ended)
    computed += progress.state.done / progress.state.total if progress.state else 0
    left = (
        progress.total
        - progress.place
        - (progress.state.done / progress.state.total if progress.state else 0)
    )
    if computed < 0.05 or left <= 0:
        return ""
    seconds = left * elapsed / computed
    return f"{seconds / 60:.0f} min left" if seconds >= 90 else f"{seconds:.0f} s left"


@contextmanager
def _bars() -> Iterator[Show]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    begun = time.monotonic()
    with Progress(
        *columns, TextColumn("{task.fields[note]}"), console=Console(stderr=True), transient=True
    ) as bar:
        overall = bar.add_task("runs", total=None, note="")
        current = bar.add_task(PREPARING, total=None, note="")

        def show(at: Any) -> None:
            share = at.state.done / at.state.total if at.state else 0.0
            note = f"{at.place} of {at.total}, {remaining(at, time.monotonic() - begun)}".rstrip(", ")
            bar.update(overall, completed=at.place + share, total=at.total, note=note)
            scenario = f": {at.state.label}" if at.state else ""
            bar.update(
                current,
                completed=share,
                total=1.0,
                description=f"{at.label}{scenario}",
                note=headline(at.state),
            )

        yield show


def _lines() -> Show:
    begun, said = time.monotonic(), 0

    def show(at: Any) -> None:
        nonlocal said
        while said < len(at.ended):
            click.echo(_line(at, at.ended[said], said, time.monotonic() - begun), err=True)
            said += 1

    return show


def _line(at: Any, outcome: Any, index: int, elapsed: float) -> str:
    head = f"[{index + 1}/{at.total}] {outcome.job.label}: "
    if outcome.status != "done":
        return "; ".join([head + outcome.status, *outcome.cause[:1]])
    took = "stored answer" if outcome.reused else f"{outcome.seconds:.1f} s"
    found = outcome.ranked[0]["p_liquidation"]
    parts = [took, f"P(liquidation) {estimate(found, hundredths)} %", remaining(at, elapsed)]
    return head + ", ".join(part for part in parts if part)
