"""Two modes on the same paths: who is liquidated where the other is not.

The interval of the difference of two paired proportions is the Wald interval after one path is
added to each of the two discordant cells, as Bonett and Price (2012), Journal of Educational and
Behavioral Statistics 37, 479-488, propose and Fagerland, Lydersen and Laake (2014), Statistics in
Medicine 33, 2850-2875, recommend. It keeps its coverage where the modes hardly ever differ: with no
discordant path among n it is +-2.8 / n, not zero.
"""

from collections.abc import Sequence
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from stresskit.domain import Estimate
from stresskit.measure.figure import Z95, figure, undefined

Hits = npt.NDArray[np.bool_]


def paired_difference(mode: Hits, baseline: Hits) -> Estimate:
    """Share of hits of `mode` minus that of `baseline`, path by path, with a 95 % interval.

    Parameters
    ----------
    mode, baseline : boolean arrays (paths,)
        The same paths in the same order.

    Raises
    ------
    ValueError
        If the arrays differ in length.
    """
    if len(mode) != len(baseline):
        raise ValueError(f"{len(mode)} and {len(baseline)} paths cannot be paired")
    return difference_of(_count(mode & ~baseline), _count(baseline & ~mode), len(mode))


def paired_table(mode: Hits, baseline: Hits) -> dict[str, Any]:
    """Fractions of the paths in the four cells and the difference, as JSON."""
    difference, n = paired_difference(mode, baseline), max(len(mode), 1)
    cells = [_count(cell) / n for cell in (mode & baseline, mode & ~baseline, baseline & ~mode)]
    return paired_cells([*cells, _count(~(mode | baseline)) / n], difference)


def paired_cells(cells: Sequence[float], difference: Estimate) -> dict[str, Any]:
    """Both, only mode, only baseline and, unless it is what remains, neither; and the difference, as JSON."""
    both, only_mode, only_baseline, *rest = cells
    return {
        "both": both,
        "only_mode": only_mode,
        "only_baseline": only_baseline,
        "neither": rest[0] if rest else max(1.0 - both - only_mode - only_baseline, 0.0),
        "difference": figure(difference),
    }


def _count(hits: Hits) -> int:
    return int(np.count_nonzero(hits))


def difference_of(only_mode: float, only_baseline: float, n: float) -> Estimate:
    """The estimate from the two discordant counts among `n` paths; none need be whole."""
    if n == 0:
        return undefined("no path")
    more, less = (only_mode + 1) / (n + 2), (only_baseline + 1) / (n + 2)
    half = Z95 * sqrt(max(more + less - (more - less) ** 2, 0.0) / (n + 2))
    low, high = max(more - less - half, -1.0), min(more - less + half, 1.0)
    return Estimate((only_mode - only_baseline) / n, low, high)
