"""Correlations break: the dependence moves from the calm matrix toward a target.

``R' = (1 - strength) R + strength * T`` among the assets that the target T concerns. Toward
``every_leg_loses`` these are the assets with a net exposure, and the target is the sign matrix s s' of
the exposures: each leg then loses when the others do, the stated upper bound of what correlation alone
can do. The rest of the snapshot must not weaken it: kept as they are, the rows of assets that the book
does not hold would make the whole matrix indefinite, and its repair would undo the break. They follow
by `embed_correlation`. "Correlation goes to one" would *lower* the risk of a hedged book. The margin
rules of the venue keep the calm matrix; they see only the volatility.

The other targets stand in ``targets.py``; those that start from the calm matrix take its mean where
the model has several. A target that is no correlation matrix is repaired to the nearest one, and the
distance is reported.

Every matrix of the dependence is broken in the same way: both of a regime, and that of a dynamic
correlation at every step. A dependence without a correlation matrix cannot be broken like this.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, model_validator

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
from stresskit.numerics.correlation import is_symmetric_with_unit_diagonal
from stresskit.scenario import targets
from stresskit.scenario.correlations import degrees_of_freedom, matrices, mean_matrix
from stresskit.scenario.plausibility import percentiles, verdict
from stresskit.scenario.targets import Asset, Correlation, Idiosyncratic, Pair, Target, signs
from stresskit.scenario.timeline import Timed, at, between
from stresskit.spec import Duration, Fraction, misplaced

MOST_STEPS_BACK = 12
KEYS = {  # of each target: those that it needs, and those that it may have
    "every_leg_loses": ((), ()),
    "zero": ((), ()),
    "one": ((), ()),
    "named_pairs": (("pairs",), ()),
    "block": (("blocks",), ("within", "between")),
    "factor": (("factors",), ("idiosyncratic",)),
    "matrix": (("assets", "matrix"), ()),
}
OWN_KEYS = ("pairs", "blocks", "within", "between", "factors", "idiosyncratic", "assets", "matrix")


Group = Annotated[tuple[Asset, ...], Field(strict=False, min_length=1)]
Row = Annotated[tuple[Correlation, ...], Field(strict=False, min_length=1)]
Change = Callable[[Segment], Segment]


class CorrelationBreakdown(Timed):
    """``kind = "correlation_breakdown"``.

    Attributes
    ----------
    toward : ``every_leg_loses`` (the sign matrix s s' of the book's own exposures), ``zero`` or ``one``
        (of all assets), ``named_pairs``, ``block``, ``factor`` or ``matrix``.
    strength : lambda in [0, 1]; 0 is the calm matrix, 1 the target.
    onset, duration : when the break starts and how long it lasts (default: to the horizon).
    decay : how long after the duration the strength and the volatility multiplier take to return to
        calm, linearly, in at most 12 segments.
    volatility_multiplier : scales returns while the break lasts.
    copula_nu : degrees of freedom of the t copula while the break and its decay last (default: unchanged).
    pairs : of ``named_pairs``: tables of two `assets` and the `correlation` they go to (default 0).
    blocks, within, between : of ``block``: groups of assets, and the correlation inside each group and
        between groups; one that is not given stays calm.
    factors, idiosyncratic : of ``factor``: the factor assets, and what happens to the parts that they do
        not explain: ``independent`` from asset to asset (default), or ``gone``.
    assets, matrix : of ``matrix``: a correlation matrix and the assets of its rows.
    """

    kind: Literal["correlation_breakdown"]
    toward: Literal["every_leg_loses", "zero", "one", "named_pairs", "block", "factor", "matrix"]
    strength: Fraction
    decay: Duration = 0
    volatility_multiplier: Annotated[float, Field(gt=0, le=100)] = 1.0
    copula_nu: Annotated[float, Field(gt=2, le=200)] | None = None
    pairs: Annotated[tuple[Pair, ...], Field(strict=False, min_length=1)] | None = None
    blocks: Annotated[tuple[Group, ...], Field(strict=False, min_length=1)] | None = None
    within: Correlation | None = None
    between: Correlation | None = None
    factors: Group | None = None
    idiosyncratic: Idiosyncratic | None = None
    assets: Group | None = None
    matrix: Annotated[tuple[Row, ...], Field(strict=False, min_length=1)] | None = None

    @model_validator(mode="after")
    def _whole(self) -> "CorrelationBreakdown":
        needed, allowed = KEYS[self.toward]
        for key in OWN_KEYS:
            if getattr(self, key) is None and key in needed:
                raise misplaced(key, f'this key is required with toward = "{self.toward}"')
            if getattr(self, key) is not None and key not in (*needed, *allowed):
                raise misplaced(key, f'no such key with toward = "{self.toward}"')
        if self.decay and self.duration is None:
            raise misplaced("decay", "a duration beside it, after which the decay begins")
        for key, expected in _doubts(self):
            raise misplaced(key, expected)
        return self


def _doubts(spec: CorrelationBreakdown) -> Iterator[tuple[str, str]]:
    """What is wrong with the keys of one target, first things first."""
    listed = [asset for group in spec.blocks or () for asset in group]
    for key, assets in (("blocks", listed), ("factors", spec.factors), ("assets", spec.assets)):
        if assets is not None and len(set(assets)) < len(assets):
            yield key, "each asset once"
    if spec.toward == "block" and spec.within is None and spec.between is None:
        yield "blocks", "a correlation within the blocks, between them, or both"
    pairs = [frozenset(pair.assets) for pair in spec.pairs or ()]
    if any(len(pair) < 2 for pair in pairs) or len(set(pairs)) < len(pairs):
        yield "pairs", "two different assets in each pair, each pair once"
    if spec.matrix is not None and spec.assets is not None:
        n = len(spec.assets)
        if len(spec.matrix) != n or any(len(row) != n for row in spec.matrix):
            yield "matrix", f"{n} rows of {n} numbers, one an asset"
        elif not is_symmetric_with_unit_diagonal(np.array(spec.matrix)):
            yield "matrix", "a symmetric matrix with ones on its diagonal"


def agrees(book: Float1D, whole: Float1D) -> bool:
    """Whether every leg of a book of net exposures `book` loses when those of `whole` do (or all gain)."""
    own, used = signs(book), signs(whole)
    held = own != 0
    return bool(held.sum() < 2 or abs((own * used)[held].sum()) == held.sum())


def target_of(
    spec: CorrelationBreakdown, calm: AnyDependence, names: tuple[str, ...], net_exposure: Float1D
) -> Target:
    """Where the correlations go at strength 1.

    Raises
    ------
    ValueError
        If the dependence has no correlation matrix.
    ConfigError
        If an asset is not calibrated, or factors explain nothing.
    """
    matrix = mean_matrix(matrices(calm))
    if spec.toward == "every_leg_loses":
        return targets.every_leg_loses(net_exposure)
    if spec.pairs:
        return targets.named_pairs(spec.pairs, matrix, names)
    if spec.blocks:
        return targets.blocks(spec.blocks, spec.within, spec.between, matrix, names)
    if spec.factors:
        return targets.factors(spec.factors, spec.idiosyncratic or "independent", matrix, names)
    if spec.assets and spec.matrix:
        return targets.own_matrix(spec.assets, spec.matrix, names)
    return targets.everywhere(1.0 if spec.toward == "one" else 0.0, len(names))


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
        If a dependence has no correlation matrix, at the key ``toward``; or as `target_of`.
    """
    first, last = spec.span(model, steps)
    before = at(stressed, first).dependence
    try:
        goal = target_of(spec, before, model.assets, net_exposure)
        broken = stressed
        for start, end, share in _strengths(spec, first, last, model.step_s, steps):
            broken = between(broken, start, end, _act(spec, goal, share))
        notes = _notes(spec, model, net_exposure, goal, before, at(broken, first).dependence)
    except ValueError as error:
        raise ConfigError([Problem("", "toward", str(error))]) from None
    return replace(broken, notes=notes)


