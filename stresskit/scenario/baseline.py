"""The calm model, unchanged."""

from typing import Literal

from stresskit.domain import JointModel, Segment, StressedModel
from stresskit.spec import Spec


class Baseline(Spec):
    """``kind = "baseline"``: nothing is stressed."""

    kind: Literal["baseline"] = "baseline"


def stress_baseline(spec: Baseline, model: JointModel, steps: int) -> StressedModel:
    """One segment over all steps."""
    return StressedModel((Segment(0, steps, model.dependence, 1.0),), {})
