"""Two scenarios on the same draws: by how much a scenario changes a figure, path by path.

Without weights the difference of two shares has the interval of `stresskit.measure.paired`, that of two
means the normal interval of the mean difference. With importance weights a path has one weight in each
scenario, and the interval is that of the linearized difference of two weighted means,
``sum (w_i (x_i - x) / W - v_i (y_i - y) / V)^2``.

Source of the linearization: Owen, "Monte Carlo theory, methods and examples" (2013), chapter 9.
"""

from math import sqrt
from typing import Any

import numpy as np

from stresskit.domain import Estimate, Float1D
from stresskit.measure.figure import Z95, figure, undefined
from stresskit.measure.law import Law
from stresskit.measure.life import Columns, costs, liquidated
from stresskit.measure.mean import mean
from stresskit.measure.paired import Hits, paired_difference
from stresskit.measure.pieces import Pieces, Sample, in_pieces


def against(column: Columns, other: Columns, law: Law, other_law: Law) -> dict[str, Any]:
    """Figures of one life less those of the `other` scenario's: P(liquidation), P(closed out), cost."""
    shut, before = (np.asarray(read("closed_step") >= 0) for read in (column, other))
    return {
        "p_liquidation": figure(_share(liquidated(column), liquidated(other), law, other_law)),
        "p_closed_out": figure(_share(shut, before, law, other_law)),
        "expected_liquidation_cost": figure(mean_difference(costs(column), costs(other), law, other_law)),
    }


def _share(hits: Hits, before: Hits, law: Law, other_law: Law) -> Estimate:
    if law.weight is None and other_law.weight is None:
        return paired_difference(hits, before)
    return mean_difference(hits.astype(float), before.astype(float), law, other_law)


def mean_difference(values: Sample, before: Sample, law: Law, other_law: Law) -> Estimate:
    """Mean of `values` (paths,) less that of `before` (the same paths,), each under its own law."""
    x, y = in_pieces(values), in_pieces(before)
    if law.weight is None and other_law.weight is None:
        return mean(Pieces(len(x), lambda some: x.read(some) - y.read(some)))
    n = len(x)
    if n < 2:
        return undefined("no path" if n == 0 else "one observation gives no interval")
    (centre, pull), (other, back) = (_pull(one.whole(), by.weight) for one, by in ((x, law), (y, other_law)))
    half = Z95 * sqrt(float(np.sum((pull - back) ** 2)) * n / (n - 1))
    return Estimate(centre - other, centre - other - half, centre - other + half)


def _pull(values: Float1D, weight: Float1D | None) -> tuple[float, Float1D]:
    """Weighted mean and what each path adds to its deviation."""
    share = np.full(len(values), 1.0 / len(values)) if weight is None else weight / weight.sum()
    centre = float(share @ values)
    return centre, share * (values - centre)
