"""What an engine is, and what it is handed."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol, TypeVar, runtime_checkable

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")


class Span(NamedTuple):
    """The paths ``first .. first + paths - 1``."""

    first: int
    paths: int


class Work(Protocol[T_co]):
    """Something to do for many spans; it can be pickled."""

    def begin(self) -> Callable[[Span], T_co]:
        """What one thread does with a span; it has memory of its own, used again for the next one."""
        ...


@runtime_checkable
class Engine(Protocol):
    """Somewhere to work: its kind, as a manifest names it, and how many spans it works on at once."""

    @property
    def kind(self) -> str:
        """Name of the kind."""
        ...

    @property
    def workers(self) -> int:
        """Spans under way at the same time."""
        ...

    def each(self, work: Work[T], spans: Sequence[Span]) -> Iterator[T]:
        """One answer a span, in the order of `spans`, whatever order they were computed in."""
        ...


Workers = int | Engine  # a number is so many threads of this process


def as_engine(workers: Workers) -> Engine:
    """The engine itself; of a number, so many threads."""
    from stresskit.engines.local import Threads

    return Threads(workers) if isinstance(workers, int) else workers


def workers_of(workers: Workers) -> dict[str, int | str]:
    """Kind and size of an engine, for a manifest."""
    engine = as_engine(workers)
    return {"workers": engine.workers, "engine": engine.kind}
