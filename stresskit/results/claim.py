"""Who works in a folder: a lock that the system lets go of when its process dies, however it dies."""

import os
import shutil
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Self

from stresskit.errors import ConfigError, Problem

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # Windows: nothing is claimed, and nothing is ever cleared away
    fcntl = None

LEFT_BEHIND = (".partial", ".old")


class Claim:
    """Hold a folder until `release`, or until the process ends.

    Raises
    ------
    BlockingIOError
        If another process holds it.
    """

    def __init__(self, folder: Path) -> None:
        self._handle: int | None = None
        if fcntl is None:
            return
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            raise
        self._handle = handle

    def release(self) -> None:
        """Let go of the folder; it may be gone by now."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


class Held:
    """A folder, made if it is missing, that one process holds as long as a `with` block lasts.

    Raises
    ------
    ConfigError
        That `expected` is not so, if another process holds it.
    """

    def __init__(self, folder: Path, expected: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            self._claim = Claim(folder)
        except BlockingIOError:
            raise ConfigError([Problem(str(folder), "", expected)]) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._claim.release()


def clear_leftovers(out: Path, names: set[str]) -> list[str]:
    """Remove what killed runs left half-written in `out`; what a living process holds stays.

    Parameters
    ----------
    out : folder of the runs.
    names : names of the runs whose leftovers may go, as in ``<name>-<run id>``.

    Returns
    -------
    list of str
        Names of the removed folders.
    """
    removed = []
    for path in sorted(out.glob(".*")) if fcntl else ():
        run, _, rest = path.name[1:].partition(".")
        if (
            run.rpartition("-")[0] in names
            and rest.endswith(LEFT_BEHIND)
            and path.is_dir()
            and not path.is_symlink()
        ):
            try:
                claim = Claim(path)
            except OSError:
                continue
            shutil.rmtree(path)
            claim.release()
            removed.append(path.name)
    return removed
