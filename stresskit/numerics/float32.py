"""Elementary functions and normals in single precision: twice as many lanes, seven digits.

As `elementary` and `normals`, with shorter series. A literal is a double and would draw what it touches
up to double precision, so every constant is a ``np.float32``. Each states its error over the domain used.
"""

from typing import Any

import numpy as np

from stresskit.numerics.elementary import bits, fma, from_bits, rint, sqrt
from stresskit.numerics.jit import inline, part
from stresskit.numerics.normals import fill_pair, fill_words

_ROOT_HALF, _MANTISSA = np.int32(0x3F3504F3), np.int32(23)
_ONE, _HALF, _TWO = np.float32(1.0), np.float32(0.5), np.float32(2.0)
_LN2, _INV_LN2 = np.float32(0.6931471805599453), np.float32(1.4426950408889634)
_RADIUS = np.float32(-2.0 * 0.6931471805599453)
_UNIT, _MIDDLE = np.float32(2.0**-32), np.float32(2.0**-33)
_L3, _L5, _L7, _L9 = (np.float32(2.0 / n) for n in (3, 5, 7, 9))
_E3, _E4, _E5, _E6, _E7 = (np.float32(1.0 / n) for n in (6, 24, 120, 720, 5040))
_S0, _S1, _S2 = (
    np.float32(1.5707963267948903),
    np.float32(-0.6459640975043082),
    np.float32(0.07969262615574846),
)
_S3, _S4 = np.float32(-0.004681752591795463), np.float32(0.00016042926784876893)
_C0, _C1, _C2 = np.float32(1.0), np.float32(-1.2337005501361455), np.float32(0.2536695078996325)
_C3, _C4 = np.float32(-0.020863480732185136), np.float32(0.0009192599384900096)
_C5 = np.float32(-2.520012672381253e-05)
_SWAP, _SIGN = np.uint32(0x40000000), np.uint32(0x80000000)


@inline
def log2_32(x: Any) -> Any:
    """log2 of a positive normal number; error below 2e-7 of it or of one, whichever is more."""
    i = bits(x)
    e = np.int32(i - _ROOT_HALF) >> _MANTISSA
    m = from_bits(np.int32(i - np.int32(e << _MANTISSA)))
    s = (m - _ONE) / (m + _ONE)
    q = s * s
    series = fma(fma(fma(fma(_L9, q, _L7), q, _L5), q, _L3), q, _TWO)
    return fma(series * s, _INV_LN2, np.float32(e))


@inline
def exp2_32(x: Any) -> Any:
    """2**x for abs(x) < 120; relative error below 3e-7 on abs(x) < 2 (Taylor of degree 7)."""
    n = rint(x)
    f = (x - n) * _LN2
    f2 = f * f
    high = fma(fma(_E7, f, _E6), f2, fma(_E5, f, _E4))
    low = fma(fma(_E3, f, _HALF), f2, fma(_ONE, f, _ONE))
    return from_bits(np.int32(bits(fma(high, f2 * f2, low)) + np.int32(np.int32(n) << _MANTISSA)))


@inline
def box_muller_32(a: Any, b: Any) -> Any:
    """Two normals of two 32-bit words, as `normals.box_muller`: within 3e-6 of them.

    Of the one pair in 5,000 that lies nearer than 0.02 to zero within 4e-4: next to 1 a single is coarse.
    """
    u = fma(np.float32(a), _UNIT, _MIDDLE)
    radius = sqrt(log2_32(u) * _RADIUS)
    x = fma(np.float32(np.int32(b << np.uint32(2))), _UNIT, _MIDDLE)
    q = x * x
    s = fma(fma(fma(fma(_S4, q, _S3), q, _S2), q, _S1), q, _S0) * x
    c = fma(fma(fma(fma(fma(_C5, q, _C4), q, _C3), q, _C2), q, _C1), q, _C0)
    swap = (b & _SWAP) != np.uint32(0)
    first = s if swap else c
    second = c if swap else s
    sign = np.int32(b & _SIGN)
    return (
        radius * from_bits(np.int32(bits(first) ^ sign)),
        radius * from_bits(np.int32(bits(second) ^ sign)),
    )


@part
def pair_normals_32(first: Any, second: Any, x: Any, y: Any) -> None:
    """Normals `x`, `y` (paths,) of two rows of words."""
    for b in range(first.shape[0]):
        x[b], y[b] = box_muller_32(first[b], second[b])


@part
def single_normals_32(first: Any, second: Any, x: Any) -> None:
    """The first normals x (paths,) of the pairs of two rows of words."""
    for b in range(first.shape[0]):
        x[b] = box_muller_32(first[b], second[b])[0]


@part
def normal_rows_32(key: Any, path: Any, step: Any, purpose: Any, count: Any, words: Any, z: Any) -> None:
    """Normals z[:count] (rows, paths), of the words of `normals.normal_rows`."""
    for g in range((count + 3) // 4):
        if count > 4 * g + 2:
            fill_words(key, path, step, purpose, np.uint64(g), words)
            pair_normals_32(words[2], words[3], z[4 * g + 2], z[4 * g + 3])
        else:
            fill_pair(key, path, step, purpose, np.uint64(g), words)
        pair_normals_32(words[0], words[1], z[4 * g], z[4 * g + 1])
