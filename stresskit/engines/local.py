"""Engines of this process: one span after the other, or several in threads."""

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from stresskit.engines.engine import Span, Work

T = TypeVar("T")


class Serial:
    """One span after the other, in the thread that asks."""

    kind = "serial"
    workers = 1

    def each(self, work: Work[T], spans: Sequence[Span]) -> Iterator[T]:
        """See `Engine`."""
        return map(work.begin(), spans)


class Threads:
    """Several spans at once: kernels release the interpreter lock."""

    kind = "threads"

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def each(self, work: Work[T], spans: Sequence[Span]) -> Iterator[T]:
        """See `Engine`."""
        local = threading.local()

        def one(span: Span) -> T:
            if not hasattr(local, "do"):
                local.do = work.begin()
            answer: T = local.do(span)
            return answer

        with ThreadPoolExecutor(self.workers) as pool:
            waiting: deque[Future[T]] = deque()
            try:
                for span in spans:
                    waiting.append(pool.submit(one, span))
                    if len(waiting) > 2 * self.workers:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for future in waiting:
                    future.cancel()
