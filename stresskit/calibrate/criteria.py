"""Information criteria: what a fit's likelihood is worth after its parameters are paid for.

``AIC = 2 k - 2 log L`` and ``BIC = k log n - 2 log L``; the smaller the better. The long-run
variance and the mean of a marginal count among its k parameters though they are moments of the
sample, and so do the correlations of a copula, which come from Kendall's tau.

Sources: Akaike, IEEE Transactions on Automatic Control 19 (1974); Schwarz, Annals of Statistics 6
(1978).
"""

import math
from typing import Any


def criteria(loglik: float, parameters: int, observations: int) -> dict[str, Any]:
    """Both criteria, and the number of parameters."""
    cost = -2.0 * loglik
    return {
        "parameters": parameters,
        "aic": cost + 2.0 * parameters,
        "bic": cost + math.log(observations) * parameters,
    }
