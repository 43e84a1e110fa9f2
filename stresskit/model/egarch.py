"""EGARCH(1,1) of simple returns: shocks act on the logarithm of the variance.

``ln h' = omega + alpha (|z| - E|z|) + gamma z + beta ln h``, returns as in ``gjr``. E|z| is that of
the innovations' own law. In the recursion z is held between -10 and 10: exp(alpha |z|) of a Student-t
z has no mean, so without a limit neither the variance nor the loss of a short position would have one.

Source: Nelson, "Conditional heteroskedasticity in asset returns", Econometrica 59 (1991).
"""

import math
from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import Float1D, Int1D, Marginals
from stresskit.model.gjr import FLOOR, map_of, refuse, step_asset
from stresskit.model.innovation_map import InnovationMap, innovate
from stresskit.model.innovations import mean_size
from stresskit.model.multiplier import at
from stresskit.numerics.elementary import exp2, fma, greater, log2, smaller, sqrt
from stresskit.numerics.jit import implements

CAP = 10.0
STEEPEST = 20.0


class Egarch(NamedTuple):
    """Arrays (assets,) of the recursion in base 2: ``h' = h 2^(drift + size |z| + sign z - pull log2 h)``."""

    mean: Float1D
    drift: Float1D
    size: Float1D
    sign: Float1D
    pull: Float1D
    map: InnovationMap


def build_egarch(marginals: Marginals, variate_nu: float | Float1D | None, used: Int1D) -> Egarch:
    """Arrays for the kernel of the `used` assets; `variate_nu` as in ``build_gjr``.

    Raises
    ------
    ValueError
        If a parameter is NaN or infinite, beta not in [0, 1), or a shock too strong to be computed.
    """
    news = np.abs(marginals.alpha) + np.abs(marginals.gamma)
    level = np.abs(marginals.omega) / (1.0 - np.minimum(marginals.beta, 0.9999999))
    refuse(
        used,
        {
            "mean": (marginals.mean, -np.inf),
            "minus abs(alpha) + abs(gamma)": (-news, -STEEPEST),
            "beta": (marginals.beta, 0.0),
            "1 - beta": (1.0 - marginals.beta, 1e-7),
            "minus abs(omega) / (1 - beta)": (-level, -400.0),
        },
    )
    centre = np.array([mean_size(marginals.innovations[i]) for i in used])
    drift = marginals.omega[used] - marginals.alpha[used] * centre
    return Egarch(
        mean=marginals.mean[used],
        drift=drift / math.log(2),
        size=marginals.alpha[used] / math.log(2),
        sign=marginals.gamma[used] / math.log(2),
        pull=1.0 - marginals.beta[used],
        map=map_of(marginals, variate_nu, used),
    )


@implements(step_asset, Egarch, inlined=True)
def _step(model: Any, k: Any, multiplier: Any, y: Any, x: Any, h: Any, returns: Any, variance: Any) -> None:
    innovate(model.map, k, y, x, returns)
    mean, drift, size, sign, pull = model.mean[k], model.drift[k], model.size[k], model.sign[k], model.pull[k]
    for b in range(y.shape[0]):
        z = greater(smaller(x[b], CAP), -CAP)
        returns[b] = greater(fma(at(multiplier, b), sqrt(h[b]) * x[b], mean), FLOOR)
        move = fma(-pull, log2(h[b]), fma(size, abs(z), fma(sign, z, drift)))
        h[b] = h[b] * exp2(move)
        variance[b] = h[b]
