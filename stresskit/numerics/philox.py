"""Philox4x32-10: a random word is a function of where it is used, never of who asks first.

The counter is (path, step, purpose, index) and the key the seed, so that threads, block sizes,
scenarios, modes and added positions shift no draw.

Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11.
"""

from typing import Any

import numpy as np

from stresskit.numerics.jit import inline

# The purpose table. Numbers are part of every published result: append, never renumber.
NORMALS = np.uint64(0)
CHI_SQUARE = np.uint64(1)
REGIME = np.uint64(2)
BRIDGE = np.uint64(3)
FUNDING = np.uint64(4)
BOOTSTRAP = np.uint64(5)
BASIS = np.uint64(6)
MIXTURE = np.uint64(7)

LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)
_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)


@inline
def _round(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    p0 = c0 * _M0
    p1 = c2 * _M1
    return ((p1 >> HALF) ^ c1 ^ k0) & LOW, p1 & LOW, ((p0 >> HALF) ^ c3 ^ k1) & LOW, p0 & LOW


@inline
def philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    """Four random 32-bit words (in uint64) of a counter of four and a key of two 32-bit words."""
    for _ in range(10):
        c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
        k0 = (k0 + _W0) & LOW
        k1 = (k1 + _W1) & LOW
    return c0, c1, c2, c3
