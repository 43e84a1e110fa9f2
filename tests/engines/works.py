"""Work that is done in no time, and work that kills its worker."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from stresskit.engines import Span


@dataclass(frozen=True)
class Squares:
    """The squares of the numbers of a span; counts nothing twice and sleeps a little."""

    sleep_s: float = 0.0

    def begin(self) -> Callable[[Span], list[int]]:
        def square(span: Span) -> list[int]:
            time.sleep(self.sleep_s)
            return [n * n for n in range(span.first, span.first + span.paths)]

        return square


@dataclass(frozen=True)
class Deadly:
    """Kills its process at one span, as often as there are files in the folder of lives."""

    at: int
    lives: Path

    def begin(self) -> Callable[[Span], int]:
        def work(span: Span) -> int:
            left = sorted(self.lives.iterdir())
            if span.first == self.at and left:
                left[0].unlink()
                os.kill(os.getpid(), signal.SIGKILL)
            return span.first

        return work


@dataclass(frozen=True)
class Faulty:
    """Raises at one span."""

    at: int

    def begin(self) -> Callable[[Span], int]:
        def work(span: Span) -> int:
            if span.first == self.at:
                raise ArithmeticError("a price beyond all numbers")
            return span.first

        return work


def lives(folder: Path, count: int) -> Path:
    """A folder of lives."""
    folder.mkdir()
    for i in range(count):
        (folder / f"{i:02d}").touch()
    return folder


SPANS = [Span(first, 3) for first in range(0, 90, 3)]
SQUARES = [[n * n for n in range(span.first, span.first + 3)] for span in SPANS]
