"""Arrays that begin at a cache line: a load of 64 bytes from elsewhere reads two lines, not one."""

from typing import Any

import numpy as np
import numpy.typing as npt

LINE = 64


def aligned(shape: tuple[int, ...], dtype: npt.DTypeLike = np.float64) -> Any:
    """Zeros of `shape` whose first element lies at a multiple of 64 bytes."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    memory = np.zeros(size + LINE, dtype=np.uint8)
    first = -memory.ctypes.data % LINE
    return memory[first : first + size].view(dtype).reshape(shape)
