"""What a snapshot file says, and the same as the nouns of the domain.

Marginals and dependences stand apart, each once: every dependence of a step is fitted to the
residuals of one marginal model and goes with all of them, so a calibration is a pair of the two.
What is said of the sample of a step (file, gaps, volume) joins the diagnostics of each calibration
under ``sample``.
"""

from itertools import product
from typing import Any, Literal

import numpy as np
from pydantic import Field

from stresskit.domain import Calibration, JointModel, Snapshot
from stresskit.market.snapshot_dependence import AnyEntry, dependence_of
from stresskit.market.snapshot_factors import FactorsEntry
from stresskit.market.snapshot_marginals import Row, marginals_of
from stresskit.spec import Name, Positive, Spec

FORMAT = 2
SAMPLE = "sample"
Facts = dict[str, Any]


class StepEntry(Spec):
    """A step length and its sample; `first` and `last` are the times of the returns."""

    step_s: int = Field(gt=0)
    first: str
    last: str
    sample: Facts


class MarginalsEntry(Spec):
    """One marginal model of every asset; what its fits say stands in `diagnostics` by asset."""

    assets: dict[str, Row]
    diagnostics: Facts


class DependenceEntry(Spec):
    """One dependence of all assets, fitted on `observations` rows."""

    observations: int = Field(ge=0)
    parameters: AnyEntry
    diagnostics: Facts


class SnapshotFile(Spec):
    """The whole file: `steps` by step, `marginals` by step/kind/innovations, `dependence` by step/kind."""

    format: Literal[2]
    name: Name
    assets: list[Name]
    as_of: str
    source: str
    data_sha256: str
    daily_volume_usd: dict[str, Positive | None]
    steps: dict[str, StepEntry]
    ranking: Facts
    marginals: dict[str, MarginalsEntry]
    dependence: dict[str, DependenceEntry]
    factors: dict[str, FactorsEntry]


def snapshot_of(file: SnapshotFile, sha256: str) -> Snapshot:
    """Read the file, once it is known to be sound."""
    volume = [file.daily_volume_usd[asset] for asset in file.assets]
    calibrations: dict[str, Calibration] = {}
    for step, entry in file.steps.items():
        calibrations |= _calibrations(file, step, entry)
    return Snapshot(
        name=file.name,
        assets=tuple(file.assets),
        as_of=file.as_of,
        source=file.source,
        data_sha256=file.data_sha256,
        daily_volume_usd=np.array([np.nan if v is None else v for v in volume], dtype=np.float64),
        calibrations=calibrations,
        sha256=sha256,
        ranking=file.ranking,
        factors={asset: entry.model_dump(exclude_unset=True) for asset, entry in file.factors.items()},
    )


def _calibrations(file: SnapshotFile, step: str, at: StepEntry) -> dict[str, Calibration]:
    """Every marginal model of one step with every dependence."""
    assets = tuple(file.assets)
    own = {key: entry for key, entry in file.marginals.items() if key.startswith(f"{step}/")}
    joining = {key: entry for key, entry in file.dependence.items() if key.startswith(f"{step}/")}
    columns = {key: marginals_of([entry.assets[a] for a in assets], key) for key, entry in own.items()}
    joints = {key: dependence_of(entry.parameters, assets) for key, entry in joining.items()}
    found = {}
    for (key, margin), (other, joint) in product(own.items(), joining.items()):
        model = JointModel(assets, at.step_s, columns[key], joints[other])
        said = {"assets": margin.diagnostics, "dependence": joint.diagnostics, SAMPLE: at.sample}
        name = f"{key}/{other.partition('/')[2]}"
        found[name] = Calibration(model, at.first, at.last, joint.observations, said)
    return found
