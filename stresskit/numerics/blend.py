"""Move a correlation matrix part of the way toward a target, among some of its assets.

``R' = (1 - strength) R + strength T`` among the members; a mean of two correlation matrices is one
itself, so that only a target that is none needs a repair. The other assets follow by
`embed_correlation`.
"""

from dataclasses import dataclass

import numpy as np

from stresskit.arrays import Float2D, Int1D
from stresskit.numerics.correlation import nearest_correlation
from stresskit.numerics.embedding import embed_correlation


@dataclass(frozen=True, slots=True, eq=False)
class Blend:
    """`members` (m,): sorted places; `target` (m, m): their correlation at `strength` 1; 0: no change."""

    members: Int1D
    target: Float2D
    strength: float

    @property
    def idle(self) -> bool:
        """Whether it changes nothing: no strength, or no pair."""
        return self.strength == 0.0 or self.members.size < 2

    def among(self, matrix: Float2D) -> tuple[Float2D, float]:
        """Blended correlation (m, m) of the members of `matrix`, and the distance of its repair.

        Raises
        ------
        ValueError
            If the target is not finite and symmetric.
        """
        mixed = (1.0 - self.strength) * matrix[np.ix_(self.members, self.members)]
        mixed += self.strength * self.target
        np.fill_diagonal(mixed, 1.0)
        return nearest_correlation(mixed)

    def __call__(self, matrix: Float2D) -> Float2D:
        """Return the stressed matrix (assets, assets), `matrix` itself if idle."""
        if self.idle:
            return matrix
        return embed_correlation(matrix, self.members, self.among(matrix)[0])

    def distance(self, matrix: Float2D) -> float:
        """How far the blend had to be moved to be a correlation matrix (Frobenius norm)."""
        return 0.0 if self.idle else self.among(matrix)[1]
