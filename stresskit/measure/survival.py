"""When paths are liquidated: survival and hazard over stretches of the horizon, each with its interval.

Every path is seen until the horizon, so survival is the share of paths that no forced closing has touched,
with Wilson's interval. The hazard of a stretch is the share that is first liquidated in it among those that
reached it untouched: undefined once there are none.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from stresskit.domain import Float1D
from stresskit.measure.figure import figure
from stresskit.measure.law import Law
from stresskit.measure.probability import wilson
from stresskit.measure.weighted import share_worth

STRETCHES = 10
GONE = "no path reaches this stretch untouched"

Steps = npt.NDArray[np.integer[Any]]


def survival_table(step: Steps, steps: int, step_h: float, law: Law) -> dict[str, Any]:
    """``time_h``: ends of at most 10 stretches; ``survival`` there and ``hazard`` over each, as JSON.

    Parameters
    ----------
    step : integer array (paths,)
        Step of the first forced closing, 0 at the start, -1 for never.
    steps : steps to the horizon.
    step_h : hours a step.
    law : how the paths count.
    """
    ends = np.unique(np.ceil(np.arange(1, STRETCHES + 1) * steps / STRETCHES).astype(int))
    of_step = np.append(np.searchsorted(ends, np.arange(steps + 1)), ends.size).astype(np.int8)
    stretch = of_step[step]  # of the first forced closing; never, which is -1, comes after the last
    hazards, survived = [], []
    for k in range(ends.size):
        found = law.share(stretch == k, stretch >= k)
        hazards.append(figure(found._replace(reason=GONE) if found.value is None else found))
        survived.append(figure(law.share(stretch > k)))
    return {"time_h": (ends * step_h).tolist(), "survival": survived, "hazard": hazards}


def survival_band(step: Steps, steps: int, weight: Float1D | None) -> tuple[Float1D, Float1D]:
    """Lower and upper end (steps + 1,) of the pointwise 95 % band of the survival curve.

    With weights the band is that of as many plain paths as the weighted share at the horizon is worth.
    """
    count = np.ones(len(step)) if weight is None else weight
    hit = step >= 0
    gone = np.cumsum(np.bincount(step[hit], count[hit], minlength=steps + 1)[: steps + 1]) / count.sum()
    worth = float(len(step)) if weight is None else share_worth(hit, weight)
    return wilson_band(np.clip(1.0 - gone, 0.0, 1.0), worth)


def wilson_band(share: Float1D, worth: float) -> tuple[Float1D, Float1D]:
    """Wilson's intervals of many shares of `worth` trials each."""
    ends = np.array([wilson(float(one), worth)[1:3] for one in share], dtype=np.float64)
    return np.ascontiguousarray(ends[:, 0]), np.ascontiguousarray(ends[:, 1])
