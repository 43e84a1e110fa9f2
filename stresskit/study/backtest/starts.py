"""Where forecasts of an asset can begin."""

import numpy as np

from stresskit.domain import Float2D
from stresskit.errors import DataError, Problem
from stresskit.market.prices import Prices
from stresskit.study.backtest.fits import first_step
from stresskit.study.backtest.plan import Plan


def asset_start(asset: str, prices: Prices, returns: Float2D, plan: Plan) -> int:
    """First step of an asset with a full window, not before the plan's first day."""
    column = returns[:, prices.assets.index(asset)]
    step = first_step(column, plan.window)
    if plan.first is not None:
        step = max(step, int(np.searchsorted(prices.times[1:], np.datetime64(plan.first, "s"))))
    if step >= len(column):
        raise DataError(
            [Problem(prices.path, asset, f"more than {plan.window} returns before the last step")]
        )
    if not np.isfinite(column[step - plan.window :]).all():
        raise DataError([Problem(prices.path, asset, "a close at every step of the windows")])
    return step
