"""GJR-GARCH(1,1) of simple returns with any innovation that a quantile map makes.

``e = sqrt(h) z``, ``r = mean + m e`` floored at -0.95, ``h' = omega + (alpha + gamma 1(e < 0)) e^2
+ beta h``: the scenario's multiplier m scales the return but not the recursion, or it would
explode. GARCH is gamma = 0, constant volatility alpha = gamma = beta = 0.

Source: Glosten, Jagannathan, Runkle, Journal of Finance 48 (1993).
"""

from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import Float1D, Float2D, Int1D, Marginals
from stresskit.model.multiplier import at
from stresskit.numerics.elementary import exp2, fma, greater, log2, polynomial16, sixteen, smaller, sqrt
from stresskit.numerics.jit import part
from stresskit.numerics.quantile_map import innovation_map, map_reach, map_scale

FLOOR = -0.95
ROUNDING = 1e-8  # of the parameters of a snapshot file


class GjrGarch(NamedTuple):
    """Arrays (assets,) of the recursion and the maps (assets, 16) from the copula's variates."""

    mean: Float1D
    omega: Float1D
    alpha: Float1D
    alpha_down: Float1D
    beta: Float1D
    map: Float2D
    inverse_scale: float
    reach: float


def build_gjr(marginals: Marginals, copula_nu: float | None, used: Int1D) -> GjrGarch:
    """Arrays for the kernel of the `used` assets under a copula of `copula_nu` degrees of freedom.

    None: the variates are innovations already.

    Raises
    ------
    ValueError
        If a parameter is NaN or infinite, or lets a variance become negative.
    """
    _refuse_impossible(marginals, used)
    maps, inverse_scale, reach = np.zeros((len(used), 16)), 1.0, 0.0
    if copula_nu is not None:
        maps = np.array([innovation_map(copula_nu, float(nu)) for nu in marginals.nu[used]])
        inverse_scale, reach = 1.0 / map_scale(copula_nu), map_reach(copula_nu)
    return GjrGarch(
        mean=marginals.mean[used],
        omega=marginals.omega[used],
        alpha=marginals.alpha[used],
        alpha_down=np.maximum(marginals.alpha[used] + marginals.gamma[used], 0.0),
        beta=marginals.beta[used],
        map=maps,
        inverse_scale=inverse_scale,
        reach=reach,
    )


def _refuse_impossible(marginals: Marginals, used: Int1D) -> None:
    least = {
        "mean": (marginals.mean, -np.inf),
        "omega": (marginals.omega, 0.0),
        "alpha": (marginals.alpha, 0.0),
        "alpha + gamma": (marginals.alpha + marginals.gamma, -ROUNDING),
        "beta": (marginals.beta, 0.0),
    }
    for name, (values, bound) in least.items():
        bad = used[~(np.isfinite(values[used]) & (values[used] >= bound))]
        if bad.size:
            raise ValueError(
                f"{name}: finite and at least {bound:g}, but asset {bad[0]} has {values[bad[0]]}"
            )


@part
def standardize(y: Any, c: Any, inverse_scale: Any, reach: Any, x: Any) -> None:
    """Fill x (paths,) with the log2 of the innovation over the variate."""
    for b in range(y.shape[0]):
        x[b] = smaller(log2(fma(y[b] * y[b], inverse_scale, 1.0)), reach)
    for b in range(y.shape[0]):
        x[b] = polynomial16(c, x[b])


@part
def step_asset(
    model: Any, k: Any, multiplier: Any, y: Any, x: Any, h: Any, returns: Any, variance: Any
) -> None:
    """One asset, one step: `h` (paths,) moves on, `returns` and `variance` (paths,) are written."""
    standardize(y, sixteen(model.map[k]), model.inverse_scale, model.reach, x)
    mean, omega, up, down, beta = (
        model.mean[k],
        model.omega[k],
        model.alpha[k],
        model.alpha_down[k],
        model.beta[k],
    )
    for b in range(y.shape[0]):
        e = sqrt(h[b]) * (y[b] * exp2(x[b]))
        a = down if e < 0.0 else up
        h[b] = fma(a, e * e, fma(beta, h[b], omega))
        variance[b] = h[b]
        returns[b] = greater(fma(at(multiplier, b), e, mean), FLOOR)
