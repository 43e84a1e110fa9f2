"""Would a requirement have covered the loss of the period after it? Each failure with its size."""

from typing import NamedTuple

import numpy as np

from stresskit.domain import Estimate, Float1D, Int1D
from stresskit.measure.probability import probability


class Cover(NamedTuple):
    """Days, the exceptions by their place, their share, and the largest one as a multiple.

    `largest` is the loss over the requirement, None without an exception or where it is over nothing;
    `coverage` is the mean requirement over the mean loss of the losing days, None without a loss.
    """

    days: int
    exceptions: Int1D
    share: Estimate
    largest: float | None
    mean_requirement: float
    coverage: float | None


def cover(loss: Float1D, requirement: Float1D) -> Cover:
    """Compare the `loss` (days,) of each margin period with the `requirement` (days,) at its start, USD.

    Raises
    ------
    ValueError
        If there is no day, the arrays differ in length, or something is not finite or below zero.
    """
    if not len(loss) or len(loss) != len(requirement):
        raise ValueError(
            f"as many losses as requirements, and at least one: {len(loss)} and {len(requirement)}"
        )
    if not (np.isfinite(loss).all() and np.isfinite(requirement).all() and requirement.min() >= 0.0):
        raise ValueError("losses and requirements that are finite, and requirements not below zero")
    found = np.flatnonzero(loss > requirement).astype(np.int64)
    over = [float(loss[i] / requirement[i]) for i in found if requirement[i] > 0.0]
    lost, asked = loss[loss > 0.0], float(requirement.mean())
    return Cover(
        len(loss),
        found,
        probability(found.size, len(loss)),
        max(over) if over else None,
        asked,
        asked / float(lost.mean()) if lost.size else None,
    )
