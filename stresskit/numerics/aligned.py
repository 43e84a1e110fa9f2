"""Arrays that begin at a cache line: a load of 64 bytes from elsewhere reads two lines, not one."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

LINE = 64


def aligned(shape: tuple[int, ...], dtype: npt.DTypeLike = np.float64) -> Any:
    """Zeros of `shape` whose first element lies at a multiple of 64 bytes."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    memory = np.zeros(size + LINE, dtype=np.uint8)
    first = -memory.__array_interface__["data"][0] % LINE
    return memory[first : first + size].view(dtype).reshape(shape)
