"""Correlations break: the dependence moves from the calm matrix toward a target.

``R' = (1 - strength) R + strength * T`` among the assets that the target concerns, repaired to the
nearest correlation matrix where it is none. Toward ``every_leg_loses`` these are the assets with a
net exposure, and the target is the sign matrix s s' of the exposures: each leg then loses when the
others do, the stated upper bound of what correlation alone can do. The rest of the snapshot must
not weaken it: kept as they are, the rows of assets that the book does not hold would make the
whole matrix indefinite, and its repair would undo the break. They follow by `embed_correlation`.
"Correlation goes to one" would *lower* the risk of a hedged book. The margin rules of the venue
keep the calm matrix; they see only the volatility.
"""

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from stresskit.domain import Dependence, Float1D, Float2D, Int1D, JointModel, Segment, StressedModel
from stresskit.numerics.correlation import nearest_correlation
from stresskit.numerics.embedding import embed_correlation
from stresskit.spec import Duration, Fraction, Spec

NEGLIGIBLE = 1e-9


class CorrelationBreakdown(Spec):
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
    onset: Duration = 0
    duration: Duration | None = None
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


def broken_correlation(
    toward: str, strength: float, calm: Float2D, net_exposure: Float1D
) -> tuple[Float2D, float]:
    """The stressed matrix (assets, assets) and the distance of its repair; `calm` itself at strength 0."""
    who = members(toward, net_exposure)
    if strength == 0.0 or who.size < 2:
        return calm, 0.0
    blend = (1.0 - strength) * calm[np.ix_(who, who)] + strength * target(toward, net_exposure[who])
    np.fill_diagonal(blend, 1.0)
    part, distance = nearest_correlation(blend)
    return embed_correlation(calm, who, part), distance


def stress_correlation(
    spec: CorrelationBreakdown, model: JointModel, steps: int, net_exposure: Float1D
) -> StressedModel:
    """Segments before, during and after the break, for a book of `net_exposure` (assets,) USD."""
    calm = model.dependence
    correlation, distance = broken_correlation(spec.toward, spec.strength, calm.correlation, net_exposure)
    broken = Dependence(correlation, calm.nu if spec.copula_nu is None else spec.copula_nu)
    first = min(-(-spec.onset // model.step_s), steps)
    last = steps if spec.duration is None else min(first + -(-spec.duration // model.step_s), steps)
    spans = (
        Segment(0, first, calm, 1.0),
        Segment(first, last, broken, spec.volatility_multiplier),
        Segment(last, steps, calm, 1.0),
    )
    notes = _notes(spec, model, net_exposure, broken, distance)
    return StressedModel(tuple(s for s in spans if s.last > s.first), notes)


def _notes(
    spec: CorrelationBreakdown, model: JointModel, net_exposure: Float1D, broken: Dependence, distance: float
) -> dict[str, Any]:
    """What the scenario changed, for the reader."""
    calm, stressed = model.dependence.correlation, broken.correlation
    held = np.flatnonzero(signs(net_exposure))
    own = np.ix_(held, held)
    pairs = np.triu_indices(held.size, 1)
    before, after = calm[own][pairs], stressed[own][pairs]
    return {
        "signs": {model.assets[i]: int(np.sign(net_exposure[i])) for i in held},
        "mean_calm_correlation": float(before.mean()) if before.size else None,
        "mean_stressed_correlation": float(after.mean()) if before.size else None,
        "repair_distance": distance,
        "moved": float(np.linalg.norm((stressed - calm)[own])),
        "copula_nu": broken.nu if np.isfinite(broken.nu) else None,
        "plausibility": _plausibility(spec, int((before * after < 0).sum()), before.size),
    }


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
