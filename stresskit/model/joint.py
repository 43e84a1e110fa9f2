"""Copula and marginals together: the kernel that draws a tile of returns, and what it needs."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from stresskit.domain import Dependence, Float1D, Float2D, Int1D, JointModel
from stresskit.model.elliptical import Copula, build_copula, variates
from stresskit.model.gjr import FLOOR, GjrGarch, build_gjr, step_asset
from stresskit.model.tilt import NO_TILT
from stresskit.numerics.jit import kernel


class Sampler(NamedTuple):
    """Everything a tile is drawn from, except key, place and state."""

    copula: Copula
    marginals: GjrGarch


class Work(NamedTuple):
    """Scratch of one thread: words (4, paths), normals z and variates y (rows, paths), rows.

    `ratio` (paths,) sums the log likelihood ratios of a tilt.
    """

    words: npt.NDArray[np.uint32]
    z: Float2D
    y: Float2D
    w: Float1D
    x: Float1D
    ratio: Float1D


def build_sampler(model: JointModel, dependence: Dependence, used: Int1D, tilt: Float2D = NO_TILT) -> Sampler:
    """Compile `model` with `dependence` in place of its own, for the sorted places `used`."""
    return Sampler(build_copula(dependence, used, tilt), build_gjr(model.marginals, dependence.nu, used))


def build_work(sampler: Sampler, paths: int) -> Work:
    """Allocate the scratch of one thread for blocks of up to `paths` paths."""
    rows, columns = sampler.copula.factor.shape
    return Work(
        np.zeros((4, paths), dtype=np.uint32),
        np.zeros((columns, paths)),
        np.zeros((rows, paths)),
        np.zeros(paths),
        np.zeros(paths),
        np.zeros(paths),
    )


@kernel
def draw_tile(
    sampler: Any,
    key: Any,
    path: Any,
    step: Any,
    multiplier: Any,
    work: Any,
    h: Any,
    returns: Any,
    variance: Any,
) -> None:
    """Draw ``returns`` and ``variance`` (steps, assets, paths) and move the state h (assets, paths) on."""
    for s in range(returns.shape[0]):
        variates(sampler.copula, key, path, step + s, work)
        for k in range(returns.shape[1]):
            step_asset(
                sampler.marginals, k, multiplier, work.y[k], work.x, h[k], returns[s, k], variance[s, k]
            )


@kernel
def compound(returns: Any, marks: Any) -> int:
    """Turn a tile of returns (steps, assets, paths) into marks, in place; `marks` (assets, paths) moves on.

    Returns the number of returns at the floor.
    """
    floored = 0
    for s in range(returns.shape[0]):
        for k in range(returns.shape[1]):
            r, m = returns[s, k], marks[k]
            for b in range(r.shape[0]):
                floored += r[b] <= FLOOR
                m[b] = m[b] * (1.0 + r[b])
                r[b] = m[b]
    return floored
