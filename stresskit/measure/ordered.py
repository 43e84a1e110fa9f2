"""A sample of losses in ascending order, each with its mass; of a large sample only its upper part."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stresskit.domain import Float1D
from stresskit.measure.pieces import Sample, in_pieces
from stresskit.measure.weighted import quantile_worth


class Ordered(NamedTuple):
    """Losses (n,) in ascending order, their masses (n,), which add up to 1, and where each stood before.

    `place` is the index of the quantile; `worth` the number of plain paths that know the share of
    losses up to it as well as these do (n where all count alike). Of a sample that was cut, all arrays
    hold what is left, and `below_square` is the sum of the squared masses of what was left out.
    """

    losses: Float1D
    masses: Float1D
    order: npt.NDArray[np.intp]
    place: int
    worth: float
    below_square: float = 0.0

    @property
    def quantile(self) -> float:
        """The order statistic at the level: the value at risk."""
        return float(self.losses[self.place])


def ordered(loss: Sample, level: float, weight: Float1D | None = None, least: float = 0.0) -> Ordered:
    """Sort a sample once for every estimate at `level`.

    Parameters
    ----------
    loss : array (n,), USD
        Losses are positive.
    level : float
        At least 0.5 and below 1.
    weight : array (n,), optional
        Importance weights; None where all paths count alike.
    least : float
        Share of the sample below which nothing is asked for; it is left out where all paths count alike,
        unless the quantile is among many equal losses.

    Raises
    ------
    ValueError
        If the sample is empty, a loss is not finite, the level is out of range, or the weights do not
        fit the losses, are negative or all zero.
    """
    _refuse(loss, level, weight)
    if weight is None and (cut := int(least * len(loss))) > 0:
        kept = _upper(loss, level, cut)
        if kept.losses[0] < kept.quantile:
            return kept
    values = in_pieces(loss).whole()
    order = np.argsort(values, kind="stable")
    losses, n = np.asarray(values, dtype=np.float64)[order], len(loss)
    if weight is None:
        place = int(np.ceil(n * level - 1e-9)) - 1
        return Ordered(losses, np.full(n, 1.0 / n), order, place, n)
    masses = weight[order] / float(weight.sum())
    place, worth = quantile_worth(masses, level)
    return Ordered(losses, masses, order, place, worth)


def _upper(loss: Sample, level: float, cut: int) -> Ordered:
    """The sample without its `cut` smallest losses, all of them alike."""
    n = len(loss)
    losses, order = _largest(loss, n - cut)
    place = max(int(np.ceil(n * level - 1e-9)) - 1 - cut, 0)
    masses = np.full(order.size, 1.0 / n)
    return Ordered(losses, masses, order, place, n, cut / n**2)


def _largest(loss: Sample, wanted: int) -> tuple[Float1D, npt.NDArray[np.intp]]:
    """So many of the largest losses in ascending order, equal ones as they stood, and where they stood."""
    losses, places, first = np.empty(0), np.empty(0, dtype=np.intp), 0
    for piece in in_pieces(loss):
        losses = np.concatenate((losses, piece))
        places = np.concatenate((places, np.arange(first, first + len(piece))))
        first += len(piece)
        if (over := losses.size - wanted) > 0:
            kept = np.argpartition(losses, over)[over:]
            losses, places = losses[kept], places[kept]
    order = np.lexsort((places, losses))
    return losses[order], places[order]


def _refuse(loss: Sample, level: float, weight: Float1D | None) -> None:
    if not 0.5 <= level < 1.0:
        raise ValueError(f"a confidence level of at least 0.5 and below 1, not {level}")
    if not len(loss):
        raise ValueError("a sample without a single loss")
    if not all(np.isfinite(piece).all() for piece in in_pieces(loss)):
        raise ValueError("the sample holds a loss that is not finite")
    if weight is None:
        return
    if len(weight) != len(loss):
        raise ValueError(f"{len(weight)} weights for {len(loss)} losses")
    if not np.isfinite(weight).all() or weight.min() < 0.0 or not weight.sum() > 0.0:
        raise ValueError("weights that are finite, not negative and not all zero")
