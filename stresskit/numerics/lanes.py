"""Eight paths in one value, for sums that are to stay in registers.

LLVM fills vector registers along the innermost loop only. Where that loop runs over the terms of a
sum instead of the paths, a kernel asks for the vector itself: it takes eight paths of a row,
calculates as with numbers (``*``, ``-`` and `fma`) and puts them back. A processor of narrower
registers takes several for one value. All rows have `ROW` paths: with a width that is
known when a kernel is compiled, places take no arithmetic between two products.
"""

import operator
from typing import Any

from llvmlite import ir

from stresskit.numerics.jit import Vector, intrinsic, overload, types

WIDTH, ROW, BYTES = 8, 64, 8
VECTOR = ir.VectorType(ir.DoubleType(), WIDTH)
VECTOR_NAME = f"v{WIDTH}f64"
LANES = Vector("Lanes", VECTOR)


@intrinsic
def take(typingctx: Any, rows: Any, row: Any, b: Any) -> Any:
    """The paths ``b .. b + 7`` of a row of `rows` (rows, `ROW`)."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.load(_pointer(context, builder, signature, args), align=BYTES)

    return LANES(_checked(rows), types.intp, types.intp), codegen


@intrinsic
def put(typingctx: Any, rows: Any, row: Any, b: Any, x: Any) -> Any:
    """Write the lanes `x` to the paths ``b .. b + 7`` of a row of `rows` (rows, `ROW`)."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        builder.store(args[3], _pointer(context, builder, signature, args), align=BYTES)
        return context.get_dummy_value()

    return types.void(_checked(rows), types.intp, types.intp, LANES), codegen


@intrinsic
def spread(typingctx: Any, x: Any) -> Any:
    """The same number for eight paths."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        empty, first = ir.Constant(VECTOR, ir.Undefined), ir.IntType(32)
        one = builder.insert_element(empty, args[0], first(0))
        return builder.shuffle_vector(one, empty, ir.Constant(ir.VectorType(first, WIDTH), [0] * WIDTH))

    return LANES(types.float64), codegen


def _checked(rows: Any) -> Any:
    if not isinstance(rows, types.Array) or (rows.ndim, rows.layout, rows.dtype) != (2, "C", types.float64):
        raise TypeError(f"rows of doubles that lie side by side, got {rows}")
    return rows


def _pointer(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    """Where the lanes stand: no place is counted from the end of a row."""
    rows = context.make_array(signature.args[0])(context, builder, args[0])
    place = builder.add(builder.mul(args[1], ir.Constant(args[1].type, ROW)), args[2])
    return builder.bitcast(builder.gep(rows.data, [place]), VECTOR.as_pointer())


@intrinsic
def _times(typingctx: Any, x: Any, y: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.fmul(*args)

    return LANES(LANES, LANES), codegen


@intrinsic
def _minus(typingctx: Any, x: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.fneg(*args)

    return LANES(LANES), codegen


@overload(operator.mul, inlined=True)
def _mul(x: Any, y: Any) -> Any:
    def product(x: Any, y: Any) -> Any:
        return _times(x, y)

    return product if x == y == LANES else None


@overload(operator.neg, inlined=True)
def _neg(x: Any) -> Any:
    def negative(x: Any) -> Any:
        return _minus(x)

    return negative if x == LANES else None
