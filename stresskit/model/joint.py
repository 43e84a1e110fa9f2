"""Copula and marginals together: the kernel that draws a tile of returns, and what it needs."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from stresskit.domain import AnyDependence, Float1D, Float2D, Float3D, Int1D, JointModel
from stresskit.model.dependence import build_copula, tilted, variate_nu, work_shape
from stresskit.model.egarch import Egarch
from stresskit.model.float32 import Sampler32, fill_tile_32
from stresskit.model.gjr import FLOOR, GjrGarch, step_asset
from stresskit.model.marginal import build_marginals
from stresskit.model.memory import advance, amplitude, observe, state_rows
from stresskit.model.step_correlation import step_correlation
from stresskit.model.tilt import NO_TILT
from stresskit.model.vine import VineCopula, vine_scores
from stresskit.numerics.aligned import aligned
from stresskit.numerics.jit import inline, kernel, part
from stresskit.numerics.ready import Ready, kinds

NO_MARKS = np.zeros((0, 0))


class Sampler(NamedTuple):
    """Everything a tile is drawn from, except key, place and state.

    `correlation` (assets, assets): of the returns of a step, for what happens between two steps.
    """

    copula: Any
    marginals: GjrGarch | Egarch
    correlation: Float2D


class Work(NamedTuple):
    """Scratch of one thread: words (4, paths), normals z and variates y (rows, paths), rows.

    `given` (steps, rows, paths): variates that were drawn before the kernel began, by step; `spare` is
    as long as the copula's property `spare_size` asks for. `shock` (steps, assets, paths): where the
    innovations are kept, if anything but the returns asks for them; of no steps otherwise. `ratio`
    (paths,) sums the log likelihood ratios of a tilt.
    """

    words: npt.NDArray[np.uint32]
    z: Float2D
    y: Float2D
    w: Float1D
    x: Float1D
    given: Float3D
    spare: Float1D
    ratio: Float1D
    shock: Float3D


def build_sampler(
    model: JointModel, dependence: AnyDependence, used: Int1D, tilt: Float2D = NO_TILT
) -> Sampler:
    """Compile `model` with `dependence` in place of its own, for the sorted places `used`.

    Raises
    ------
    ValueError
        If the paths of a dependence that cannot be tilted shall be.
    """
    nu = variate_nu(dependence, used)
    marginals = build_marginals(model.marginals, nu, used)
    copula = tilted(build_copula(dependence, used), tilt)
    return Sampler(copula, marginals, step_correlation(dependence, used))


def build_work(sampler: Sampler | Sampler32, paths: int) -> Work:
    """Allocate the scratch of one thread for blocks of up to `paths` paths, in the sampler's precision."""
    kind: npt.DTypeLike = np.float64
    if isinstance(sampler, Sampler32):
        (rows, columns), kind = sampler.copula.factor.shape, np.float32
    else:
        rows, columns = work_shape(sampler.copula)
    return Work(
        aligned((4, paths), np.uint32),
        aligned((columns, paths), kind),
        aligned((rows, paths), kind),
        aligned((paths,), kind),
        aligned((paths,), kind),
        np.zeros((0, 0, 0)),
        aligned((getattr(sampler.copula, "spare_size", 0),)),
        np.zeros(paths),
        np.zeros((0, 0, 0)),
    )


def build_state(sampler: Sampler | Sampler32, paths: int) -> Float2D:
    """Allocate what the dependence remembers of each path: (rows, paths), no rows without memory."""
    state: Float2D = aligned((state_rows(sampler.copula), paths))
    return state


class Drawing:
    """Tiles drawn from one sampler in one thread's memory, which stays the same from tile to tile."""

    def __init__(
        self,
        sampler: Sampler | Sampler32,
        work: Work,
        state: Float2D,
        h: Float2D,
        marks: Float2D = NO_MARKS,
    ) -> None:
        """`state`, h and `marks` as `fill_tile` moves them on; in single precision only with `marks`."""
        self.sampler, self.work = sampler, work
        single = isinstance(sampler, Sampler32)
        self._moving: tuple[Float2D, ...] = (h,) if single else (state, h)
        self._marks = marks
        self._fill = Ready(fill_tile_32 if single else fill_tile)

    def tile(
        self, key: int, path: int, step: int, multiplier: float, returns: Float3D, variance: Float3D
    ) -> int:
        """Draw a tile: what no kernel can draw first, then the rest; see `fill_tile`."""
        sampler, work = self.sampler, self.work
        if isinstance(sampler.copula, VineCopula):
            given = vine_scores(sampler.copula, key, path, step, len(returns), returns.shape[2])
            work = work._replace(given=given)
        known = kinds((work.given, returns, variance))
        floored: int = self._fill(
            known, sampler, int(key), int(path), int(step), float(multiplier), work, *self._moving,
            returns, variance, self._marks,
        )  # fmt: skip
        return floored


def draw_tile(
    sampler: Sampler | Sampler32,
    key: int,
    path: int,
    step: int,
    multiplier: float,
    work: Work,
    state: Float2D,
    h: Float2D,
    returns: Float3D,
    variance: Float3D,
    marks: Float2D = NO_MARKS,
) -> int:
    """Draw one tile; many from one sampler are a `Drawing`."""
    return Drawing(sampler, work, state, h, marks).tile(key, path, step, multiplier, returns, variance)


@part
def keep(x: Any, out: Any) -> None:
    """Copy `x` (paths,)."""
    for b in range(x.size):
        out[b] = x[b]


@kernel
def fill_tile(
    sampler: Any,
    key: Any,
    path: Any,
    step: Any,
    multiplier: Any,
    work: Any,
    state: Any,
    h: Any,
    returns: Any,
    variance: Any,
    marks: Any,
) -> int:
    """Draw ``returns`` and ``variance`` (steps, assets, paths); `state` and h (assets, paths) move on.

    With `marks` (assets, paths), these move on too, the returns become marks as soon as they are drawn,
    while they are in the cache, and what is returned is the number of returns at the floor.
    """
    floored = 0
    for s in range(returns.shape[0]):
        advance(sampler.copula, key, path, step + s, state, work)
        scale = amplitude(sampler.copula, multiplier, state, work.w)
        for k in range(returns.shape[1]):
            step_asset(sampler.marginals, k, scale, work.y[k], work.x, h[k], returns[s, k], variance[s, k])
            if work.shock.shape[0] > 0:
                keep(work.x, work.shock[s, k])
            if k < marks.shape[0]:
                floored += compound(returns[s, k], marks[k])
        observe(sampler.copula, state, variance[s])
    return floored


@inline
def compound(returns: Any, marks: Any) -> int:
    """Turn an asset's returns (paths,) of a step into marks, in place; `marks` (paths,) moves on.

    Returns the number of returns at the floor.
    """
    floored = 0
    for b in range(returns.shape[0]):
        floored += returns[b] <= FLOOR
        marks[b] = marks[b] * (1.0 + returns[b])
        returns[b] = marks[b]
    return floored
