"""One step in which some assets move by a given amount and the others as they do beside it.

The given simple returns become innovations, ``z = (x - mean) / (m sqrt(h))``, and those the copula's
variates, by inverting the very map that the kernels use; the others are drawn given them.
"""

from typing import Any

import numpy as np
from scipy import optimize

from stresskit.domain import Float1D, Float2D, Int1D, JointModel
from stresskit.model.conditional import build_conditional
from stresskit.model.dependence import variate_nu
from stresskit.model.gjr import FLOOR
from stresskit.model.innovation_map import innovate
from stresskit.model.joint import Sampler, build_state, build_work, draw_tile
from stresskit.model.marginal import build_marginals
from stresskit.model.step_correlation import step_correlation
from stresskit.numerics.jit import kernel

FARTHEST = 1e12


@kernel
def innovations_at(law: Any, k: Any, y: Any, z: Any, scratch: Any) -> None:
    """Fill z (variates,) with asset `k`'s innovations at the variates y."""
    innovate(law, k, y, z, scratch)


def variate_of(law: Any, k: int, z: float) -> float:
    """Variate of asset `k` whose innovation under the map `law` is `z`.

    Raises
    ------
    ValueError
        If no variate has it.
    """

    def miss(y: float) -> float:
        at, found, scratch = np.array([y]), np.empty(1), np.empty(1)
        innovations_at(law, k, at, found, scratch)
        return float(found[0]) - z

    reach = 1.0
    while reach < FARTHEST and miss(-reach) * miss(reach) > 0:
        reach *= 4.0
    if not miss(-reach) * miss(reach) <= 0:
        raise ValueError(f"a move that the asset's law can make (an innovation of {z:.4g})")
    return float(optimize.brentq(miss, -reach, reach, xtol=1e-300, rtol=1e-14))


def move_values(
    model: JointModel,
    used: Int1D,
    named: Int1D,
    moves: Float1D,
    variance: Float1D,
    multiplier: float = 1.0,
) -> tuple[Int1D, Float1D]:
    """Places `named` and their variates (named,) when they move by `moves`; parameters as `build_completion`.

    Raises
    ------
    ValueError
        As `build_completion`.
    """
    if not np.isin(named, used).all():
        raise ValueError("named assets that are simulated")
    if not np.all(np.isfinite(moves) & (moves > FLOOR)):
        raise ValueError(f"finite moves above {FLOOR:.0%}")
    if not (np.all((variance > 0) & np.isfinite(variance)) and 0 < multiplier < np.inf):
        raise ValueError("finite variances and a multiplier above zero")
    marginals = build_marginals(model.marginals, variate_nu(model.dependence, used), used)
    place = np.searchsorted(used, named)
    z = (moves - model.marginals.mean[named]) / (multiplier * np.sqrt(variance[place]))
    values = [variate_of(marginals.map, int(k), float(v)) for k, v in zip(place, z, strict=True)]
    return named, np.array(values)


def build_completion(
    model: JointModel,
    used: Int1D,
    named: Int1D,
    moves: Float1D,
    variance: Float1D,
    multiplier: float = 1.0,
) -> Sampler:
    """Sampler of one step of the `used` assets, of which the `named` ones move by `moves`.

    Parameters
    ----------
    used : sorted places of the simulated assets in the snapshot.
    named : places in the snapshot of some of them.
    moves : simple returns (named,) over the step.
    variance : variances (used,) of the step, the same on every path.
    multiplier : volatility multiplier of the step.

    Raises
    ------
    ValueError
        If the dependence is neither Gaussian nor Student-t, a named asset is not used, or a move is
        not finite, at or below the floor of a return, or out of reach of the asset's law.
    """
    _, values = move_values(model, used, named, moves, variance, multiplier)
    marginals = build_marginals(model.marginals, variate_nu(model.dependence, used), used)
    correlation = step_correlation(model.dependence, used)
    return Sampler(build_conditional(model.dependence, used, named, values), marginals, correlation)


def complete_moves(
    sampler: Sampler, variance: Float1D, seed: int, path: int, paths: int, step: int, multiplier: float = 1.0
) -> tuple[Float2D, Float2D]:
    """Returns (used, paths) of the step for the paths from `path` on, and the variances that follow.

    `sampler` and `variance` (used,) as `build_completion` was given and gave.
    """
    h = np.repeat(variance[:, None], paths, axis=1)
    returns, after = np.empty((2, 1, len(variance), paths))
    work, state = build_work(sampler, paths), build_state(sampler, paths)
    draw_tile(sampler, seed, path, step, multiplier, work, state, h, returns, after)
    return returns[0], after[0]
