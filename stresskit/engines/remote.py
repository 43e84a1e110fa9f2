"""What engines in other processes share: work that travels as bytes, in chunks worth the journey."""

import hashlib
import pickle
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from stresskit.engines.engine import Span, Work

ENOUGH_S = 0.1  # a chunk that takes less grows: sending it would cost as much as computing it
REMEMBERED = 4  # works whose memory a thread keeps: several runs may take turns
_LOCAL = threading.local()


class Answer(NamedTuple):
    """What a worker sends back: the seconds that it took, and one answer a span."""

    seconds: float
    found: list[Any]


class Waiting(Protocol):
    """A chunk under way."""

    def result(self) -> Answer:
        """Wait for the answer, or raise what the worker raised."""
        ...


class Parcel(NamedTuple):
    """Work made ready for a journey: its bytes and their hash, by which a worker knows it again."""

    content: bytes
    digest: str


def pack(work: Work[Any]) -> Parcel:
    """Pickle work; only our own processes read it."""
    content = pickle.dumps(work, protocol=5)
    return Parcel(content, hashlib.sha256(content).hexdigest())


def do_chunk(content: bytes, digest: str, spans: Sequence[Span]) -> Answer:
    """Compute a chunk, in the worker."""
    do, begun = _doer(content, digest), time.perf_counter()
    found = [do(span) for span in spans]
    return Answer(time.perf_counter() - begun, found)


def _doer(content: bytes, digest: str) -> Callable[[Span], Any]:
    """The work of this thread, with the memory that it had for the last chunk."""
    known: OrderedDict[str, Callable[[Span], Any]] = _LOCAL.__dict__.setdefault("known", OrderedDict())
    if digest not in known:
        work: Work[Any] = pickle.loads(content)  # noqa: S301  made by `pack` of the process that we work for
        known[digest] = work.begin()
        if len(known) > REMEMBERED:
            known.popitem(last=False)
    known.move_to_end(digest)
    return known[digest]


def in_order(
    spans: Sequence[Span], width: int, send: Callable[[Sequence[Span]], Waiting], drop: Callable[[Any], None]
) -> Iterator[Any]:
    """Send chunks, `width` at a time, and give the answers back in the order of the spans.

    Chunks begin with one span and double until they take long enough; `drop` is called with what nobody
    waits for any more.
    """
    waiting: deque[Waiting] = deque()
    sent, size = 0, 1
    try:
        while sent < len(spans) or waiting:
            while sent < len(spans) and len(waiting) < width:
                waiting.append(send(spans[sent : sent + size]))
                sent += size
            answer = waiting.popleft().result()
            if answer.seconds < ENOUGH_S and len(answer.found) == size:
                size *= 2
            yield from answer.found
    finally:
        for chunk in waiting:
            drop(chunk)
