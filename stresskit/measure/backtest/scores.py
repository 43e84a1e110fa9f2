"""Losses by which forecasts are ranked: smaller means are better.

*Quantile loss* of a VaR: ``(p - 1(pnl < -VaR)) (pnl + VaR)``. *Fissler-Ziegel loss* of (VaR, ES), the one
whose differences do not change with the unit (FZ0): with v = -VaR and e = -ES < 0,
``-1(pnl <= v) (v - pnl) / (p e) + v / e + log(-e) - 1``.

Sources: Koenker and Bassett (1978), Econometrica 46; Fissler and Ziegel (2016), Annals of Statistics 44;
Patton, Ziegel and Chen (2019), Journal of Econometrics 211.
"""

import numpy as np

from stresskit.domain import Float1D
from stresskit.measure.backtest.check import failures, refuse_probability


def quantile_loss(pnl: Float1D, var: Float1D, probability: float) -> Float1D:
    """Loss of each day (days,), USD.

    Raises
    ------
    ValueError
        If the arrays differ, something is not finite or the probability is none.
    """
    refuse_probability(probability)
    return np.asarray((probability - failures(pnl, var)) * (pnl + var))


def fissler_ziegel_loss(pnl: Float1D, var: Float1D, es: Float1D, probability: float) -> Float1D:
    """Loss of each day (days,); the logarithm is of USD, so that only differences mean something.

    Raises
    ------
    ValueError
        As for `quantile_loss`, and if an expected shortfall is not above 0.
    """
    refuse_probability(probability)
    failures(pnl, var)
    if len(es) != len(pnl) or not (np.isfinite(es).all() and es.min() > 0):
        raise ValueError("an expected shortfall above 0 for each day")
    beyond = np.maximum(-var - pnl, 0.0)
    return np.asarray(beyond / (probability * es) + var / es + np.log(es) - 1.0)
