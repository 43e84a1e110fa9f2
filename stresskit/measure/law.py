"""How the paths of a run count: all alike, or each by its weight."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from stresskit.domain import Estimate, Float1D
from stresskit.measure import weighted
from stresskit.measure.mean import mean
from stresskit.measure.paired import Hits, paired_table
from stresskit.measure.pieces import Sample, in_pieces
from stresskit.measure.probability import probability
from stresskit.measure.tail import tail_figures
from stresskit.measure.waiting import waiting_time

LEVELS = (0.95, 0.975, 0.99)


@dataclass(frozen=True, slots=True, eq=False)
class Law:
    """Estimates over all paths, or over the ones that a mask (paths,) picks; `weight` None: all alike."""

    weight: Float1D | None = None

    def _of(self, mask: Hits | None) -> Float1D:
        assert self.weight is not None
        return self.weight if mask is None else self.weight[mask]

    def share(self, hits: Hits, among: Hits | None = None) -> Estimate:
        """How often something happens, of all paths or of those `among` which all hits are."""
        if self.weight is None:
            trials = len(hits) if among is None else int(np.count_nonzero(among))
            return probability(int(np.count_nonzero(hits)), trials)
        return weighted.probability(hits if among is None else hits[among], self._of(among))

    def mean(
        self,
        values: Sample,
        mask: Hits | None = None,
        floor: float | None = None,
        nothing: str = "no path",
    ) -> Estimate:
        """Average of `values`, which are those of the picked paths already."""
        if self.weight is None:
            return mean(values, floor, nothing)
        return weighted.mean(in_pieces(values).whole(), self._of(mask), floor, nothing)

    def tails(self, loss: Sample) -> tuple[list[Estimate], list[Estimate]]:
        """Value at risk and expected shortfall at the reported levels."""
        if self.weight is None:
            return tail_figures(loss, LEVELS)
        return weighted.tail_figures(in_pieces(loss).whole(), self.weight, LEVELS)

    def waiting(self, hours: Float1D, mask: Hits) -> dict[str, Any]:
        """Quantiles of the hours of the picked paths."""
        if self.weight is None:
            return waiting_time(hours)
        return weighted.waiting_time(hours, self._of(mask))

    def paired(self, mode: Hits, baseline: Hits) -> dict[str, Any]:
        """Two modes on the same paths."""
        if self.weight is None:
            return paired_table(mode, baseline)
        return weighted.paired_table(mode, baseline, self.weight)


PLAIN = Law()
