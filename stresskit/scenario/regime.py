"""The calibrated crisis state, forced for a part of the horizon.

A model of two regimes (``[model] dependence = { kind = "regime" }``) is held in its crisis from
`onset` on: its correlation, its degrees of freedom and its multiplier of the innovations, all as
fitted. Afterwards the chain goes on from the crisis as calibrated, so that the scenario ends as a
crisis does. The chain's own uniforms are drawn as ever, and decide nothing while it is held.

Plausibility: the chain stays in crisis for n steps with probability ``pi stay^(n - 1)``, pi the
long-run share of the crisis (Hamilton, "Time Series Analysis", 1994, chapter 22).
"""

from dataclasses import replace
from typing import Any, Literal

from stresskit.domain import Float1D, JointModel, Regime, Segment, StressedModel
from stresskit.errors import ConfigError, Problem
from stresskit.scenario.correlations import crisis_share
from stresskit.scenario.timeline import Timed, between
from stresskit.spec import duration_text


class ForcedRegime(Timed):
    """``kind = "regime"``: the model's crisis from `onset` on for `duration` (default: to the horizon)."""

    kind: Literal["regime"]


def stress_regime(
    spec: ForcedRegime, stressed: StressedModel, model: JointModel, steps: int, net_exposure: Float1D
) -> StressedModel:
    """Hold the chain in crisis during the steps of the effect.

    The state of a step is drawn at the end of the step before, so that what is forced is the transition.

    Raises
    ------
    ConfigError
        If the model has no regimes; it belongs to the key ``kind``.
    """
    if not isinstance(model.dependence, Regime):
        expected = 'another kind, or [model] dependence = { kind = "regime" }: this model has no crisis state'
        raise ConfigError([Problem("", "kind", expected)])
    first, last = spec.span(model, steps)
    held = between(stressed, max(first - 1, 0), last - 1, _forced)
    if first == 0:
        held = between(held, 0, 1, _begun)
    return replace(held, notes=_notes(model.dependence, last - first, model.step_s))


def _regime(segment: Segment) -> Regime:
    assert isinstance(segment.dependence, Regime)  # effects reshape a dependence, none changes its kind
    return segment.dependence


def _forced(segment: Segment) -> Segment:
    return replace(segment, dependence=replace(_regime(segment), forced=True))


def _begun(segment: Segment) -> Segment:
    return replace(segment, dependence=replace(_regime(segment), start_crisis=1.0))


def _notes(regime: Regime, steps: int, step_s: int) -> dict[str, Any]:
    share = crisis_share(regime)
    whole = share * regime.stay_crisis ** (steps - 1)
    mean = duration_text(round(step_s / (1.0 - regime.stay_crisis) / step_s) * step_s)
    return {
        "held_in_crisis": duration_text(steps * step_s),
        "crisis_multiplier": regime.multiplier,
        "crisis_copula_nu": float(regime.crisis.nu),
        "long_run_share_of_crisis": share,
        "plausibility": f"in the calibrated chain a crisis lasts {mean} in the mean, and {whole:.2g} of all "
        "steps begin one that lasts as long as this, or lie within it",
    }
