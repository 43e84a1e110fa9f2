"""Copula and marginals together: the kernel that draws a tile of returns, and what it needs."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from stresskit.domain import AnyDependence, Bootstrap, Dcc, Float1D, Float2D, Int1D, JointModel, Regime
from stresskit.model.bootstrap import build_bootstrap
from stresskit.model.dcc import build_dcc
from stresskit.model.elliptical import build_copula
from stresskit.model.gjr import FLOOR, GjrGarch, build_gjr, step_asset
from stresskit.model.memory import advance, amplitude, observe, state_rows
from stresskit.model.regime import build_regime
from stresskit.numerics.jit import kernel


class Sampler(NamedTuple):
    """Everything a tile is drawn from, except key, place and state; `copula` is one of the copula tuples."""

    copula: Any
    marginals: GjrGarch


class Work(NamedTuple):
    """Scratch of one thread: words (4, paths), normals z and variates y (rows, paths), rows.

    `spare` is as long as the copula's property `spare_size` asks for.
    """

    words: npt.NDArray[np.uint32]
    z: Float2D
    y: Float2D
    w: Float1D
    x: Float1D
    spare: Float1D


def build_sampler(model: JointModel, dependence: AnyDependence, used: Int1D) -> Sampler:
    """Compile `model` with `dependence` in place of its own, for the sorted places `used`."""
    return Sampler(_copula(dependence, used), build_gjr(model.marginals, _variate_nu(dependence), used))


def _copula(dependence: AnyDependence, used: Int1D) -> Any:
    if isinstance(dependence, Dcc):
        return build_dcc(dependence, used)
    if isinstance(dependence, Regime):
        return build_regime(dependence, used)
    if isinstance(dependence, Bootstrap):
        return build_bootstrap(dependence, used)
    return build_copula(dependence, used)


def _variate_nu(dependence: AnyDependence) -> float | None:
    """Degrees of freedom of the variates; None where they are innovations already."""
    if isinstance(dependence, Bootstrap):
        return None
    return dependence.calm.nu if isinstance(dependence, Regime) else dependence.nu


def build_work(sampler: Sampler, paths: int) -> Work:
    """Allocate the scratch of one thread for blocks of up to `paths` paths."""
    copula = sampler.copula
    rows, columns = copula.shape if hasattr(copula, "shape") else copula.factor.shape
    return Work(
        np.zeros((4, paths), dtype=np.uint32),
        np.zeros((columns, paths)),
        np.zeros((rows, paths)),
        np.zeros(paths),
        np.zeros(paths),
        np.zeros(getattr(copula, "spare_size", 0)),
    )


def build_state(sampler: Sampler, paths: int) -> Float2D:
    """Allocate what the dependence remembers of each path: (rows, paths), no rows without memory."""
    return np.zeros((state_rows(sampler.copula), paths))


@kernel
def draw_tile(
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
) -> None:
    """Draw ``returns`` and ``variance`` (steps, assets, paths); `state` and h (assets, paths) move on."""
    for s in range(returns.shape[0]):
        advance(sampler.copula, key, path, step + s, state, work)
        scale = amplitude(sampler.copula, multiplier, state, work.w)
        for k in range(returns.shape[1]):
            step_asset(sampler.marginals, k, scale, work.y[k], work.x, h[k], returns[s, k], variance[s, k])
        observe(sampler.copula, state, variance[s])


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
