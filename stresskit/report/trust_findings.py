"""How far the model and the run can be trusted, by rule, from tests and intervals."""

from collections.abc import Mapping, Sequence
from typing import Any

from stresskit.report.format import Estimate, level_name, percent, significant, stated

Json = Mapping[str, Any]
REJECTED = 0.05
COARSE = 0.25  # half an interval, as a share of its estimate, from which this is known only roughly


def exceptions(level: float, told: Json) -> str:
    """Losses beyond the VaR against what was expected, and the zone of the traffic light."""
    count, days = told["failures"], told["days"]
    expected = significant(told["expected"])
    share = (
        f"{count} of {stated(days)} days lost more than the {level_name(str(level))} VaR of the day before"
    )
    return f"{share}, {expected} expected: {told['zone']} zone"


def tests(level: float, told: Mapping[str, Json]) -> str:
    """How many tests of the forecasts reject them."""
    known = [test["p_value"] for test in told.values() if test["p_value"] is not None]
    rejected = sum(p < REJECTED for p in known)
    name = f"the {level_name(str(level))} forecasts at {percent(REJECTED)}"
    if not known:
        return "No test is defined for so few days"
    if not rejected:
        return f"None of {len(known)} tests rejects {name}"
    return f"{rejected} of {len(known)} tests reject {name}"


def law(told: Mapping[str, Json]) -> str:
    """Whether days fell evenly over the forecast laws."""
    p = told.get("kolmogorov_smirnov", {}).get("p_value")
    if p is None:
        return "Where days fell in their forecast law is not tested"
    word = "does not look" if p < REJECTED else "looks"
    return f"Where days fell in their forecast law {word} even (Kolmogorov-Smirnov p {significant(p)})"


def residuals(found: Mapping[str, float | None], lag: int) -> str:
    """Of how many assets squared residuals are still autocorrelated: volatility that was left over."""
    known = {asset: p for asset, p in found.items() if p is not None}
    if not known:
        return "The snapshot does not say how its residuals behave"
    left = [asset for asset, p in known.items() if p < REJECTED]
    if not left:
        return f"No clustering of volatility is left in the residuals at {lag} lags"
    named = ", ".join(left[:4]) + (f" and {len(left) - 4} more" if len(left) > 4 else "")
    return f"Clustering is left in the squared residuals of {len(left)} of {len(known)} assets: {named}"


def convergence(label: str, scenario: str, late: Sequence[float], final: Estimate) -> str:
    """Whether the estimate stayed within its final interval over the last half of the paths."""
    name = f"P(liquidation) of {label} in {scenario}"
    outside = [share for share in late if not final["low"] <= share <= final["high"]]
    if outside:
        return f"{name} still left its final interval in the last half of the paths: take more"
    if final["value"] == 0.0:
        return f"{name} is below {percent(final['high'])}: no path was liquidated"
    half = (final["high"] - final["low"]) / 2.0
    settled = f"{percent(final['value'])} ± {significant(100.0 * half, 2)} points"
    if half > COARSE * final["value"]:
        return f"{name} is {settled}: known only roughly, more paths would narrow it"
    return f"{name} is {settled}; more paths would not move it far"
