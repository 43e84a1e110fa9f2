"""Correlations break: the dependence moves from the calm matrix toward a target.

``R' = (1 - strength) R + strength * T`` among the assets that the target concerns, repaired to the
nearest correlation matrix where it is none. Toward ``every_leg_loses`` these are the assets with a
net exposure, and the target is the sign matrix s s' of the exposures: each leg then loses when the
others do, the stated upper bound of what correlation alone can do. The rest of the snapshot must
not weaken it: kept as they are, the rows of assets that the book does not hold would make the
whole matrix indefinite, and its repair would undo the break. They follow by `embed_correlation`.
"Correlation goes to one" would *lower* the risk of a hedged book. The margin rules of the venue
keep the calm matrix; they see only the volatility.

Every matrix of the dependence is broken in the same way: both of a regime, and that of a dynamic
correlation at every step. A dependence without a correlation matrix cannot be broken like this.
"""

from dataclasses import replace
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from stresskit.domain import (
    AnyDependence,
    Blend,
    Dcc,
    Float1D,
    Float2D,
    Int1D,
    JointModel,
    Regime,
    Segment,
    StressedModel,
    reshaped,
)
from stresskit.errors import ConfigError, Problem
from stresskit.scenario.correlations import degrees_of_freedom, matrices, mean_matrix
from stresskit.scenario.timeline import Timed, at, between
from stresskit.spec import Fraction

NEGLIGIBLE = 1e-9


class CorrelationBreakdown(Timed):
    """``kind = "correlation_breakdown"``.

    Attributes
    ----------
    toward : ``every_leg_loses`` (the sign matrix s s' of the book's own exposures) or ``zero``
        (independence of all assets).
    strength : lambda in [0, 1]; 0 is the calm matrix, 1 the target.
    onset, duration : when the break starts and how long it lasts (default: to the horizon).
    volatility_multiplier : scales returns while the break lasts.
    copula_nu : degrees of freedom of the t copula while the break lasts (default: unchanged).
    """

    kind: Literal["correlation_breakdown"]
    toward: Literal["every_leg_loses", "zero"]
    strength: Fraction
    volatility_multiplier: Annotated[float, Field(gt=0, le=100)] = 1.0
    copula_nu: Annotated[float, Field(gt=2, le=200)] | None = None


def signs(net_exposure: Float1D) -> Float1D:
    """+1 long, -1 short, 0 where the net exposure is below 1e-9 of the gross."""
    gross = float(np.abs(net_exposure).sum())
    return np.where(np.abs(net_exposure) <= NEGLIGIBLE * gross, 0.0, np.sign(net_exposure))


def agrees(book: Float1D, whole: Float1D) -> bool:
    """Whether every leg of a book of net exposures `book` loses when those of `whole` do (or all gain)."""
    own, used = signs(book), signs(whole)
    held = own != 0
    return bool(held.sum() < 2 or abs((own * used)[held].sum()) == held.sum())


def members(toward: str, net_exposure: Float1D) -> Int1D:
    """Places of the assets whose correlations break: all of them, or those with a net exposure."""
    return np.arange(net_exposure.size) if toward == "zero" else np.flatnonzero(signs(net_exposure))


def target(toward: str, exposure: Float1D) -> Float2D:
    """Where the correlation of the members, of net `exposure` (members,) USD, goes at strength 1."""
    if toward == "zero":
        return np.eye(exposure.size)
    s = np.sign(exposure)
    return np.outer(s, s)


def blend(toward: str, strength: float, net_exposure: Float1D) -> Blend:
    """How far the members' correlations go, and where."""
    who = members(toward, net_exposure)
    return Blend(who, target(toward, net_exposure[who]), strength)


def stress_correlation(
    spec: CorrelationBreakdown,
    stressed: StressedModel,
    model: JointModel,
    steps: int,
    net_exposure: Float1D,
) -> StressedModel:
    """Break the correlations from onset on, for a book of `net_exposure` (assets,) USD.

    Raises
    ------
    ConfigError
        If a dependence has no correlation matrix; it belongs to the key ``toward``.
    """
    first, last = spec.span(model, steps)
    change = blend(spec.toward, spec.strength, net_exposure)

    def act(segment: Segment) -> Segment:
        return replace(
            segment,
            dependence=reshaped(segment.dependence, change, spec.copula_nu),
            volatility_multiplier=segment.volatility_multiplier * spec.volatility_multiplier,
        )

    try:
        before = at(stressed, first).dependence
        broken = between(stressed, first, last, act)
        notes = _notes(spec, model, net_exposure, change, before, at(broken, first).dependence)
    except ValueError as error:
        raise ConfigError([Problem("", "toward", str(error))]) from None
    return replace(broken, notes=notes)


def _notes(
    spec: CorrelationBreakdown,
    model: JointModel,
    net_exposure: Float1D,
    change: Blend,
    before_it: AnyDependence,
    broken: AnyDependence,
) -> dict[str, Any]:
    """What the scenario changed, for the reader; of several matrices the mean, weighted by their share."""
    kept = matrices(before_it)
    held = np.flatnonzero(signs(net_exposure))
    own = np.ix_(held, held)
    pairs = np.triu_indices(held.size, 1)
    calm = mean_matrix(kept)
    stressed = mean_matrix([(weight, change(matrix)) for weight, matrix in kept])
    before, after = calm[own][pairs], stressed[own][pairs]
    return {
        "signs": {model.assets[i]: int(np.sign(net_exposure[i])) for i in held},
        "mean_calm_correlation": float(before.mean()) if before.size else None,
        "mean_stressed_correlation": float(after.mean()) if before.size else None,
        "repair_distance": max(change.distance(matrix) for _, matrix in kept),
        "moved": float(np.linalg.norm((stressed - calm)[own])),
        "copula_nu": degrees_of_freedom(broken),
        "plausibility": _plausibility(spec, int((before * after < 0).sum()), before.size),
    } | _of_which(before_it)


def _of_which(dependence: AnyDependence) -> dict[str, str]:
    """Which correlations the notes speak of, where a model has more than one matrix."""
    if isinstance(dependence, Dcc):
        return {
            "correlations": "long-run level of the dynamic correlations; the break acts on those of each step"
        }
    if isinstance(dependence, Regime):
        return {"correlations": "mean of calm and crisis, weighted by their long-run shares"}
    return {}


def _plausibility(spec: CorrelationBreakdown, flips: int, pairs: int) -> str:
    if not pairs:
        return "no two net exposures: nothing is broken"
    if spec.toward == "zero":
        return "a stylized target, without a probability"
    return (
        f"{flips} of {pairs} pairs of the book change the sign of their correlation; "
        f"{spec.strength:g} of the way to every leg losing together, the upper bound of what correlation "
        "alone can do; no probability is claimed"
    )
