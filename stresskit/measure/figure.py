"""How an estimate stands in ``metrics.json``."""

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