def _strengths(
    spec: CorrelationBreakdown, first: int, last: int, step_s: int, steps: int
) -> Iterator[tuple[int, int, float]]:
    """Stretches of steps and the share of the break in each: whole, then down in equal parts."""
    yield first, last, 1.0
    back = -(-spec.decay // step_s)
    pieces = min(back, MOST_STEPS_BACK)
    for piece in range(pieces):
        start, end = (last + back * n // pieces for n in (piece, piece + 1))
        yield min(start, steps), min(end, steps), 1.0 - (piece + 0.5) / pieces


def _act(spec: CorrelationBreakdown, goal: Target, share: float) -> Change:
    change = Blend(goal.members, goal.matrix, share * spec.strength)
    multiplier = 1.0 + share * (spec.volatility_multiplier - 1.0)

    def act(segment: Segment) -> Segment:
        return replace(
            segment,
            dependence=reshaped(segment.dependence, change, spec.copula_nu),
            volatility_multiplier=segment.volatility_multiplier * multiplier,
        )

    return act


def _notes(
    spec: CorrelationBreakdown,
    model: JointModel,
    net_exposure: Float1D,
    goal: Target,
    calm: AnyDependence,
    broken: AnyDependence,
) -> dict[str, Any]:
    """What the scenario changed, for the reader; of several matrices the mean, weighted by their share."""
    change, kept = Blend(goal.members, goal.matrix, spec.strength), matrices(calm)
    held = np.flatnonzero(signs(net_exposure))
    own = np.ix_(held, held)
    pairs = np.triu_indices(held.size, 1)
    was = mean_matrix(kept)
    stressed = mean_matrix([(weight, change(matrix)) for weight, matrix in kept])
    before, after = was[own][pairs], stressed[own][pairs]
    return {
        "signs": {model.assets[i]: int(np.sign(net_exposure[i])) for i in held},
        "mean_calm_correlation": float(before.mean()) if before.size else None,
        "mean_stressed_correlation": float(after.mean()) if before.size else None,
        "repair_distance": goal.distance,
        "moved": float(np.linalg.norm((stressed - was)[own])),
        "copula_nu": degrees_of_freedom(broken),
        "plausibility": _plausibility(spec, int((before * after < 0).sum()), before.size),
        **_placed(stressed, held, model.assets),
    } | _of_which(calm)


def _placed(stressed: Float2D, held: Int1D, names: tuple[str, ...]) -> dict[str, Any]:
    """Where the stressed pairs of the book stand in the history of rolling correlations."""
    if held.size < 2:
        return {}
    found = percentiles(stressed, held, names)
    return {"history": verdict(found), "percentile": {k: v for k, v in found.items() if v is not None}}


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
    if spec.toward == "every_leg_loses":
        return (
            f"{flips} of {pairs} pairs of the book change the sign of their correlation; "
            f"{spec.strength:g} of the way to every leg losing together, the upper bound of what correlation "
            "alone can do; no probability is claimed"
        )
    if spec.toward in ("zero", "one"):
        return "a stylized target, without a probability"
    return (
        f"{flips} of {pairs} pairs of the book change the sign of their correlation; {spec.strength:g} of "
        "the way to the target; no probability is claimed"
    )
