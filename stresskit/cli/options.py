"""Options that several commands share."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeVar

import click

from stresskit.errors import ConfigError, Problem

F = TypeVar("F", bound=Callable[..., Any])

PATH = click.Path(path_type=Path)


def config_file(command: F) -> F:
    """The argument FILE."""
    return click.argument("file", type=PATH)(command)


def run_folder(command: F) -> F:
    """The argument FOLDER."""
    return click.argument("folder", type=PATH)(command)


def overrides(command: F) -> F:
    """``--set``, as often as needed."""
    return click.option(
        "--set",
        "overrides",
        multiple=True,
        metavar="KEY.PATH=VALUE",
        help="Change one value of the config; may be repeated. Places in lists are numbers from 0.",
    )(command)


def out(default: str, text: str) -> Callable[[F], F]:
    """``--out DIR``."""
    return click.option("--out", type=PATH, default=default, show_default=True, metavar="DIR", help=text)


def as_json(command: F) -> F:
    """``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout, and nothing else.")(
        command
    )


def workers(command: F) -> F:
    """``--workers N``."""
    return click.option(
        "--workers", type=click.IntRange(1, 1024), help="Threads, or processes.  [default: all cores]"
    )(command)


def engine(command: F) -> F:
    """``--engine`` and ``--scheduler``."""
    kinds = click.Choice(("serial", "threads", "processes"))
    command = click.option(
        "--engine", type=kinds, default="threads", show_default=True, help="Where to compute."
    )(command)
    return click.option(
        "--scheduler",
        metavar="tcp|tls://HOST:PORT",
        help="Compute on the workers of this dask scheduler; off this machine under TLS only.",
    )(command)


def engine_of(kind: str, workers: int | None, scheduler: str | None) -> AbstractContextManager[Any]:
    """The engine that was asked for, open within a `with` block."""
    from stresskit.engines import engine
    from stresskit.face import cores

    return engine(kind, workers or cores(), scheduler)


def force(command: F) -> F:
    """``--force``."""
    return click.option("--force", is_flag=True, help="Compute again, even if the answer is stored.")(command)


def progress(command: F) -> F:
    """``--progress``, as `show_progress`."""
    return click.option(
        "--progress/--no-progress", "show_progress", default=None, help="[default: on a terminal]"
    )(command)


def writable(out: Path) -> None:
    """Make the folder of ``--out``.

    Raises
    ------
    ConfigError
        If it cannot be written to.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError([Problem(f"--out {out}", "", f"a folder to write to: {error.strerror}")]) from error
    if not os.access(out, os.W_OK | os.X_OK):
        raise ConfigError([Problem(f"--out {out}", "", "a folder to write to: permission denied")])
