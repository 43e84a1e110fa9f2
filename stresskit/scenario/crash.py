"""Named assets fall by what is stated; the others move as the model says they do beside them.

The move comes at once, as a gap at the open of the step at `at`, or `over` a time, in equal parts of the
logarithm. It comes on top of the returns that are drawn, which stay the same draws as in the calm
scenario. Assets without a stated move are completed by their law given the stated ones: not only the
conditional mean, also the conditional scale, which a t copula widens by ``(nu + d2) / (nu + p)``, p
assets named at the squared distance d2 (Ding, The American Statistician 70, 2016; the use for stress:
Kupiec, Journal of Derivatives 6, 1998). The completion is drawn once a path from the dependence in force
at that step, with the long-run variance of the time that the move takes (a gap: one step).

Plausibility: under the model, d2 / p of a t copula follows F(p, nu) and of a Gaussian one chi2(p) / p;
the probability of a joint move at least as far from the centre, a time of that length, gives the mean
number of years between two (Breuer et al., International Journal of Central Banking 5, 2009).
"""

from dataclasses import replace
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, model_validator

from stresskit.domain import (
    AnyDependence,
    Completion,
    Dcc,
    Dependence,
    Float1D,
    JointModel,
    Move,
    Regime,
    Shock,
    StressedModel,
)
from stresskit.errors import ConfigError, Problem
from stresskit.scenario.targets import Asset, places_of
from stresskit.scenario.timeline import at as segment_at
from stresskit.scenario.timeline import shocks_at, struck
from stresskit.spec import Duration, Spec, duration_text, misplaced

Fall = Annotated[float, Field(gt=-0.95, le=10)]
UNCONDITIONAL = "the others are completed under a gaussian, student_t, dcc or regime dependence"


class Crash(Spec):
    """``kind = "crash"``.

    Attributes
    ----------
    shocks : simple return of each named asset over the whole crash, ``{ BTC = -0.30 }``.
    at : when it begins.
    over : how long it takes; 0 (default): a gap at the open of a step.
    others : assets that are not named are completed by their ``conditional`` law (default), or ``stay``.
    """

    kind: Literal["crash"]
    shocks: Annotated[dict[Asset, Fall], Field(min_length=1)]
    at: Duration = 0
    over: Duration = 0
    others: Literal["conditional", "stay"] = "conditional"

    @model_validator(mode="after")
    def _moves(self) -> "Crash":
        if not any(self.shocks.values()):
            raise misplaced("shocks", "a move of at least one asset")
        return self


def stress_crash(
    spec: Crash, stressed: StressedModel, model: JointModel, steps: int, net_exposure: Float1D
) -> StressedModel:
    """Let the crash happen, once a path.

    Raises
    ------
    ConfigError
        If an asset is not calibrated, the crash does not end before the horizon, or the dependence has no
        closed conditional law.
    """
    named = places_of(list(spec.shocks), model.assets, "shocks")
    order = np.argsort(named)
    named, moves = named[order], np.array(list(spec.shocks.values()))[order]
    first, count = spec.at // model.step_s, -(-spec.over // model.step_s)
    if first + count > steps:
        expected = f"a time that ends by the horizon of {duration_text(steps * model.step_s)}"
        raise ConfigError([Problem("", "over", expected)])
    law = completion(stressed, model, first, max(count, 1))
    if law is None and spec.others == "conditional" and named.size < len(model.assets):
        kind = type(segment_at(stressed, first).dependence).__name__
        raise ConfigError([Problem("", "others", f'"stay": {UNCONDITIONAL}, not {kind}')])
    move = Move(named, moves, law, stay=spec.others == "stay")
    shock = Shock(ramp=move, steps=count) if count else Shock(gaps=(move,))
    notes = _notes(spec, model, move)
    return replace(struck(stressed, first, first + max(count, 1), shock), notes=notes)


def completion(stressed: StressedModel, model: JointModel, first: int, count: int) -> Completion | None:
    """How unnamed assets move in `count` steps from step `first` on; None without a closed law."""
    segment = segment_at(stressed, first)
    law = elliptical(segment.dependence)
    if law is None:
        return None
    stream = first + (shocks_at(stressed, first) << 15)
    return Completion(law, count * model.marginals.long_run_variance, segment.volatility_multiplier, stream)


def elliptical(dependence: AnyDependence) -> Dependence | None:
    """Copula that completes a move: of a dynamic correlation its long-run level, of regimes the crisis."""
    if isinstance(dependence, Regime):
        return dependence.crisis
    if isinstance(dependence, Dcc):
        matrix = dependence.correlation
        return Dependence(dependence.blend(matrix) if dependence.blend else matrix, dependence.nu)
    return dependence if isinstance(dependence, Dependence) else None


def _notes(spec: Crash, model: JointModel, move: Move) -> dict[str, Any]:
    return {
        "begins": duration_text(spec.at),
        "takes": duration_text(spec.over) if spec.over else "a gap at the open of a step",
        "given": {model.assets[i]: float(r) for i, r in zip(move.named, move.returns, strict=True)},
        "others": "stay where they are" if move.stay else "drawn from their law given the named ones",
        "volatility": "the state that the model remembers is held: a given move does not raise it",
    }
