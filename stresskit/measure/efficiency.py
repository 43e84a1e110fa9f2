"""What liquidations cost an account a year, as a share of its capital.

The return that the book must earn, beside everything else it costs, to pay for its expected liquidation
cost: ``cost / capital x (hours a year / horizon)``. Nothing is compounded: the cost comes once a horizon,
from the same capital each time.
"""

from collections.abc import Mapping
from typing import Any

YEAR_H = 365 * 24.0


def required_return(cost: Mapping[str, Any], capital: float, horizon_h: float) -> dict[str, Any]:
    """Return a year on `capital` (USD) that pays for the expected liquidation `cost` of one horizon, as JSON.

    It has the interval of the cost.
    """
    if capital <= 0.0:
        return {"value": None, "low": None, "high": None, "reason": "no capital is put up"}
    scale = YEAR_H / horizon_h / capital
    bounds = {key: None if cost[key] is None else cost[key] * scale for key in ("value", "low", "high")}
    return {**bounds, **{key: cost[key] for key in ("reason", "warning") if key in cost}}
