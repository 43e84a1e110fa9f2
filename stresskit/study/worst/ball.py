"""The plausible correlation matrices: every pair between two quantiles of its own history.

The ball of level p holds the correlation matrices (semidefinite, unit diagonal) of the assets in which each
pair lies between the p and the 1 - p quantile of its rolling weekly correlations (`scenario.plausibility`):
a ball in the largest distance of a pair's percentile from the middle. A pair without a history stays what
it is in the calm model. The ball is convex; a matrix is taken to its nearest member by Dykstra's alternating
projections (Boyle, Dykstra, "A method for finding projections onto the intersection of convex sets in
Hilbert spaces", 1986).
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from stresskit.domain import Float2D
from stresskit.numerics.correlation import semidefinite, unit_scaled
from stresskit.scenario.plausibility import history

ROUNDS, CLOSE = 5000, 1e-12
INSIDE = 1e-7  # by how much a pair may miss its bound


@dataclass(frozen=True, slots=True, eq=False)
class Ball:
    """Bounds `low` and `high` (n, n) of every pair; `unknown`: pairs without a history."""

    low: Float2D
    high: Float2D
    unknown: tuple[str, ...] = ()

    def nearest(self, matrix: Float2D) -> Float2D:
        """The member nearest to a symmetric matrix (n, n), in the Frobenius norm.

        Raises
        ------
        ArithmeticError
            If the projections do not settle: the bounds may admit no correlation matrix.
        """
        boxed, cone_miss, box_miss = matrix.copy(), np.zeros_like(matrix), np.zeros_like(matrix)
        for _ in range(ROUNDS):
            cone = semidefinite(boxed + cone_miss)
            cone_miss = boxed + cone_miss - cone
            before, boxed = boxed, np.clip(cone + box_miss, self.low, self.high)
            box_miss = cone + box_miss - boxed
            if max(np.abs(boxed - before).max(), np.abs(boxed - cone).max()) < CLOSE * len(matrix):
                break
        found = unit_scaled(cone)
        if not self.holds(found):
            raise ArithmeticError("no correlation matrix was found between the bounds of its pairs")
        return found

    def holds(self, matrix: Float2D) -> bool:
        """Whether a correlation matrix lies in the ball, within 1e-7."""
        return bool(np.all(matrix >= self.low - INSIDE) and np.all(matrix <= self.high + INSIDE))


def ball(level: float, names: tuple[str, ...], calm: Float2D) -> Ball:
    """The ball of a level around the history of the assets `names`; `calm` (n, n) where there is none."""
    known = history()
    low, high, unknown = calm.copy(), calm.copy(), []
    for i, j in combinations(range(len(names)), 2):
        one, other = f"{names[i]}/{names[j]}", f"{names[j]}/{names[i]}"
        quantiles = known["pairs"].get(one, known["pairs"].get(other))
        if quantiles is None:
            unknown.append(one)
            continue
        low[i, j] = low[j, i] = np.interp(level, known["levels"], quantiles)
        high[i, j] = high[j, i] = np.interp(1.0 - level, known["levels"], quantiles)
    return Ball(low, high, tuple(unknown))
