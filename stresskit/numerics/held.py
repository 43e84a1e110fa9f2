"""Named tuples of arrays that stay where they are from call to call of a kernel.

Before each call every array of every argument is taken apart, which for all that an account's life is made
of takes longer than its steps. What is held was taken apart once: the kernel is given its address, and
reads from there the same arrays.
"""

from collections.abc import Hashable
from itertools import count
from operator import is_
from typing import Any

import numpy as np
from numba import typeof
from numba.core import imputils
from numba.extending import NativeValue, typeof_impl, unbox

from stresskit.numerics.aligned import aligned
from stresskit.numerics.by_reference import Reference
from stresskit.numerics.jit import intrinsic, kernel, types
from stresskit.numerics.ready import Ready, kinds

_native: Any = NativeValue
_unboxes: Any = unbox
_typeof: Any = typeof
_borrowed: Any = imputils.impl_ret_borrowed


class Held:
    """A named tuple that kernels take by its address; its arrays may change, its fields may not.

    `known` is the same number for all whose `kinds` are the same.
    """

    __slots__ = ("address", "given", "kind", "known", "memory")

    def __init__(self, given: Any) -> None:
        """Take it apart."""
        self.given, kind = given, kinds(given)
        if kind not in _MADE_OF:
            _MADE_OF.setdefault(kind, (next(_NUMBERS), size_of(given), Reference(_typeof(given))))
        self.known, size, self.kind = _MADE_OF[kind]
        self.memory = aligned((size,), np.uint8)
        _WRITE(self.known, given, self.memory)
        self.address = int(self.memory.ctypes.data)


class Holder:
    """Named tuples that one caller hands over again and again, by name."""

    def __init__(self) -> None:
        """Nothing is held yet."""
        self._kept: dict[Hashable, Held] = {}

    def hold(self, name: Hashable, given: Any) -> Held:
        """What goes by that name, taken apart anew only where it is made of others."""
        kept = self._kept.get(name)
        if kept is None or not _same(kept.given, given):
            kept = self._kept[name] = Held(given)
        return kept


def _same(one: Any, other: Any) -> bool:
    """Whether two named tuples are made of the same arrays and numbers."""
    return one is other or (type(one) is type(other) and all(map(is_, one, other)))


@intrinsic
def _size(typingctx: Any, given: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return context.get_constant(types.int64, context.get_abi_sizeof(args[0].type))

    return types.int64(given), codegen


@intrinsic
def _write(typingctx: Any, given: Any, memory: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        where = context.make_array(signature.args[1])(context, builder, args[1]).data
        builder.store(args[0], builder.bitcast(where, args[0].type.as_pointer()))
        return context.get_dummy_value()

    return types.void(given, memory), codegen


@kernel
def size_of(given: Any) -> int:
    """Bytes of a named tuple, taken apart."""
    size: int = _size(given)
    return size


@kernel
def write(given: Any, memory: Any) -> None:
    """Write it to memory, taken apart."""
    _write(given, memory)


@intrinsic
def value_of(typingctx: Any, given: Any) -> Any:
    """The named tuple that a reference refers to; what is no reference stays as it is."""
    kind = given.target if isinstance(given, Reference) else given

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        if not isinstance(given, Reference):
            return args[0]
        return _borrowed(context, builder, kind, builder.load(args[0]))

    return kind(given), codegen


_MADE_OF: dict[Hashable, tuple[int, int, Reference]] = {}  # number, bytes and type of every kind so far
_NUMBERS = count()
_WRITE = Ready(write)


@typeof_impl.register(Held)
def _kind_of(held: Held, _context: Any) -> Reference:
    return held.kind


@_unboxes(Reference)  # type: ignore[untyped-decorator]
def _address_of(kind: Reference, held: Any, c: Any) -> Any:
    number = c.pyapi.object_getattr_string(held, "address")
    where = c.pyapi.long_as_voidptr(number)
    c.pyapi.decref(number)
    return _native(c.builder.bitcast(where, c.context.get_value_type(kind)))
