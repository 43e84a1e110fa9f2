"""Sixteen whole numbers of 32 bits in one value, and the products of 16 bits that they add up.

Products are taken two by two: sixteen pairs of numbers that lie side by side, each times the same pair. One
instruction of today's processors multiplies and adds them all; older ones take two or three. A sum that no
longer fits wraps round, so that only the last one must fit.
"""

from typing import Any

from llvmlite import ir

from stresskit.numerics.jit import Vector, intrinsic, types

LANES, GROUP, BYTES = 16, 64, 2
WORD, SHORT = ir.IntType(32), ir.IntType(16)
WORDS, SHORTS = ir.VectorType(WORD, LANES), ir.VectorType(SHORT, 2 * LANES)
WIDE, MANY = ir.VectorType(WORD, 2 * LANES), ir.VectorType(WORD, GROUP)
SUMS = Vector("Sums", WORDS)


@intrinsic
def load_sums(typingctx: Any, column: Any, s: Any) -> Any:
    """The numbers ``s .. s + 15`` of a column."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.load(_place(context, builder, signature, args, WORDS), align=BYTES)

    return SUMS(_column(column), types.intp), codegen


@intrinsic
def store_sums(typingctx: Any, column: Any, s: Any, sums: Any) -> Any:
    """Write the sums to the numbers ``s .. s + 15`` of a column."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        builder.store(args[2], _place(context, builder, signature, args, WORDS), align=BYTES)
        return context.get_dummy_value()

    return types.void(_column(column), types.intp, SUMS), codegen


@intrinsic
def no_sums(typingctx: Any) -> Any:
    """Sixteen zeros."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return ir.Constant(WORDS, [0] * LANES)

    return SUMS(), codegen


@intrinsic
def add_products(typingctx: Any, sums: Any, pairs: Any, block: Any, j: Any, pair: Any) -> Any:
    """The sums and the products of row `j` of `block` of `pairs` (blocks, rows, 32) with a `pair`."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        array = context.make_array(signature.args[1])(context, builder, args[1])
        rows = builder.extract_value(array.shape, 1)
        row = builder.add(builder.mul(args[2], rows), args[3])
        first = builder.gep(array.data, [builder.mul(row, ir.Constant(row.type, 2 * LANES))])
        one = builder.load(builder.bitcast(first, SHORTS.as_pointer()), align=BYTES)
        empty, zeros = ir.Constant(WORDS, ir.Undefined), ir.Constant(WORDS, [0] * LANES)
        word = builder.trunc(args[4], WORD)
        word = builder.insert_element(empty, word, ir.Constant(WORD, 0))
        other = builder.bitcast(builder.shuffle_vector(word, empty, zeros), SHORTS)
        product = builder.mul(builder.sext(one, WIDE), builder.sext(other, WIDE))
        even, odd = (
            builder.shuffle_vector(product, ir.Constant(WIDE, ir.Undefined), ir.Constant(WORDS, which))
            for which in (list(range(0, 2 * LANES, 2)), list(range(1, 2 * LANES, 2)))
        )
        return builder.add(args[0], builder.add(even, odd))

    expected = 3, "C", types.int16
    if not isinstance(pairs, types.Array) or (pairs.ndim, pairs.layout, pairs.dtype) != expected:
        raise TypeError(f"blocks of 16-bit numbers that lie side by side, got {pairs}")
    return SUMS(SUMS, pairs, types.intp, types.intp, types.int64), codegen


@intrinsic
def reaching(typingctx: Any, column: Any, s: Any, level: Any) -> Any:
    """Which of the numbers ``s .. s + 63`` of a column reach a level, as the bits of a whole number."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        found = builder.load(_place(context, builder, signature, args, MANY), align=BYTES)
        empty, zeros = ir.Constant(MANY, ir.Undefined), ir.Constant(MANY, [0] * GROUP)
        level = builder.insert_element(empty, builder.trunc(args[2], WORD), ir.Constant(WORD, 0))
        level = builder.shuffle_vector(level, empty, zeros)
        return builder.bitcast(builder.icmp_signed(">=", found, level), ir.IntType(GROUP))

    return types.int64(_column(column), types.intp, types.int64), codegen


@intrinsic
def bits_in(typingctx: Any, bits: Any) -> Any:
    """How many bits of a whole number are set."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return types.int64(types.int64), codegen


@intrinsic
def lowest_bit(typingctx: Any, bits: Any) -> Any:
    """Place of the lowest bit of a whole number that is not zero."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.int64), codegen


def _column(column: Any) -> Any:
    expected = 1, "C", types.int32
    if not isinstance(column, types.Array) or (column.ndim, column.layout, column.dtype) != expected:
        raise TypeError(f"a column of 32-bit numbers that lie side by side, got {column}")
    return column


def _place(context: Any, builder: Any, signature: Any, args: Any, kind: Any) -> Any:
    column = context.make_array(signature.args[0])(context, builder, args[0])
    return builder.bitcast(builder.gep(column.data, [args[1]]), kind.as_pointer())
