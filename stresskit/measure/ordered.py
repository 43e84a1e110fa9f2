"""A sample of losses in ascending order, each with its mass; of a large sample only its upper part."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stresskit.domain import Float1D
from stresskit.measure.largest import largest
from stresskit.measure.pieces import Sample, in_pieces
from stresskit.measure.weighted import quantile_worth

Order = npt.NDArray[np.intp]


class Ordered(NamedTuple):
    """Losses (n,) in ascending order, and their masses (n,), which add up to 1.

    `place` is the index of the quantile; `worth` the number of plain paths that know the share of
    losses up to it as well as these do (n where all count `alike`). Of a sample that was cut, all
    arrays hold what is left, and `below_square` is the sum of the squared masses of what was left out.
    `order` says where each loss stood before; None of a sample of which that was not asked.
    """

    losses: Float1D
    masses: Float1D
    place: int
    worth: float
    alike: bool
    below_square: float = 0.0
    order: Order | None = None

    @property
    def quantile(self) -> float:
        """The order statistic at the level: the value at risk."""
        return float(self.losses[self.place])


def ordered(loss: Sample, level: float, weight: Float1D | None = None) -> Ordered:
    """Sort a sample once for every estimate at `level`.

    Parameters
    ----------
    loss : array (n,), USD
        Losses are positive.
    level : float
        At least 0.5 and below 1.
    weight : array (n,), optional
        Importance weights; None where all paths count alike.

    Raises
    ------
    ValueError
        If the sample is empty, a loss is not finite, the level is out of range, or the weights do not
        fit the losses, are negative or all zero.
    """
    return upper_parts(loss, {level: 0.0}, weight)[level]


def upper_parts(
    loss: Sample, least: Mapping[float, float], weight: Float1D | None = None, *, placed: bool = False
) -> dict[float, Ordered]:
    """Sort a sample once for every estimate at several levels.

    Parameters
    ----------
    loss, weight : as for `ordered`.
    least : mapping
        By level, the share of the sample below which nothing is asked for. It is left out where all
        paths count alike, unless a quantile is among many equal losses.
    placed : bool
        Whether to say where the losses stood. The order of each level is then the end of that of
        every lower one.

    Raises
    ------
    ValueError
        As `ordered`.
    """
    _refuse(loss, least, weight)
    n = len(loss)
    cuts = {level: int(share * n) for level, share in least.items()}
    if weight is None and (lowest := min(cuts.values())) > 0:
        losses, order = _largest(loss, n - lowest) if placed else (largest(_finite(loss), n - lowest), None)
        found = {level: _upper(losses, order, level, cut, n) for level, cut in cuts.items()}
        if all(one.losses[0] < one.quantile for one in found.values()):
            return found
    values = np.concatenate(list(_finite(loss)), dtype=np.float64)
    order = np.argsort(values, kind="stable")
    return {level: _whole(values[order], order, level, weight) for level in least}


def _whole(losses: Float1D, order: Order, level: float, weight: Float1D | None) -> Ordered:
    n = losses.size
    if weight is None:
        place = int(np.ceil(n * level - 1e-9)) - 1
        return Ordered(losses, np.full(n, 1.0 / n), place, n, True, order=order)
    masses = weight[order] / float(weight.sum())
    place, worth = quantile_worth(masses, level)
    return Ordered(losses, masses, place, worth, False, order=order)


def _upper(losses: Float1D, order: Order | None, level: float, cut: int, n: int) -> Ordered:
    """A sample of `n` without its `cut` smallest losses, all of them alike; `losses` are the largest."""
    first = losses.size - (n - cut)
    place = max(int(np.ceil(n * level - 1e-9)) - 1 - cut, 0)
    masses = np.full(n - cut, 1.0 / n)
    where = None if order is None else order[first:]
    return Ordered(losses[first:], masses, place, n, True, cut / n**2, where)


def _largest(loss: Sample, wanted: int) -> tuple[Float1D, Order]:
    """So many of the largest losses in ascending order, equal ones as they stood, and where they stood."""
    losses, places, first = np.empty(0), np.empty(0, dtype=np.intp), 0
    for piece in _finite(loss):
        losses = np.concatenate((losses, piece))
        places = np.concatenate((places, np.arange(first, first + len(piece))))
        first += len(piece)
        if (over := losses.size - wanted) > 0:
            kept = np.argpartition(losses, over)[over:]
            losses, places = losses[kept], places[kept]
    order = np.lexsort((places, losses))
    return losses[order], places[order]


def _finite(loss: Sample) -> Iterator[Float1D]:
    for piece in in_pieces(loss):
        if not np.isfinite(piece).all():
            raise ValueError("the sample holds a loss that is not finite")
        yield piece


def _refuse(loss: Sample, levels: Mapping[float, float], weight: Float1D | None) -> None:
    for level in levels:
        if not 0.5 <= level < 1.0:
            raise ValueError(f"a confidence level of at least 0.5 and below 1, not {level}")
    if not len(loss):
        raise ValueError("a sample without a single loss")
    if weight is None:
        return
    if len(weight) != len(loss):
        raise ValueError(f"{len(weight)} weights for {len(loss)} losses")
    if not np.isfinite(weight).all() or weight.min() < 0.0 or not weight.sum() > 0.0:
        raise ValueError("weights that are finite, not negative and not all zero")
