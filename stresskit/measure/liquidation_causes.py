"""Which leg carried the liquidated paths: P(liquidation) divided among the legs of a book.

By trigger: the share of all paths that were liquidated and on which the leg had the largest contribution to
the requirement at the first breach. By loss: the mean over all paths of the leg's part of the loss
``X_i / sum_j X_j`` where the path is liquidated at a loss; a leg that won then counts negative. Either way
the parts and what belongs to no leg (liquidated without a trigger, or without a loss) add up to
P(liquidation).
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stresskit.domain import Estimate, Float1D, Float2D
from stresskit.measure import weighted
from stresskit.measure.law import Law
from stresskit.measure.paired import Hits


class Causes(NamedTuple):
    """P(liquidation), the part of each leg, and the part of none."""

    total: Estimate
    legs: tuple[Estimate, ...]
    none: Estimate


def causes_by_trigger(
    trigger: npt.NDArray[np.integer], hits: Hits, legs: int, weight: Float1D | None = None
) -> Causes:
    """Divide P(liquidation) by the leg that triggered each liquidation.

    Parameters
    ----------
    trigger : integer array (paths,)
        Index of the leg, -1 where there is none.
    hits : boolean array (paths,)
        Which paths were liquidated.
    legs : int
        How many legs the book has.
    weight : array (paths,), optional
        Importance weights.

    Raises
    ------
    ValueError
        If there is no path, the arrays differ in length or a trigger is no leg.
    """
    _refuse(len(trigger), hits)
    if trigger.min() < -1 or trigger.max() >= legs:
        raise ValueError(f"triggers from -1 to {legs - 1}")
    law = Law(weight)
    return Causes(
        law.share(hits),
        tuple(law.share(np.asarray(hits & (trigger == leg))) for leg in range(legs)),
        law.share(np.asarray(hits & (trigger < 0))),
    )


def causes_by_loss(losses: Float2D, hits: Hits, weight: Float1D | None = None) -> Causes:
    """Divide P(liquidation) by each leg's part of the loss on the liquidated paths.

    Parameters
    ----------
    losses : array (paths, legs), USD
        Losses of the legs at the first breach, positive; read where `hits` is set.
    hits : boolean array (paths,)
        Which paths were liquidated.
    weight : array (paths,), optional
        Importance weights.

    Raises
    ------
    ValueError
        If there is no path, the arrays differ in length or a loss on a liquidated path is not finite.
    """
    _refuse(len(losses), hits)
    if not np.isfinite(losses[hits]).all():
        raise ValueError("the sample holds a loss that is not finite")
    whole = np.where(hits, losses.sum(axis=1), 0.0)
    losing = whole > 0
    part = np.where(losing[:, None], losses, 0.0) / np.where(losing, whole, 1.0)[:, None]
    law = Law(weight)
    count = np.ones(len(hits)) if weight is None else weight
    legs = tuple(weighted.mean(np.ascontiguousarray(part[:, i]), count) for i in range(part.shape[1]))
    return Causes(law.share(hits), legs, law.share(np.asarray(hits & ~losing)))


def _refuse(paths: int, hits: Hits) -> None:
    if not paths or paths != len(hits):
        raise ValueError(f"as many paths as marks of liquidation, and at least one: {paths} and {len(hits)}")
