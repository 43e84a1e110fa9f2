"""The calm model, unchanged."""

from typing import Literal

from stresskit.domain import Float1D, JointModel, StressedModel
from stresskit.spec import Spec


class Baseline(Spec):
    """``kind = "baseline"``: nothing is stressed."""

    kind: Literal["baseline"] = "baseline"


def stress_baseline(
    spec: Baseline, stressed: StressedModel, model: JointModel, steps: int, net_exposure: Float1D
) -> StressedModel:
    """Return `stressed` as it is."""
    return stressed
