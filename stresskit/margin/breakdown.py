"""Memory that a rule writes what it computes to, allocated once a thread."""

import numpy as np

from stresskit.domain import TERMS, Beside, Breakdown
from stresskit.numerics.aligned import aligned
from stresskit.numerics.sums import GROUP

LANES = 256  # scenarios of which a bound is computed at a time
SETS = 5  # the most sets of scenarios by which a rule closes a position


def empty_breakdown(positions: int, assets: int, scenarios: int) -> Breakdown:
    """Allocate what a rule writes to; `scenarios` is 0 where the rule has no scenario set."""
    wide = -(-scenarios // GROUP) * GROUP
    return Breakdown(
        contribution=np.zeros(positions),
        slope=np.zeros(positions),
        drift=np.zeros(assets),
        terms=np.zeros(TERMS),
        binding=np.zeros(1, dtype=np.int64),
        exposure=np.zeros(assets),
        scale=np.zeros(assets),
        gradient=np.zeros(assets),
        loss=np.zeros(wide),
        base=np.zeros(wide),
        tail=np.zeros(wide, dtype=np.int64),
        rough=aligned((2, wide), np.int32),
        pairs=np.zeros((assets + 1) // 2, dtype=np.int64),
        scratch=np.zeros(2 * wide),
        aside=np.zeros(3),
        last=np.zeros(1),
        lanes=np.zeros(LANES, dtype=np.float32),
        beside=Beside(aligned((SETS, wide), np.int32), np.zeros(SETS), np.zeros(SETS, dtype=np.int64)),
    )
