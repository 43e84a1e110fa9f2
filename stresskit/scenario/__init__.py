"""Scenarios: what the model becomes under stress. One file per kind."""

from typing import Annotated

from pydantic import Field

from stresskit.domain import Float1D, JointModel, StressedModel
from stresskit.scenario.baseline import Baseline, stress_baseline
from stresskit.scenario.correlation_breakdown import CorrelationBreakdown, stress_correlation

ScenarioSpec = Annotated[Baseline | CorrelationBreakdown, Field(discriminator="kind")]


def stress(
    spec: Baseline | CorrelationBreakdown, model: JointModel, steps: int, net_exposure: Float1D
) -> StressedModel:
    """What `spec` makes of the calm model for a book of `net_exposure` (assets,) USD."""
    if isinstance(spec, CorrelationBreakdown):
        return stress_correlation(spec, model, steps, net_exposure)
    return stress_baseline(spec, model, steps)
