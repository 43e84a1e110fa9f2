"""How assets move together: copulas, their dynamics, and a change of correlation in any of them."""

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from stresskit.arrays import Float1D, Float2D, Int1D
from stresskit.numerics.blend import Blend


@dataclass(frozen=True, slots=True, eq=False)
class Dependence:
    """Elliptical copula: correlation matrix and degrees of freedom (infinite: Gaussian)."""

    correlation: Float2D
    nu: float


@dataclass(frozen=True, slots=True, eq=False)
class GroupedT:
    """Student-t copula whose groups of assets have degrees of freedom of their own.

    `group` (assets,): each asset's place in `nu` (groups,).
    """

    correlation: Float2D
    group: Int1D
    nu: Float1D


Family = Literal["clayton", "survival_clayton", "gumbel", "survival_gumbel"]


@dataclass(frozen=True, slots=True, eq=False)
class Archimedean:
    """Exchangeable copula of one parameter; a survival family is that of the negated returns."""

    family: Family
    theta: float
    assets: int


@dataclass(frozen=True, slots=True, eq=False)
class Vine:
    """Regular vine of pair copulas: `text` is pyvinecopulib's own JSON."""

    text: str
    assets: int


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """Two copulas, of which each step of each path takes `first` with probability `weight`."""

    first: "Dependence | GroupedT | Archimedean"
    second: "Dependence | GroupedT | Archimedean"
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class Dcc:
    """Dynamic conditional correlation: an elliptical copula whose matrix follows its own variates.

    ``Q' = (1 - a - b) C + a e e' + b Q``, R = Q scaled to a unit diagonal; C is `correlation`, e the
    variates at unit variance, `nu` infinite: Gaussian. `start`: Q of the first step, None: C. A
    scenario's `blend` acts on R at every step, and the recursion follows the unstressed variates.
    """

    correlation: Float2D
    a: float
    b: float
    nu: float
    start: Float2D | None = None
    blend: Blend | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Regime:
    """Two states that alternate as a Markov chain; innovations in crisis are `multiplier` times as large.

    `stay_calm`, `stay_crisis`: probabilities to stay for another step. Both states are scaled so that
    the long-run variance is that of the marginals. `start_crisis`: probability of the crisis at the
    first step, None: its long-run share. `forced`: the step after each of these is in crisis whatever
    the chain says; the scale of the states stays.
    """

    calm: Dependence
    crisis: Dependence
    multiplier: float
    stay_calm: float
    stay_crisis: float
    start_crisis: float | None = None
    forced: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Bootstrap:
    """Filtered historical simulation: cross-sections of `residuals` (rows, assets), drawn in blocks.

    Rows are in time order; blocks are of geometric length, `mean_block` rows in the mean.
    """

    residuals: Float2D
    mean_block: float


AnyDependence: TypeAlias = Dependence | GroupedT | Archimedean | Vine | Mixture | Dcc | Regime | Bootstrap


def _elliptical(dependence: Dependence, change: Blend, nu: float | None) -> Dependence:
    return Dependence(change(dependence.correlation), dependence.nu if nu is None else nu)


def _part(
    part: Dependence | GroupedT | Archimedean, change: Blend, nu: float | None
) -> Dependence | GroupedT:
    found = reshaped(part, change, nu)
    assert isinstance(found, Dependence | GroupedT)  # what else there is has no matrix
    return found


def reshaped(dependence: AnyDependence, change: Blend, nu: float | None = None) -> AnyDependence:
    """`dependence` with every correlation matrix changed, and `nu` degrees of freedom unless None.

    Raises
    ------
    ValueError
        If it has no correlation matrix, or is dynamic and changed already.
    """
    if isinstance(dependence, Dependence):
        return _elliptical(dependence, change, nu)
    if isinstance(dependence, GroupedT):
        own = dependence.nu if nu is None else np.full_like(dependence.nu, nu)
        return replace(dependence, correlation=change(dependence.correlation), nu=own)
    if isinstance(dependence, Mixture):
        first, second = (_part(part, change, nu) for part in (dependence.first, dependence.second))
        return replace(dependence, first=first, second=second)
    if isinstance(dependence, Dcc):
        blend = dependence.blend if change.idle else change
        if dependence.blend is not None and not (change.idle or dependence.blend.idle):
            raise ValueError("one change at a time of a correlation that is dynamic")
        return replace(dependence, blend=blend, nu=dependence.nu if nu is None else nu)
    if isinstance(dependence, Regime):
        calm, crisis = (_elliptical(state, change, nu) for state in (dependence.calm, dependence.crisis))
        return replace(dependence, calm=calm, crisis=crisis)
    raise ValueError(
        f"a model whose dependence has a correlation matrix; {type(dependence).__name__} has none"
    )


def from_the_long_run(dependence: AnyDependence) -> AnyDependence:
    """`dependence` begun in its long-run state, whatever state it was calibrated to start in."""
    if isinstance(dependence, Dcc):
        return replace(dependence, start=None)
    if isinstance(dependence, Regime):
        return replace(dependence, start_crisis=None)
    return dependence
