"""Named tuples handed to compiled functions by reference.

numba hands a named tuple over field by field, and of an array seven words or more: a call with all that a
step of a life needs copies thousands of bytes, which takes longer than the work of most calls. A reference
hands over one address. A field is read where it is named; one that is a named tuple is a reference again.
What a loop over many paths reads should be bound to a name before the loop.

A reference holds as long as the call that made it. Nothing is written through it but elements of arrays.
"""

from typing import Any

from numba.core import cgutils, imputils
from numba.core.typing.templates import AttributeTemplate
from numba.extending import infer_getattr, lower_getattr_generic, models, register_model

from stresskit.numerics.jit import intrinsic, types

NAMED = (types.NamedTuple, types.NamedUniTuple)
_llvm: Any = cgutils  # numba's own functions have no types
_borrowed: Any = imputils.impl_ret_borrowed
_lowers: Any = lower_getattr_generic
_template: Any = AttributeTemplate


class Reference(types.Type):
    """The type of a reference to a named tuple of type `target`."""

    def __init__(self, target: Any) -> None:
        self.target = target
        super().__init__(f"Reference({target})")

    @property
    def instance_class(self) -> Any:
        """The class of the named tuple, by which implementations are chosen."""
        return self.target.instance_class


@register_model(Reference)
class ReferenceModel(models.PrimitiveModel):
    """An address."""

    def __init__(self, manager: Any, kind: Reference) -> None:
        super().__init__(manager, kind, manager.lookup(kind.target).get_value_type().as_pointer())  # type: ignore[no-untyped-call]


@infer_getattr
class ReferenceFields(_template):  # type: ignore[misc]
    """The fields of the named tuple; those that are named tuples themselves as references."""

    key = Reference

    def generic_resolve(self, value: Reference, attr: str) -> Any:
        """Type of a field, None if there is none of that name."""
        if attr not in value.target.fields:
            return None
        kind = value.target[value.target.fields.index(attr)]
        return Reference(kind) if isinstance(kind, NAMED) else kind


@_lowers(Reference)  # type: ignore[untyped-decorator]
def read_field(context: Any, builder: Any, kind: Reference, address: Any, name: str) -> Any:
    """Read a field, or find its address."""
    place = kind.target.fields.index(name)
    where = _llvm.gep_inbounds(builder, address, 0, place)
    if isinstance(kind.target[place], NAMED):
        return where
    return _borrowed(context, builder, kind.target[place], builder.load(where))


@intrinsic
def by_reference(typingctx: Any, given: Any) -> Any:
    """A reference to a named tuple; what is none stays as it is."""
    named = isinstance(given, NAMED)

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _llvm.alloca_once_value(builder, args[0]) if named else args[0]

    return (Reference(given) if named else given)(given), codegen
