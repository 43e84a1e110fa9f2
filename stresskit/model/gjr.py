"""GJR-GARCH(1,1) of simple returns.

``e = sqrt(h) z``, ``r = mean + m e`` floored at -0.95, ``h' = omega + (alpha + gamma 1(e < 0)) e^2
+ beta h``: the scenario's multiplier m scales the return but not the recursion, or it would
explode. GARCH is gamma = 0, EWMA also omega = 0 and alpha + beta = 1, constant volatility alpha =
gamma = beta = 0.

Source: Glosten, Jagannathan, Runkle, Journal of Finance 48 (1993).
"""

from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import Float1D, Int1D, Marginals
from stresskit.model.innovation_map import InnovationMap, build_map, innovation, prepare
from stresskit.model.multiplier import at
from stresskit.numerics.elementary import fma, greater, sqrt
from stresskit.numerics.jit import implements

FLOOR = -0.95
ROUNDING = 1e-8  # of the parameters of a snapshot file


class GjrGarch(NamedTuple):
    """Arrays (assets,) of the recursion and the map from the copula's variates."""

    mean: Float1D
    omega: Float1D
    alpha: Float1D
    alpha_down: Float1D
    beta: Float1D
    map: InnovationMap


def build_gjr(marginals: Marginals, variate_nu: float | Float1D | None, used: Int1D) -> GjrGarch:
    """Arrays for the kernel of the `used` assets.

    `variate_nu`: degrees of freedom of the copula's variates, one for all or (used,); None where the
    variates are innovations already.

    Raises
    ------
    ValueError
        If a parameter is NaN or infinite, or lets a variance become negative.
    """
    _refuse_impossible(marginals, used)
    return GjrGarch(
        mean=marginals.mean[used],
        omega=marginals.omega[used],
        alpha=marginals.alpha[used],
        alpha_down=np.maximum(marginals.alpha[used] + marginals.gamma[used], 0.0),
        beta=marginals.beta[used],
        map=map_of(marginals, variate_nu, used),
    )


def map_of(marginals: Marginals, variate_nu: float | Float1D | None, used: Int1D) -> InnovationMap:
    """Map of the `used` assets."""
    laws = tuple(marginals.innovations[i] for i in used)
    nu = None if variate_nu is None else np.broadcast_to(np.asarray(variate_nu, dtype=np.float64), used.shape)
    return build_map(laws, nu)


def refuse(used: Int1D, least: dict[str, tuple[Float1D, float]]) -> None:
    """Check by name that the values of the `used` assets are finite and at least a bound.

    Raises
    ------
    ValueError
        If one is not; names the parameter and the asset's place.
    """
    for name, (values, bound) in least.items():
        bad = used[~(np.isfinite(values[used]) & (values[used] >= bound))]
        if bad.size:
            raise ValueError(
                f"{name}: finite and at least {bound:g}, but asset {bad[0]} has {values[bad[0]]}"
            )


def _refuse_impossible(marginals: Marginals, used: Int1D) -> None:
    refuse(
        used,
        {
            "mean": (marginals.mean, -np.inf),
            "omega": (marginals.omega, 0.0),
            "alpha": (marginals.alpha, 0.0),
            "alpha + gamma": (marginals.alpha + marginals.gamma, -ROUNDING),
            "beta": (marginals.beta, 0.0),
        },
    )


def step_asset(
    model: Any, k: Any, multiplier: Any, y: Any, x: Any, h: Any, returns: Any, variance: Any
) -> Any:
    """One asset, one step: `h` (paths,) moves on, `returns` and `variance` (paths,) are written.

    Overloaded by the type of `model`; `x` (paths,) is left with the innovations.
    """
    raise TypeError("marginals are drawn from kernels")


@implements(step_asset, GjrGarch, inlined=True)
def _step(model: Any, k: Any, multiplier: Any, y: Any, x: Any, h: Any, returns: Any, variance: Any) -> None:
    prepare(model.map, k, y, x, returns)
    mean, omega, up, down, beta = (
        model.mean[k],
        model.omega[k],
        model.alpha[k],
        model.alpha_down[k],
        model.beta[k],
    )
    for b in range(y.shape[0]):
        x[b] = innovation(model.map, y[b], x[b])
        e = sqrt(h[b]) * x[b]
        a = down if e < 0.0 else up
        h[b] = fma(a, e * e, fma(beta, h[b], omega))
        variance[b] = h[b]
        returns[b] = greater(fma(at(multiplier, b), e, mean), FLOOR)
