"""Calls of a kernel that hands over much and is called often, always with arguments of the same types.

Before each call numba asks every array of every argument for its type, which takes ten times as long as
handing them over: for an account's life about as long as the work on a hundred paths.

Machine code that is given other types than it was compiled for reads wrong numbers and says nothing. So
the tests let every call be looked at (`Ready.looks`), and one of other types is refused there.
"""

from collections.abc import Callable, Hashable
from typing import Any, ClassVar

import numpy as np

PLAIN = 17  # numpy's numbers of types below: whole, real and complex, of which a number says all
LAYOUT = 0x1 | 0x2 | 0x100 | 0x400  # numpy's flags: C and Fortran order, aligned, writeable


def kinds(given: Any) -> Hashable:
    """What two arguments have in common that numba takes for the same type.

    They are arrays, scalars, what is held (`numerics.held`) and tuples of these; integers within 64 bits and
    their sign.
    """
    if isinstance(given, np.ndarray):
        kind = given.dtype
        plain = kind.num if kind.isnative and kind.num < PLAIN else kind
        return plain, given.ndim, given.flags.num & LAYOUT
    if isinstance(given, tuple):
        return (type(given), *map(kinds, given))
    return type(given), getattr(given, "known", None)


class Ready:
    """A kernel as one caller calls it; where `looks`, calls of other types than compiled for are refused."""

    looks: ClassVar[bool] = False

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
        types = self._types(given)
        self._kernel.compile(types)
        code: Callable[..., Any] = self._kernel.overloads[types].entry_point
        return self._looking(code, given, types) if Ready.looks else code

    def _types(self, given: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(map(self._kernel.typeof_pyval, given))

    def _looking(
        self, code: Callable[..., Any], first: tuple[Any, ...], types: tuple[Any, ...]
    ) -> Callable[..., Any]:
        expected = kinds(first)

        def call(*given: Any) -> Any:
            if kinds(given) != expected and self._types(given) != types:
                raise TypeError(f"{self._kernel.__name__}: called with other types than it said")
            return code(*given)

        return call
