"""The result of one test."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

from stresskit.domain import Float1D

Hits = npt.NDArray[np.bool_]


class Check(NamedTuple):
    """Statistic, its p-value and the degrees of freedom of its chi-squared law; None with a `reason`."""

    statistic: float | None
    p_value: float | None
    degrees: int
    reason: str | None = None


def chi_squared(statistic: float, degrees: int) -> Check:
    """A statistic that is chi-squared where the forecasts are right; rounding may not push it below 0."""
    statistic = max(float(statistic), 0.0)
    return Check(statistic, float(chdtrc(degrees, statistic)), degrees)


def check_json(test: Check) -> dict[str, Any]:
    """A test as a JSON object; the reason stands where there is one."""
    told: dict[str, Any] = {"statistic": test.statistic, "p_value": test.p_value, "degrees": test.degrees}
    return told if test.reason is None else {**told, "reason": test.reason}


def not_defined(degrees: int, reason: str) -> Check:
    """Say why there is no test."""
    return Check(None, None, degrees, reason)


def failures(pnl: Float1D, var: Float1D) -> Hits:
    """Days (days,) with a loss beyond the value at risk.

    Raises
    ------
    ValueError
        If there is no day, the arrays differ in length or something is not finite.
    """
    if not len(pnl) or len(pnl) != len(var):
        raise ValueError(f"as many days of P&L as of forecasts, and at least one: {len(pnl)} and {len(var)}")
    if not (np.isfinite(pnl).all() and np.isfinite(var).all()):
        raise ValueError("P&L and forecasts that are finite")
    return np.asarray(pnl < -var)


def refuse_probability(probability: float) -> None:
    """Refuse what is no probability of failure.

    Raises
    ------
    ValueError
        Unless it lies strictly between 0 and 1.
    """
    if not 0.0 < probability < 1.0:
        raise ValueError(f"a probability of failure between 0 and 1, not {probability}")
