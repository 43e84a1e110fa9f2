"""The kernels' marginals of any kind."""

from stresskit.domain import Float1D, Int1D, Marginals
from stresskit.model.egarch import Egarch, build_egarch
from stresskit.model.gjr import GjrGarch, build_gjr


def build_marginals(
    marginals: Marginals, variate_nu: float | Float1D | None, used: Int1D
) -> GjrGarch | Egarch:
    """Arrays for the kernel of the `used` assets.

    `variate_nu`: degrees of freedom of the copula's variates, one for all or (used,); None where the
    variates are innovations already.

    Raises
    ------
    ValueError
        If a parameter is NaN, infinite or impossible.
    """
    if marginals.kind == "egarch":
        return build_egarch(marginals, variate_nu, used)
    return build_gjr(marginals, variate_nu, used)
