"""Factors beside the returns in a snapshot file: funding rate and basis of an asset, as fractions.

Over one interval ``x' = mean + persistence (x - mean) + loading z + noise_scale e``, z the asset's
standardized return and e noise of unit variance, Student-t of `nu` degrees of freedom or normal where
it is null; `steps` has the same for other lengths.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from stresskit.spec import Positive, Spec

Persistence = Annotated[float, Field(gt=0, lt=1)]
TOLERANCE = 1e-6


class StepFactor(Spec):
    """The recursion over one step of the simulation."""

    persistence: Persistence
    loading: float
    noise_scale: Positive


class FactorEntry(Spec):
    """One factor of one asset."""

    interval_s: int = Field(gt=0)
    mean: float
    persistence: Persistence
    loading: float
    noise_scale: Positive
    nu: Annotated[float, Field(gt=2)] | None
    long_run_sd: Positive
    steps: dict[str, StepFactor]
    first: str
    last: str
    diagnostics: dict[str, Any]


class FactorsEntry(Spec):
    """The factors of one asset, those that were calibrated."""

    funding: FactorEntry | None = None
    basis: FactorEntry | None = None


def factor_faults(
    factors: Mapping[str, FactorsEntry], assets: list[str]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """What types cannot say; each fault with its keys from ``factors`` down."""
    for asset, entry in factors.items():
        if asset not in assets:
            yield (asset,), "an asset of the snapshot"
        for name in ("funding", "basis"):
            factor: FactorEntry | None = getattr(entry, name)
            if factor is None:
                continue
            recursions: dict[str, FactorEntry | StepFactor] = {"": factor, **factor.steps}
            for key, at in recursions.items():
                sd = np.hypot(at.loading, at.noise_scale) / np.sqrt(1 - at.persistence**2)
                if not np.isclose(sd, factor.long_run_sd, rtol=TOLERANCE):
                    place = ("steps", key) if key else ("long_run_sd",)
                    yield (asset, name, *place), f"a recursion of the long-run deviation {sd:.6g}"
