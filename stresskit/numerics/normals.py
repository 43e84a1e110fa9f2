"""Standard normals of a block of paths at one step, four to a Philox counter (Box-Muller).

One 32-bit word makes the radius, one the angle, so abs(z) <= 6.77; the truncated probability,
1.3e-11 a draw, is far below what any path count here can see.
"""

from typing import Any

import numpy as np

from stresskit.numerics.elementary import LN2, bits, fma, from_bits, log2, quarter_cosine, quarter_sine, sqrt
from stresskit.numerics.jit import inline, overload, part
from stresskit.numerics.philox import HALF, LOW, philox

_SIGN = np.uint64(0x8000000000000000)
_SWAP = np.uint64(0x40000000)
_TURN = np.uint64(34)


@inline
def box_muller(a: Any, b: Any) -> Any:
    """Two normals of two 32-bit words held in uint64.

    The angle is folded to an eighth of the circle: bit 30 of `b` swaps sine and cosine, bit 31
    flips both signs, the low 30 bits are the position.
    """
    u = fma(float(np.int64(a)), 2.0**-32, 2.0**-33)
    radius = sqrt(log2(u) * (-2.0 * LN2))
    x = fma(float(np.int64(b << _TURN) >> np.int64(32)), 2.0**-32, 2.0**-33)
    s = quarter_sine(x * x) * x
    c = quarter_cosine(x * x)
    swap = (b & _SWAP) != np.uint64(0)
    first = s if swap else c
    second = c if swap else s
    sign = np.int64((b << HALF) & _SIGN)
    return radius * from_bits(bits(first) ^ sign), radius * from_bits(bits(second) ^ sign)


def number(path: Any, b: Any) -> Any:
    """Number of the path in column `b`: `path` is that in the first column, or all of them (paths,).

    Overloaded by its type.
    """
    raise TypeError("paths are numbered in kernels")


def _counted(path: Any, b: Any) -> Any:
    return np.uint64(path) + np.uint64(b)


def _listed(path: Any, b: Any) -> Any:
    return np.uint64(path[b])


@overload(number, inlined=True)
def _number(path: Any, b: Any) -> Any:
    return _listed if hasattr(path, "ndim") else _counted


@part
def fill_words(key: Any, path: Any, step: Any, purpose: Any, index: Any, words: Any) -> None:
    """Four words of each path: words (4, paths) uint32; `path` as in `number`."""
    k0 = np.uint64(key) & LOW
    k1 = np.uint64(key) >> HALF
    for b in range(words.shape[1]):
        place = number(path, b) & LOW  # below 2^32, so that products take one instruction
        w0, w1, w2, w3 = philox(place, np.uint64(step), purpose, index, k0, k1)
        words[0, b] = np.uint32(w0)
        words[1, b] = np.uint32(w1)
        words[2, b] = np.uint32(w2)
        words[3, b] = np.uint32(w3)


@part
def fill_pair(key: Any, path: Any, step: Any, purpose: Any, index: Any, words: Any) -> None:
    """The first two words of each path alone: a fifth less work where no more are used."""
    k0 = np.uint64(key) & LOW
    k1 = np.uint64(key) >> HALF
    for b in range(words.shape[1]):
        place = number(path, b) & LOW
        w0, w1, _, _ = philox(place, np.uint64(step), purpose, index, k0, k1)
        words[0, b] = np.uint32(w0)
        words[1, b] = np.uint32(w1)


@part
def pair_normals(first: Any, second: Any, x: Any, y: Any) -> None:
    """Normals `x`, `y` (paths,) of two rows of words."""
    for b in range(first.shape[0]):
        x[b], y[b] = box_muller(np.uint64(first[b]), np.uint64(second[b]))


@part
def single_normals(first: Any, second: Any, x: Any) -> None:
    """The first normals x (paths,) of the pairs of two rows of words."""
    for b in range(first.shape[0]):
        x[b] = box_muller(np.uint64(first[b]), np.uint64(second[b]))[0]


@part
def normal_rows(key: Any, path: Any, step: Any, purpose: Any, count: Any, words: Any, z: Any) -> None:
    """Normals z[:count] (rows, paths): row j belongs to asset j of the snapshot.

    They come in pairs, so an odd `count` fills one row more.
    """
    for g in range((count + 3) // 4):
        if count > 4 * g + 2:
            fill_words(key, path, step, purpose, np.uint64(g), words)
            pair_normals(words[2], words[3], z[4 * g + 2], z[4 * g + 3])
        else:
            fill_pair(key, path, step, purpose, np.uint64(g), words)
        pair_normals(words[0], words[1], z[4 * g], z[4 * g + 1])
