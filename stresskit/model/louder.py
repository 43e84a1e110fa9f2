"""The same recursions at another level of volatility: returns scaled asset by asset, and so is what is seen.

Of a conditional variance h scaled by c^2 with its surprises the recursion is the same with ``omega c^2``
(GJR-GARCH and its special cases), or ``omega + (1 - beta) ln c^2`` (EGARCH, of the logarithm). So a stretch
of steps is louder in one asset than in another without another kernel, as long as the variance that it starts
from is scaled as well, and back at its end.
"""

from dataclasses import replace

import numpy as np

from stresskit.domain import Float1D, Marginals


def louder(marginals: Marginals, factor: Float1D) -> Marginals:
    """`marginals` whose surprises are `factor` (assets,) times as large.

    Raises
    ------
    ValueError
        If a factor is not a positive finite number.
    """
    if not (np.isfinite(factor).all() and (factor > 0.0).all()):
        raise ValueError("a volatility of each asset above zero")
    square = factor**2
    egarch = marginals.kind == "egarch"
    shifted = marginals.omega + (1.0 - marginals.beta) * np.log(square)
    return replace(
        marginals,
        omega=shifted if egarch else marginals.omega * square,
        long_run_variance=marginals.long_run_variance * square,
        current_variance=marginals.current_variance * square,
    )
