"""From a probability level to its normal score, through ``a = -ln u``, which loses neither tail.

``u`` near 0 is a large `a`, ``1 - u`` near 0 is a small one: ``1 - u = -expm1(-a)``. The smaller of
u and 1 - u, say q, gives ``y = -+ P(sqrt(-2 ln q))``, P a Chebyshev fit of degree 15 of the normal's
upper quantile. The normal tail probability of y differs from q by less than 1e-5 of q, for q from
1/2 down to 1e-20; beyond, y is held.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.polynomial import chebyshev, polynomial
from scipy import special

from stresskit.arrays import Float1D
from stresskit.numerics.elementary import INV_LN2, LN2, exp2, fma, log2, polynomial16, rint, smaller, sqrt
from stresskit.numerics.jit import inline

DEGREE = 15
NODES = 800
LOW, HIGH = np.sqrt(2 * np.log(2)), 9.6  # of sqrt(-2 ln q)


class ScoreMap(NamedTuple):
    """P as coefficients (16,) in ``r * slope + shift``, which runs from -1 to 1."""

    map: Float1D
    slope: float
    shift: float


def score_map() -> ScoreMap:
    """Fit P."""
    x = np.cos((np.arange(NODES) + 0.5) * np.pi / NODES)
    r = (x + 1) / 2 * (HIGH - LOW) + LOW
    fit = chebyshev.Chebyshev.fit(x, -special.ndtri_exp(-r * r / 2), DEGREE, domain=[-1, 1])
    coefficients = np.asarray(fit.convert(kind=polynomial.Polynomial).coef, dtype=np.float64)
    slope = float(2 / (HIGH - LOW))
    return ScoreMap(coefficients, slope, float(-1 - LOW * slope))


@inline
def log1p(x: Any) -> Any:
    """ln(1 + x) for x >= 0; relative error below 2e-11 also where 1 + x is rounded to 1."""
    u = 1.0 + x
    return fma(log2(u), LN2, (x - (u - 1.0)) / u)


@inline
def one_minus_exp(a: Any) -> Any:
    """1 - exp(-a) for 0 <= a < 600; relative error below 1e-12 also where a is tiny."""
    n = rint(-a * INV_LN2)
    f = fma(n, -LN2, -a)
    f2 = f * f
    f4 = f2 * f2
    low = fma(fma(1 / 24, f, 1 / 6), f2, fma(1 / 2, f, 1.0))
    high = fma(fma(1 / 40320, f, 1 / 5040), f2, fma(1 / 720, f, 1 / 120))
    top = fma(1 / 39916800, f2, fma(1 / 3628800, f, 1 / 362880))
    power = exp2(n)
    return (1.0 - power) - power * (f * fma(fma(top, f4, high), f4, low))


@inline
def normal_score(a: Any, c: Any, slope: Any, shift: Any) -> Any:
    """The normal quantile of ``u = exp(-a)``; `c` are the coefficients of the `ScoreMap` as a tuple."""
    upper = a < LN2
    tail = log2(one_minus_exp(a)) * -LN2 if upper else a
    x = polynomial16(c, smaller(fma(sqrt(2.0 * tail), slope, shift), 1.0))
    return x if upper else -x
