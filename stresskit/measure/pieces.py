"""A sample that is gone through piece by piece, so that a column larger than memory can be measured."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from stresskit.domain import Float1D

PIECE = 1 << 18

Places = slice | npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Pieces:
    """Values (size,) of which `read` gives those at a slice, at indices (some,) or under a mask (size,).

    `read` maps a file anew at each call, so that what was read does not stay in memory.
    """

    size: int
    read: Callable[[Places], Float1D]

    def __len__(self) -> int:
        """How many values there are."""
        return self.size

    def __iter__(self) -> Iterator[Float1D]:
        """Give all values in order, pieces of a fixed length."""
        return (self.read(slice(start, start + PIECE)) for start in range(0, self.size, PIECE))

    def whole(self) -> Float1D:
        """Give all values at once."""
        return np.asarray(self.read(slice(None)))


Sample = Float1D | Pieces


def in_pieces(sample: Sample) -> Pieces:
    """A sample in pieces; of an array, its own."""
    return sample if isinstance(sample, Pieces) else Pieces(len(sample), sample.__getitem__)
