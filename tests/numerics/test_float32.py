"""Single precision keeps the error that its docstrings state, against the same words in double."""

import re
from typing import Any

import numpy as np

from stresskit.numerics import float32
from stresskit.numerics.jit import kernel
from stresskit.numerics.normals import box_muller


@kernel
def each(x: Any, words: Any, logs: Any, powers: Any, normals: Any, doubles: Any) -> None:
    """Fill logs of x, powers (of two) of the logs, and the pairs of normals in both precisions."""
    for i in range(x.size):
        logs[i] = float32.log2_32(x[i])
        powers[i] = float32.exp2_32(x[i])
        a, b = words[0, i], words[1, i]
        normals[0, i], normals[1, i] = float32.box_muller_32(a, b)
        doubles[0, i], doubles[1, i] = box_muller(np.uint64(a), np.uint64(b))


def stated(function: Any) -> list[float]:
    """The bounds in the docstring."""
    return [float(found) for found in re.findall(r"\d+e-\d+", function.__doc__)]


def test_functions_and_normals_keep_their_bounds() -> None:
    x = np.concatenate([np.geomspace(2.0**-33, 2.0**33, 100_001), 1 + np.linspace(-0.3, 0.3, 60_001)])
    x = x.astype(np.float32)
    words = np.random.default_rng(1).integers(0, 2**32, (2, x.size), dtype=np.uint32)
    words[0, :6], words[1, :6] = [0, 1, 2**32 - 1, 2**31, 5, 2**30], [0, 2**32 - 1, 2**31, 2**30, 1, 3]
    logs, powers = np.empty((2, x.size), np.float32)
    normals, doubles = np.empty(words.shape, np.float32), np.empty(words.shape)
    small = np.where(np.abs(x) < 2.0, x, np.float32(1.0)).astype(np.float32)
    each(x, words, logs, powers, normals, doubles)
    exact = np.log2(x.astype(np.float64))
    assert (np.abs(logs - exact) / np.maximum(np.abs(exact), 1.0)).max() < stated(float32.log2_32)[0]
    each(small, words, logs, powers, normals, doubles)
    assert np.abs(powers / np.exp2(small.astype(np.float64)) - 1.0).max() < stated(float32.exp2_32)[0]
    bound, wide = stated(float32.box_muller_32)
    near = np.hypot(*doubles) < 0.02
    assert np.abs(normals - doubles)[:, ~near].max() < bound
    assert np.abs(normals - doubles)[:, near].max() < wide
    assert near.sum() > 10
    assert np.isfinite(normals).all()
