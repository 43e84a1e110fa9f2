"""Scenarios: what the model becomes under stress. One file per kind."""

from typing import Annotated

from pydantic import Field

from stresskit.domain import Float1D, JointModel, StressedModel
from stresskit.scenario.baseline import Baseline, stress_baseline
from stresskit.scenario.combined import Combined, stress_combined
from stresskit.scenario.combined import effects_of as effects_of
from stresskit.scenario.effects import Effect, apply_effect
from stresskit.scenario.timeline import calm

AnyScenario = Baseline | Combined | Effect
ScenarioSpec = Annotated[AnyScenario, Field(discriminator="kind")]


def stress(spec: AnyScenario, model: JointModel, steps: int, net_exposure: Float1D) -> StressedModel:
    """What `spec` makes of the calm model for a book of `net_exposure` (assets,) USD.

    Raises
    ------
    ConfigError
        If it cannot act on this model; the problem's key is relative to the scenario's table.
    """
    unchanged = calm(model, steps)
    if isinstance(spec, Combined):
        return stress_combined(spec, unchanged, model, steps, net_exposure)
    if isinstance(spec, Baseline):
        return stress_baseline(spec, unchanged, model, steps, net_exposure)
    return apply_effect(spec, unchanged, model, steps, net_exposure)
