"""Eight paths in one value, for sums that are to stay in registers.

LLVM fills vector registers along the innermost loop only. Where that loop runs over the terms of a
sum, or over steps, instead of the paths, a kernel asks for the vector itself: it takes eight paths,
calculates as with numbers (`fma` too) and puts them back. A processor of narrower registers takes several
for one value. What is compared gives `Mask`, a truth a lane, by which `where` chooses.

`take` and `put` are for rows of `ROW` paths: with a width that is known when a kernel is compiled, places
take no arithmetic between two products. `load` and `store` are for the paths of any column.
"""

import operator
from typing import Any, ClassVar

from llvmlite import ir
from numba.core.imputils import lower_builtin
from numba.core.typing.templates import ConcreteTemplate, infer_global

from stresskit.numerics.jit import Vector, inline, intrinsic, types

WIDTH, ROW, BYTES = 8, 64, 8
VECTOR = ir.VectorType(ir.DoubleType(), WIDTH)
VECTOR_NAME = f"v{WIDTH}f64"
LANES = Vector("Lanes", VECTOR)
TRUTHS = ir.VectorType(ir.IntType(1), WIDTH)
MASK = Vector("Mask", TRUTHS)


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
def load(typingctx: Any, column: Any, b: Any) -> Any:
    """The paths ``b .. b + 7`` of a column (paths,) of doubles."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.load(_place(context, builder, signature, args, VECTOR), align=BYTES)

    return LANES(_column(column, types.float64), types.intp), codegen


@intrinsic
def store(typingctx: Any, column: Any, b: Any, x: Any) -> Any:
    """Write the lanes `x` to the paths ``b .. b + 7`` of a column (paths,) of doubles."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        builder.store(args[2], _place(context, builder, signature, args, VECTOR), align=BYTES)
        return context.get_dummy_value()

    return types.void(_column(column, types.float64), types.intp, LANES), codegen


@intrinsic
def below_zero(typingctx: Any, column: Any, b: Any) -> Any:
    """Which of the paths ``b .. b + 7`` of a column (paths,) of whole numbers are negative."""
    whole = ir.VectorType(ir.IntType(64), WIDTH)

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        found = builder.load(_place(context, builder, signature, args, whole), align=BYTES)
        return builder.icmp_signed("<", found, ir.Constant(whole, [0] * WIDTH))

    return MASK(_column(column, types.int64), types.intp), codegen


def _column(column: Any, dtype: Any) -> Any:
    if not isinstance(column, types.Array) or (column.ndim, column.layout, column.dtype) != (1, "C", dtype):
        raise TypeError(f"a column of {dtype} that lie side by side, got {column}")
    return column


def _place(context: Any, builder: Any, signature: Any, args: Any, kind: Any) -> Any:
    column = context.make_array(signature.args[0])(context, builder, args[0])
    return builder.bitcast(builder.gep(column.data, [args[1]]), kind.as_pointer())


@intrinsic
def where(typingctx: Any, mask: Any, x: Any, y: Any) -> Any:
    """The lanes of `x` where the mask holds, of `y` where not."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.select(*args)

    return LANES(MASK, LANES, LANES), codegen


@intrinsic
def packed(typingctx: Any, mask: Any) -> Any:
    """The mask as a whole number: bit k says whether lane k holds."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.zext(builder.bitcast(args[0], ir.IntType(WIDTH)), ir.IntType(64))

    return types.int64(MASK), codegen


def _call(name: str) -> Any:
    """A function of LLVM's that takes vectors."""

    @intrinsic
    def call(typingctx: Any, x: Any) -> Any:
        def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            kind = ir.FunctionType(VECTOR, [VECTOR])
            return builder.call(builder.module.declare_intrinsic(f"{name}.{VECTOR_NAME}", (), kind), args)

        return LANES(LANES), codegen

    return call


def _reduction(join: Any) -> Any:
    """A number from all lanes: halves are joined until one is left."""

    @intrinsic
    def reduce(typingctx: Any, x: Any) -> Any:
        def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            found, width = args[0], WIDTH
            while width > 1:
                width //= 2
                empty = ir.Constant(found.type, ir.Undefined)
                places = (
                    ir.Constant(ir.VectorType(ir.IntType(32), width), list(range(first, first + width)))
                    for first in (0, width)
                )
                low, high = (builder.shuffle_vector(found, empty, which) for which in places)
                found = join(builder, low, high)
            return builder.extract_element(found, ir.Constant(ir.IntType(32), 0))

        return types.float64(LANES), codegen

    return reduce


def _least(builder: Any, x: Any, y: Any) -> Any:
    return builder.select(builder.fcmp_ordered("<", x, y), x, y)


sum_of = _reduction(ir.IRBuilder.fadd)
least_of = _reduction(_least)
magnitude = _call("llvm.fabs")
root = _call("llvm.sqrt")


_template: Any = ConcreteTemplate
_globally: Any = infer_global
_lowers: Any = lower_builtin


def _greater(builder: Any, x: Any, y: Any) -> Any:
    return builder.fcmp_ordered(">", x, y)


OPERATIONS: tuple[tuple[Any, Any, Any, Any], ...] = (
    (operator.add, LANES, 2 * (LANES,), ir.IRBuilder.fadd),
    (operator.sub, LANES, 2 * (LANES,), ir.IRBuilder.fsub),
    (operator.mul, LANES, 2 * (LANES,), ir.IRBuilder.fmul),
    (operator.truediv, LANES, 2 * (LANES,), ir.IRBuilder.fdiv),
    (operator.neg, LANES, (LANES,), ir.IRBuilder.fneg),
    (operator.gt, MASK, 2 * (LANES,), _greater),
    (operator.and_, MASK, 2 * (MASK,), ir.IRBuilder.and_),
    (operator.or_, MASK, 2 * (MASK,), ir.IRBuilder.or_),
    (operator.invert, MASK, (MASK,), ir.IRBuilder.not_),
)


def _register(function: Any, result: Any, given: tuple[Any, ...], build: Any) -> None:
    """Let numba know what an operator makes of lanes."""

    class Lanes(_template):  # type: ignore[misc]
        key = function
        cases: ClassVar[list[Any]] = [result(*given)]

    def lower(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return build(builder, *args)

    _globally(function)(Lanes)
    _lowers(function, *given)(lower)


for one in OPERATIONS:
    _register(*one)


@inline
def higher(x: Any, y: Any) -> Any:
    """The greater of each lane."""
    return where(x > y, x, y)


@inline
def lower(x: Any, y: Any) -> Any:
    """The smaller of each lane."""
    return where(y > x, x, y)
