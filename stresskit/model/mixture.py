"""Mixture of two copulas: a uniform of its own decides, each step of each path, which one draws.

The density is ``weight c_1 + (1 - weight) c_2``. Both draw normal scores, from the same words, and
neither component's draws depend on the weight: a path's words hang on its number alone, so each
component draws only the paths that fell to it, side by side, and the others' words are never made.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from stresskit.domain import Float1D, Float2D
from stresskit.model.elliptical import variates
from stresskit.numerics.elementary import fma
from stresskit.numerics.jit import allocating, implements, part
from stresskit.numerics.normals import fill_words
from stresskit.numerics.philox import MIXTURE

LINE = 16  # paths whose words fill a cache line


class MixtureCopula(NamedTuple):
    """Two copulas of normal scores and the probability of the first.

    The scratch ``work.z`` has the rows of the variates below those that the components need.
    """

    first: Any
    second: Any
    weight: float


class Some(NamedTuple):
    """The scratch of a draw, as ``Work`` names it, for some of the paths of a block."""

    words: npt.NDArray[np.uint32]
    z: Float2D
    y: Float2D
    w: Float1D
    x: Float1D
    ratio: Float1D


@allocating
def some(work: Any, count: Any) -> Some:
    """Room for `count` paths, where their rows lie together; it leaves ``work.y`` alone."""
    rows, paths = work.y.shape
    others, words, z = (
        work.z.shape[0] - rows,
        work.words.reshape(work.words.size),
        work.z.reshape(work.z.size),
    )
    return Some(
        words[: 4 * count].reshape(4, count),
        z[: others * count].reshape(others, count),
        z[others * paths :][: rows * count].reshape(rows, count),
        work.w[:count],
        work.x[:count],
        work.ratio[:count],
    )


@part
def divide(weight: Any, path: Any, word: Any, numbers: Any) -> int:
    """Fill `numbers` (paths,) with those of the paths from `path` on, the first component's in front.

    Returns how many these are.
    """
    front, back = 0, numbers.size
    for b in range(numbers.size):
        falls = fma(float(np.int64(word[b])), 2.0**-32, 2.0**-33) < weight
        back -= 0 if falls else 1
        numbers[front if falls else back] = path + b
        front += 1 if falls else 0
    return front


@part
def spread(numbers: Any, path: Any, given: Any, skip: Any, y: Any) -> None:
    """Copy `given` (rows, paths) from column `skip` on to the columns of y of the paths `numbers`."""
    for k in range(y.shape[0]):
        own, row = given[k], y[k]
        for i in range(numbers.size):
            row[numbers[i] - path] = own[skip + i]


@implements(variates, MixtureCopula, allocates=True)
def _mixture(copula: Any, key: Any, path: Any, step: Any, work: Any) -> None:
    paths = work.y.shape[1]
    numbers = np.empty(paths, dtype=np.int64)
    fill_words(key, path, step, MIXTURE, np.uint64(0), work.words)
    front = divide(copula.weight, path, work.words[0], numbers)
    if front > 0:
        end = min(-(-front // LINE) * LINE, paths)  # whole lines: the strangers at the end are not kept
        room = some(work, end)
        variates(copula.first, key, numbers[:end], step, room)
        spread(numbers[:front], path, room.y, 0, work.y)
    if front < paths:
        begin = front // LINE * LINE
        room = some(work, paths - begin)
        variates(copula.second, key, numbers[begin:], step, room)
        spread(numbers[front:], path, room.y, front - begin, work.y)
