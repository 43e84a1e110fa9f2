"""The one place where what went wrong becomes an exit code."""

import errno
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from stresskit.errors import StresskitError

USAGE, DATA, INTERNAL, INTERRUPTED, PIPE_CLOSED = 2, 3, 5, 130, 141
# The machine's faults, not ours: no space, no right, a broken or read-only disk.
FULL_OR_CLOSED = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO, errno.EFBIG)


def exit_code_of(action: Callable[[], Any]) -> int:
    """Run `action` and return its exit code; what it raises is said on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = action()
        return code if isinstance(code, int) else 0
    except StresskitError as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except OSError as error:
        if error.errno not in FULL_OR_CLOSED:
            return _internal(error)
        place = f"{error.filename}: " if error.filename else ""
        click.echo(f"{place}{error.strerror}; nothing half-written was kept", err=True)
        return DATA
    except Exception as error:  # the last resort: one line for the user, the rest for us
        return _internal(error)


def _internal(error: Exception) -> int:
    click.echo(f"internal error: {type(error).__name__}: {_first_line(error)} ({_traceback()})", err=True)
    return INTERNAL


def pipe_closed() -> int:
    """Say nothing more on stdout: nobody reads it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return PIPE_CLOSED


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _traceback() -> str:
    if os.environ.get("STRESSKIT_TRACEBACK"):
        traceback.print_exc()
        return "traceback above"
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="stresskit-", suffix=".log", delete=False, encoding="utf-8", errors="backslashreplace"
        ) as log:
            traceback.print_exc(file=log)
    except OSError:
        return "set STRESSKIT_TRACEBACK=1 to see where"
    return f"traceback in {log.name}"


@contextmanager
def terminable() -> Iterator[None]:
    """Treat a polite request to end (SIGTERM) like Ctrl-C, so that nothing half-written stays."""
    import signal

    try:
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
