"""Jobs one after the other, or several at once; an interruption reaches those under way."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

T = TypeVar("T")
S = TypeVar("S")
Alive = Callable[[], None]


def several(count: int, together: int, one: Callable[[int, Alive], T]) -> Iterator[tuple[int, T]]:
    """Index and answer of every job, in the order in which they end.

    Parameters
    ----------
    one : does a job by its index; what it is handed must be called now and then, and raises
        KeyboardInterrupt once the others were interrupted.
    """
    if together == 1:
        return ((index, one(index, lambda: None)) for index in range(count))
    return _threads(count, together, one)


def one_at_a_time(report: Callable[[S], None] | None) -> Callable[[S], None] | None:
    """The same, but never called by two threads together."""
    if report is None:
        return None
    told, lock = report, threading.Lock()

    def say(state: S) -> None:
        with lock:
            told(state)

    return say


def _threads(count: int, together: int, one: Callable[[int, Alive], T]) -> Iterator[tuple[int, T]]:
    stopped = threading.Event()

    def alive() -> None:
        if stopped.is_set():
            raise KeyboardInterrupt

    with ThreadPoolExecutor(together) as pool:
        waiting: dict[Future[T], int] = {}
        try:
            for index in range(count):
                waiting[pool.submit(one, index, alive)] = index
                if len(waiting) == together:
                    yield from _first(waiting)
            while waiting:
                yield from _first(waiting)
        finally:
            stopped.set()


def _first(waiting: dict[Future[T], int]) -> Iterator[tuple[int, T]]:
    for future in wait(waiting, return_when=FIRST_COMPLETED).done:
        yield waiting.pop(future), future.result()
