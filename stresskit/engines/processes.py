"""An engine of processes on this machine: each has an interpreter, and a crash, of its own."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from types import TracebackType
from typing import Any, Self, TypeVar

from stresskit.engines.engine import Span, Work
from stresskit.engines.remote import Answer, Parcel, do_chunk, in_order, pack
from stresskit.errors import ConfigError, Problem

T = TypeVar("T")
ATTEMPTS = 4


class Processes:
    """Processes that stay for all the work of a `with` block; one that dies is replaced."""

    kind = "processes"

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._lock = threading.Lock()
        self._pool = self._new()

    def _new(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self.workers, context, _born)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def each(self, work: Work[T], spans: Sequence[Span]) -> Iterator[T]:
        """See `Engine`.

        Raises
        ------
        ConfigError
            If processes die again and again on the same chunk.
        """
        parcel = pack(work)
        return in_order(
            spans, 2 * self.workers, lambda some: _Chunk(self, parcel, some), lambda chunk: chunk.cancel()
        )

    def submit(self, parcel: Parcel, spans: Sequence[Span]) -> tuple[ProcessPoolExecutor, "Future[Answer]"]:
        """Send a chunk to the pool that is alive, and say which one that was."""
        with self._lock:
            try:
                return self._pool, self._pool.submit(do_chunk, *parcel, spans)
            except BrokenProcessPool:
                self._pool = self._new()
                return self._pool, self._pool.submit(do_chunk, *parcel, spans)

    def replace(self, broken: ProcessPoolExecutor) -> None:
        """Make a new pool, unless another chunk has done so already."""
        with self._lock:
            if self._pool is broken:
                broken.shutdown(wait=False)
                self._pool = self._new()


class _Chunk:
    """A chunk under way, sent again when the pool that had it broke."""

    def __init__(self, engine: Processes, parcel: Parcel, spans: Sequence[Span]) -> None:
        self._engine, self._parcel, self._spans = engine, parcel, spans
        self._pool, self._future = engine.submit(parcel, spans)

    def result(self) -> Answer:
        for _ in range(ATTEMPTS):
            try:
                return self._future.result()
            except BrokenProcessPool:
                self._engine.replace(self._pool)
                self._pool, self._future = self._engine.submit(self._parcel, self._spans)
        expected = f"processes that stay alive; {ATTEMPTS} died on the same paths (out of memory?)"
        raise ConfigError([Problem("--engine processes", "", expected)])

    def cancel(self) -> None:
        self._future.cancel()


def _born(*_: Any) -> None:
    """Leave Ctrl-C to the parent, and end when it ends, however it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
