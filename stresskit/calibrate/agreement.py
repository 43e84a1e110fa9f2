"""Whether the hourly and the daily sample imply the same ten-day volatility, and if not, why.

From the long-run state the ten-day volatility is sqrt(240 v) at 1h and sqrt(10 v) at 1d, v the
mean squared return. Their ratio is split, exactly, with daily returns taken from the hourly
closes: what happens within the days (serial correlation and compounding of hourly returns), and
what days or sources only one of the two files has.
"""

from typing import Any

import numpy as np

from stresskit.domain import Float1D
from stresskit.market.price_cells import Stamps
from stresskit.market.prices import Prices, simple_returns

TOLERANCE = 0.10
DAY_S = 86400


def compare_volatility(hourly: Prices, daily: Prices) -> dict[str, dict[str, Any]]:
    """By asset: both ten-day volatilities, their ratio, its parts, and a sentence."""
    return {asset: _compare(hourly, daily, i) for i, asset in enumerate(hourly.assets)}


def _compare(hourly: Prices, daily: Prices, column: int) -> dict[str, Any]:
    fine, coarse = _returns(hourly, column), _returns(daily, column)
    per_day = DAY_S // hourly.step_s
    v_fine, v_coarse = per_day * _mean_square(fine[1]), _mean_square(coarse[1])
    v_between = _mean_square(_daily_closes(hourly, column))
    largest = _largest_day(fine, coarse, per_day)
    entry = {
        "hourly": float(np.sqrt(10 * v_fine)),
        "daily": float(np.sqrt(10 * v_coarse)),
        "ratio": float(np.sqrt(v_fine / v_coarse)),
        "within_days": float(np.sqrt(v_fine / v_between)),
        "days_and_sources": float(np.sqrt(v_between / v_coarse)),
        "largest_day": largest,
    }
    return entry | {"text": _sentence(entry, largest)}


def _returns(prices: Prices, column: int) -> tuple[Stamps, Float1D]:
    returns = simple_returns(prices.close[:, column : column + 1])[:, 0]
    known = np.isfinite(returns)
    return prices.times[1:][known], returns[known]


def _mean_square(returns: Float1D) -> float:
    return float(np.mean(returns**2))


def _daily_closes(hourly: Prices, column: int) -> Float1D:
    """Daily returns between the hourly closes at 24:00 (a bar is stamped with its opening)."""
    closing = (hourly.times.astype(np.int64) + hourly.step_s) % DAY_S == 0
    returns = simple_returns(hourly.close[closing][:, column : column + 1])[:, 0]
    return returns[np.isfinite(returns)]


def _largest_day(
    fine: tuple[Stamps, Float1D], coarse: tuple[Stamps, Float1D], per_day: int
) -> dict[str, Any]:
    """The day of the largest daily return: its share of both variances, the ratio without it."""
    times, returns = coarse
    at = int(np.abs(returns).argmax())
    day = times[at].astype("datetime64[D]")
    inside = fine[0].astype("datetime64[D]") == day
    squares = fine[1] ** 2
    rest = per_day * np.mean(squares[~inside]) / np.mean(np.delete(returns, at) ** 2)
    return {
        "day": str(day),
        "return": float(returns[at]),
        "share_of_daily": float(returns[at] ** 2 / np.sum(returns**2)),
        "share_of_hourly": float(squares[inside].sum() / squares.sum()),
        "ratio_without": float(np.sqrt(rest)),
    }


def _sentence(entry: dict[str, Any], largest: dict[str, Any]) -> str:
    if abs(entry["ratio"] - 1) <= TOLERANCE:
        return "the two agree within 10 %"
    return (
        f"hourly is {entry['ratio']:.2f} x daily: {entry['within_days']:.2f} from serial correlation and "
        f"compounding within the days, {entry['days_and_sources']:.2f} from days and sources that differ; "
        f"{largest['day']} ({largest['return']:+.0%}) alone makes {largest['share_of_daily']:.0%} of the "
        f"daily and {largest['share_of_hourly']:.0%} of the hourly variance, without it the ratio is "
        f"{largest['ratio_without']:.2f}"
    )
