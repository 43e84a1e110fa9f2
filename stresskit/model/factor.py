"""Funding rates and basis along the paths: stationary factors beside the returns.

``x' = mean + persistence (x - mean) + loading z + noise_scale e`` over one step, z the innovation of
the asset's own return in that step (of unit variance, before any multiplier of a scenario), e
independent noise of unit variance, Student-t or normal. Over another interval, of which the step is
the `share` s: persistence^s, and loading and noise scaled alike so that the long-run deviation stays.

Each kind has a Philox purpose of its own, whose index is the asset's place in the snapshot: no other
draw is shifted, whoever asks for a factor.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import Float1D, Int1D, StudentT
from stresskit.model.innovation_map import InnovationMap, build_map, innovate
from stresskit.numerics.elementary import fma
from stresskit.numerics.jit import kernel
from stresskit.numerics.normals import fill_words, single_normals


@dataclass(frozen=True, slots=True)
class Recursion:
    """One factor of one asset over `interval_s` seconds; `nu` is infinite for normal noise."""

    interval_s: float
    mean: float
    persistence: float
    loading: float
    noise_scale: float
    nu: float

    @property
    def long_run_sd(self) -> float:
        """Standard deviation in the long run."""
        return float(np.hypot(self.loading, self.noise_scale) / np.sqrt(1 - self.persistence**2))

    def over(self, step_s: float) -> "Recursion":
        """The same factor over `step_s` seconds."""
        persistence = self.persistence ** (step_s / self.interval_s)
        kept = float(np.sqrt((1 - persistence**2) / (1 - self.persistence**2)))
        return replace(
            self,
            interval_s=step_s,
            persistence=persistence,
            loading=self.loading * kept,
            noise_scale=self.noise_scale * kept,
        )


def unmoved(value: float, interval_s: float) -> Recursion:
    """A factor that stays at `value`."""
    return Recursion(interval_s, value, 0.0, 0.0, 0.0, np.inf)


class Factor(NamedTuple):
    """One kind of factor for the assets that have it.

    `asset` (rows,): places among the simulated assets, `place` (rows,): places in the snapshot;
    `start`, `mean`, `persistence`, `loading`, `noise_scale` (rows,) over one step; `law`: from
    normals to noise; `purpose`: of Philox.
    """

    asset: Int1D
    place: Int1D
    start: Float1D
    mean: Float1D
    persistence: Float1D
    loading: Float1D
    noise_scale: Float1D
    law: InnovationMap
    purpose: int


def build_factor(
    purpose: int, used: Int1D, places: Sequence[int], recursions: Sequence[Recursion], start: Float1D
) -> Factor:
    """Arrays for the kernel.

    Parameters
    ----------
    purpose : ``FUNDING`` or ``BASIS`` of the Philox table.
    used : sorted places of the simulated assets in the snapshot.
    places, recursions, start : each asset that has the factor, its recursion over one step of the
        simulation, and the level it starts from.

    Raises
    ------
    ValueError
        If an asset is not simulated, or a parameter is not finite or not stationary.
    """
    place = np.array(places, dtype=np.int64)
    if not np.isin(place, used).all():
        raise ValueError("factors of simulated assets")
    columns = {
        name: np.array([getattr(one, name) for one in recursions], dtype=np.float64)
        for name in ("mean", "persistence", "loading", "noise_scale")
    }
    if not all(np.isfinite(column).all() for column in (*columns.values(), start)):
        raise ValueError("finite parameters of every factor")
    if not ((columns["persistence"] >= 0) & (columns["persistence"] < 1)).all():
        raise ValueError("a persistence from 0 to below 1")
    law = build_map(tuple(StudentT(one.nu) for one in recursions), np.full(len(place), np.inf))
    return Factor(
        np.searchsorted(used, place),
        place,
        np.array(start, dtype=np.float64),
        **columns,
        law=law,
        purpose=purpose,
    )


@kernel
def draw_factor(
    factor: Any, key: Any, path: Any, step: Any, shock: Any, words: Any, scratch: Any, level: Any, out: Any
) -> None:
    """Move `level` (rows, paths) on from `step`; write it to `out` (steps, assets, paths) after each.

    `shock` (steps, assets, paths): innovations of the returns; `words` (4, paths) uint32, `scratch`
    (3, paths).
    """
    z, e, spare = scratch
    for s in range(out.shape[0]):
        for k in range(factor.asset.size):
            place, own = np.uint64(factor.place[k]), shock[s, factor.asset[k]]
            fill_words(key, path, step + s, np.uint64(factor.purpose), place, words)
            single_normals(words[0], words[1], z)
            innovate(factor.law, k, z, e, spare)
            x, found = level[k], out[s, factor.asset[k]]
            mean, kept = factor.mean[k], factor.persistence[k]
            for b in range(x.shape[0]):
                moved = fma(factor.loading[k], own[b], factor.noise_scale[k] * e[b])
                x[b] = fma(kept, x[b] - mean, mean) + moved
                found[b] = x[b]
