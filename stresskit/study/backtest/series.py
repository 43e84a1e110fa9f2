"""The days of a backtest, for a picture: P&L, VaR, and where in its forecast law the P&L fell."""

from typing import Any

from stresskit.domain import Float1D
from stresskit.study.backtest.walk import Forecasts

DIGITS = 6


def days(found: Forecasts, levels: tuple[float, ...]) -> dict[str, Any]:
    """``time`` (ISO dates), ``pnl``, ``var`` at the highest level, USD, and ``place`` (0 to 1), each (days,).

    `place` is null with a ``reason`` where the model has no law but its history.
    """
    top = levels.index(max(levels))
    told: dict[str, Any] = {
        "level": levels[top],
        "time": [str(day.astype("datetime64[D]")) for day in found.times],
        "pnl": _rounded(found.pnl),
        "var": _rounded(found.var[top]),
    }
    if found.transform is None:
        return {**told, "place": None, "reason": "history alone has no law"}
    return {**told, "place": _rounded(found.transform)}


def _rounded(values: Float1D) -> list[float]:
    return [float(f"{value:.{DIGITS}g}") for value in values]
