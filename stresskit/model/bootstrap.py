"""Filtered historical simulation: past standardized residuals, whole cross-sections in blocks.

Stationary bootstrap: with probability ``1 / mean_block`` the next row is a fresh uniform one, else
the one after the last, the first after the last of all. The variates are innovations themselves.

Sources: Barone-Adesi, Giannopoulos, Vosper, Journal of Futures Markets 19 (1999); Politis, Romano,
Journal of the American Statistical Association 89 (1994).
"""

from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import Bootstrap, Float2D, Int1D
from stresskit.model.memory import advance, begin
from stresskit.numerics.elementary import fma
from stresskit.numerics.jit import implements, part
from stresskit.numerics.normals import fill_words
from stresskit.numerics.philox import BOOTSTRAP, HALF


class BootstrapDraws(NamedTuple):
    """`table` (assets, rows): residuals of the used assets; `jump`: probability of a fresh row."""

    table: Float2D
    jump: float

    @property
    def state_rows(self) -> int:
        """The row of the coming step."""
        return 1

    @property
    def shape(self) -> tuple[int, int]:
        """Rows of variates, and no normals."""
        return self.table.shape[0], 0


def build_bootstrap(dependence: Bootstrap, used: Int1D) -> BootstrapDraws:
    """Residuals of the `used` assets at mean 0 and variance 1.

    Raises
    ------
    ValueError
        If there are fewer than two rows, one is not finite, an asset's do not vary, or the mean
        block is below one row.
    """
    chosen = np.asarray(dependence.residuals, dtype=np.float64)[:, used]
    if len(chosen) < 2 or not np.isfinite(chosen).all():
        raise ValueError("two or more rows of finite residuals")
    if not 1.0 <= dependence.mean_block < np.inf:
        raise ValueError(f"a mean block of one row or more, got {dependence.mean_block}")
    centred = chosen - chosen.mean(axis=0)
    deviation = np.sqrt(np.mean(centred**2, axis=0))
    if not (deviation > 0.0).all():
        raise ValueError("residuals that vary")
    return BootstrapDraws(np.ascontiguousarray((centred / deviation).T), 1.0 / dependence.mean_block)


@part
def move(draws: Any, key: Any, path: Any, step: Any, place: Any, words: Any, fresh: Any) -> None:
    """Choose the row `place` (paths,) of `step`; a `fresh` start has no row to follow."""
    fill_words(key, path, step, BOOTSTRAP, np.uint64(0), words)
    rows = draws.table.shape[1]
    for b in range(place.size):
        u = fma(float(np.int64(words[0, b])), 2.0**-32, 2.0**-33)
        uniform = float(np.int64((np.uint64(words[1, b]) * np.uint64(rows)) >> HALF))
        after = place[b] + 1.0
        after = after if after < rows else 0.0
        place[b] = uniform if fresh or u < draws.jump else after


@implements(begin, BootstrapDraws, allocates=True)
def _begin(copula: Any, key: Any, path: Any, state: Any) -> None:
    words = np.empty((4, state.shape[1]), dtype=np.uint32)
    move(copula, key, path, 0, state[0], words, True)


@implements(advance, BootstrapDraws)
def _advance(copula: Any, key: Any, path: Any, step: Any, state: Any, work: Any) -> None:
    place = state[0]
    for k in range(copula.table.shape[0]):
        past, y = copula.table[k], work.y[k]
        for b in range(place.size):
            y[b] = past[np.uint64(place[b])]
    move(copula, key, path, step + 1, place, work.words, False)
