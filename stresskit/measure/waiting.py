"""When liquidation comes, among the paths where it comes."""

from typing import Any

import numpy as np

from stresskit.domain import Float1D


def waiting_time(hours: Float1D) -> dict[str, Any]:
    """Median and first decile of the hours to the first forced closing.

    Both are observed times (inverse of the empirical distribution), null with a reason where no
    path is liquidated.
    """
    if len(hours) == 0:
        return {"median": None, "p10": None, "reason": "no path is liquidated"}
    median, early = np.quantile(hours, (0.5, 0.1), method="inverted_cdf")
    return {"median": float(median), "p10": float(early)}
