"""Mills' ratio of the normal law: upper tail over density, ``(1 - Phi(x)) / phi(x)``.

Below 3 by the power series of the part of the integral between 0 and x, above by Laplace's continued
fraction. Relative error below 1e-9 for x >= 0.

Source: Abramowitz, Stegun, "Handbook of Mathematical Functions", 26.2.11 and 26.2.14.
"""

from typing import Any

from stresskit.numerics.elementary import INV_LN2, exp2
from stresskit.numerics.jit import part

ROOT_HALF_PI = 1.2533141373155003
EDGE = 3.0
TERMS = 60


@part
def mills_ratio(x: Any) -> Any:
    """Mills' ratio of x >= 0."""
    if x < EDGE:
        term, total = x, x
        for k in range(1, TERMS):
            term *= x * x / (2 * k + 1)
            total += term
        return ROOT_HALF_PI * exp2(0.5 * INV_LN2 * x * x) - total
    fraction = x
    for k in range(TERMS, 0, -1):
        fraction = x + k / fraction
    return 1.0 / fraction
