"""The engine that a command line asks for."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from stresskit.engines.engine import Engine
from stresskit.engines.local import Serial, Threads

KINDS = ("serial", "threads", "processes")


def engine(kind: str, workers: int, scheduler: str | None = None) -> AbstractContextManager[Engine]:
    """An engine to be used in a `with` block.

    Parameters
    ----------
    kind : one of `KINDS`.
    workers : threads or processes.
    scheduler : address of a dask scheduler, which goes before `kind`.

    Raises
    ------
    ConfigError
        If the scheduler may not be used or does not answer.
    """
    if scheduler is not None:
        from stresskit.engines.cluster import Cluster

        return Cluster(scheduler)
    if kind == "processes":
        from stresskit.engines.processes import Processes

        return Processes(workers)
    found: Any = Serial() if kind == "serial" else Threads(workers)
    return nullcontext(found)
