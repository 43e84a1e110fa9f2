"""Calls of a kernel that hands over much and is called often, always with arguments of the same types.

Before each call numba asks every array of every argument for its type, which takes ten times as long as
handing them over: for an account's life about as long as the work on a hundred paths.
"""

from collections.abc import Callable, Hashable
from typing import Any

import numpy as np


def kinds(given: Any) -> Hashable:
    """What two arguments have in common that numba takes for the same type."""
    if isinstance(given, np.ndarray):
        return given.dtype.char, given.ndim, given.flags.c_contiguous, given.flags.writeable
    within: tuple[Any, ...] = given if isinstance(given, tuple) else ()
    return (type(given), *map(kinds, within))


class Ready:
    """A kernel as one caller calls it."""

    def __init__(self, kernel: Callable[..., Any]) -> None:
        """Nothing is compiled or loaded before the first call."""
        self._kernel: Any = kernel
        self._known: dict[Hashable, Callable[..., Any]] = {}

    def __call__(self, known: Hashable, *given: Any) -> Any:
        """Call the kernel; whoever gives the same `known` gives arguments of the same `kinds`."""
        code = self._known.get(known)
        if code is None:
            code = self._known[known] = self._code(given)
        return code(*given)

    def _code(self, given: tuple[Any, ...]) -> Callable[..., Any]:
        types = tuple(map(self._kernel.typeof_pyval, given))
        self._kernel.compile(types)
        code: Callable[..., Any] = self._kernel.overloads[types].entry_point
        return code
