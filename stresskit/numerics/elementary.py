"""Branch-free elementary functions that LLVM vectorises; no libm, so bits do not depend on one.

Each states its error bound over the domain the kernels use; the tests hold it to it.
``fma`` fuses where the CPU can and multiplies then adds where it cannot. LLVM's own functions and the
polynomial take single precision too, and then stay in it; the others are in `numerics/float32.py`.
"""

from typing import Any

import numpy as np
from llvmlite import ir

from stresskit.numerics.jit import inline, intrinsic, types
from stresskit.numerics.lanes import LANES, VECTOR, VECTOR_NAME

LN2 = 0.6931471805599453
INV_LN2 = 1.4426950408889634
_ROOT_HALF = np.int64(0x3FE6A09E667F3BCD)
_MANTISSA = np.int64(52)
_HALVED = np.int64(0x5FE6EB50C7B537A9)


def _kind(*given: Any) -> Any:
    """Lanes where anything is, single precision where everything is, double otherwise."""
    if LANES in given:
        return LANES
    return types.float32 if all(one == types.float32 for one in given) else types.float64


def _unary(name: str) -> Any:
    @intrinsic
    def call(typingctx: Any, x: Any) -> Any:
        def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            return builder.call(builder.module.declare_intrinsic(name, [args[0].type]), args)

        kind = _kind(x)
        return kind(kind), codegen

    return call


rint = _unary("llvm.rint")
sqrt = _unary("llvm.sqrt")


@intrinsic
def fma(typingctx: Any, x: Any, y: Any, z: Any) -> Any:
    """``x * y + z``, fused where the target has the instruction."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kind = args[0].type
        name = f"llvm.fmuladd.{VECTOR_NAME if kind == VECTOR else kind.intrinsic_name}"
        function = builder.module.declare_intrinsic(name, (), ir.FunctionType(kind, [kind] * 3))
        return builder.call(function, args)

    found = _kind(x, y, z)
    return found(found, found, found), codegen


@intrinsic
def bits(typingctx: Any, x: Any) -> Any:
    """The bits of a float as a signed integer of as many."""
    kind = _kind(x)
    whole = types.int32 if kind == types.float32 else types.int64

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], context.get_value_type(whole))

    return whole(kind), codegen


@intrinsic
def from_bits(typingctx: Any, x: Any) -> Any:
    """The float that has these 64 bits, or 32 where they are an int32."""
    whole, kind = (types.int32, types.float32) if x == types.int32 else (types.int64, types.float64)

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], context.get_value_type(kind))

    return kind(whole), codegen


@inline
def greater(x: Any, y: Any) -> Any:
    """The greater of two, x where it is NaN: one instruction, where ``max`` is a branch."""
    return y if x < y else x


@inline
def smaller(x: Any, y: Any) -> Any:
    """The smaller of two, x where it is NaN."""
    return y if x > y else x


@inline
def log2(x: Any) -> Any:
    """log2 of a positive normal number; absolute error below 4e-12 (atanh series to s^13).

    Of NaN it makes a number: whoever must not lose a NaN multiplies by the argument afterwards.
    """
    i = bits(x)
    e = (i - _ROOT_HALF) >> _MANTISSA
    m = from_bits(i - (e << _MANTISSA))
    s = (m - 1.0) / (m + 1.0)
    q = s * s
    q2 = q * q
    low = fma(fma(2 / 7, q, 2 / 5), q2, fma(2 / 3, q, 2.0))
    high = fma(2 / 13, q2, fma(2 / 11, q, 2 / 9))
    return fma(fma(high, q2 * q2, low) * s, INV_LN2, float(e))


@inline
def exp2(x: Any) -> Any:
    """2**x for abs(x) < 1000; relative error below 3e-13 (Taylor of degree 10 on [-1/2, 1/2])."""
    n = rint(x)
    f = (x - n) * LN2
    f2 = f * f
    f4 = f2 * f2
    a = fma(fma(1 / 6, f, 1 / 2), f2, fma(1.0, f, 1.0))
    b = fma(fma(1 / 5040, f, 1 / 720), f2, fma(1 / 120, f, 1 / 24))
    c = fma(1 / 3628800, f2, fma(1 / 362880, f, 1 / 40320))
    return from_bits(bits(fma(fma(c, f4, b), f4, a)) + (np.int64(n) << _MANTISSA))


@inline
def inverse_sqrt(x: Any) -> Any:
    """1/sqrt(x) of a positive normal number; relative error below 4e-16.

    A guess from halving the exponent (within 3.5 %), then four Newton steps: several times faster
    than a square root and a division. NaN stays NaN.
    """
    h = 0.5 * x
    y = from_bits(_HALVED - (bits(x) >> np.int64(1)))
    y *= fma(-h * y, y, 1.5)
    y *= fma(-h * y, y, 1.5)
    y *= fma(-h * y, y, 1.5)
    return y * fma(-h * y, y, 1.5)


@inline
def quarter_sine(s: Any) -> Any:
    """sin(pi/2 x)/x at s = x^2 in [0, 1/4]; relative error below 1e-14 (Chebyshev fit of degree 5)."""
    s2 = s * s
    a = fma(-0.6459640975043082, s, 1.5707963267948903)
    b = fma(-0.004681752591795463, s, 0.07969262615574846)
    c = fma(-3.556392621400787e-06, s, 0.00016042926784876893)
    return fma(fma(c, s2, b), s2, a)


@inline
def quarter_cosine(s: Any) -> Any:
    """cos(pi/2 x) at s = x^2 in [0, 1/4]; relative error below 1e-15 (Chebyshev fit of degree 6)."""
    s2 = s * s
    a = fma(-1.2337005501361455, s, 1.0000000000000002)
    b = fma(-0.020863480732185136, s, 0.2536695078996325)
    c = fma(-2.520012672381253e-05, s, 0.0009192599384900096)
    return fma(fma(fma(4.655570916984058e-07, s2, c), s2, b), s2, a)


@inline
def polynomial16(c: Any, x: Any) -> Any:
    """Sum c[i] x^i of sixteen coefficients by Estrin's scheme."""
    x2 = x * x
    x4 = x2 * x2
    a = fma(fma(c[3], x, c[2]), x2, fma(c[1], x, c[0]))
    b = fma(fma(c[7], x, c[6]), x2, fma(c[5], x, c[4]))
    d = fma(fma(c[11], x, c[10]), x2, fma(c[9], x, c[8]))
    e = fma(fma(c[15], x, c[14]), x2, fma(c[13], x, c[12]))
    x8 = x4 * x4
    return fma(fma(e, x4, d), x8, fma(b, x4, a))


@inline
def sixteen(row: Any) -> Any:
    """A row of coefficients as a tuple, so that no store in the loop can alias it."""
    return (
        row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7],
        row[8], row[9], row[10], row[11], row[12], row[13], row[14], row[15],
    )  # fmt: skip
