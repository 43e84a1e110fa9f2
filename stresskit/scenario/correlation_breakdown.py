"""Correlations break: the dependence moves from the calm matrix toward a target.

``R' = (1 - strength) R + strength * T``, repaired to the nearest correlation matrix where it is
none. Toward ``every_leg_loses`` the target is the sign matrix s s' of the book's net exposures:
each leg then loses when the others do, the stated upper bound of what correlation alone can do.
"Correlation goes to one" would *lower* the risk of a hedged book. The margin rules of the venue
keep the calm matrix; they see only the volatility.
"""

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from stresskit.domain import Dependence, Float1D, Float2D, JointModel, Segment, StressedModel
from stresskit.numerics.correlation import nearest_correlation
from stresskit.spec import Duration, Fraction, Spec

NEGLIGIBLE = 1e-9


class CorrelationBreakdown(Spec):
    """``kind = "correlation_breakdown"``.

    Attributes
    ----------
    toward : ``every_leg_loses`` (the sign matrix s s' of the book's own exposures) or ``zero``.
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


def target(toward: str, calm: Float2D, net_exposure: Float1D) -> Float2D:
    """Where the correlation goes at strength 1; assets without net exposure keep their calm rows."""
    if toward == "zero":
        return np.eye(len(calm))
    s = signs(net_exposure)
    exposed = np.outer(s != 0, s != 0)
    result: Float2D = np.where(exposed, np.outer(s, s), calm)
    np.fill_diagonal(result, 1.0)
    return result


def stress_correlation(
    spec: CorrelationBreakdown, model: JointModel, steps: int, net_exposure: Float1D
) -> StressedModel:
    """Segments before, during and after the break, for a book of `net_exposure` (assets,) USD."""
    calm = model.dependence
    blend = (1.0 - spec.strength) * calm.correlation + spec.strength * target(
        spec.toward, calm.correlation, net_exposure
    )
    correlation, distance = nearest_correlation(blend)
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
    calm = model.dependence.correlation
    held = np.flatnonzero(signs(net_exposure))
    pairs = [(i, j) for n, i in enumerate(held) for j in held[n + 1 :]]
    flips = sum(bool(calm[i, j] * broken.correlation[i, j] < 0) for i, j in pairs)
    return {
        "signs": {model.assets[i]: int(np.sign(net_exposure[i])) for i in held},
        "mean_calm_correlation": float(np.mean([calm[i, j] for i, j in pairs])) if pairs else None,
        "mean_stressed_correlation": float(np.mean([broken.correlation[i, j] for i, j in pairs]))
        if pairs
        else None,
        "repair_distance": distance,
        "moved": float(np.linalg.norm(broken.correlation - calm)),
        "copula_nu": broken.nu if np.isfinite(broken.nu) else None,
        "plausibility": (
            "no two net exposures: nothing is broken"
            if not pairs
            else f"{flips} of {len(pairs)} pairs of the book change the sign of their correlation; "
            "an upper bound by construction, without a probability"
            if spec.toward == "every_leg_loses"
            else "a stylized target, without a probability"
        ),
    }
