"""How an estimate stands in ``metrics.json``."""

from collections.abc import Mapping
from math import floor, log10
from typing import Any

from stresskit.domain import Estimate

Z95 = 1.959963984540054  # 97.5 % quantile of the standard normal law


def undefined(reason: str) -> Estimate:
    """An estimate that does not exist, and why."""
    return Estimate(None, None, None, reason)


def figure(estimate: Estimate) -> dict[str, Any]:
    """Write an estimate as a JSON object.

    The text of `estimate` stands under ``reason`` where the value is undefined (null) and under
    ``warning`` where the value is there but is not to be trusted far.
    """
    written: dict[str, Any] = {"value": estimate.value, "low": estimate.low, "high": estimate.high}
    if estimate.reason is not None:
        written["reason" if estimate.value is None else "warning"] = estimate.reason
    return written


def figure_text(found: Mapping[str, Any], scale: float = 1.0) -> str:
    """``6.32 [6.17, 6.47]`` to three figures or more, or a dash where it is undefined.

    A fraction below 1 never reads as certainty.
    """
    if found["value"] is None:
        return "–"
    value, low, high = (_three(found[key], scale) for key in ("value", "low", "high"))
    return f"{value} [{low}, {high}]"


def _three(value: float, scale: float) -> str:
    if value == 0.0:
        return "0"
    digits = max(2 - floor(log10(abs(scale * value))), 0)
    while value < 1.0 and digits < 12 and round(scale * value, digits) >= scale:
        digits += 1
    return f"{scale * value:,.{digits}f}"
