"""What is known of a market: joint models fitted to it, and the snapshot that holds them."""

from dataclasses import dataclass, field
from typing import Any

from stresskit.arrays import Float1D
from stresskit.domain.dependence import AnyDependence
from stresskit.domain.laws import Marginals


@dataclass(frozen=True, slots=True, eq=False)
class JointModel:
    """Marginals and dependence of all assets of a snapshot at one step length."""

    assets: tuple[str, ...]
    step_s: int
    marginals: Marginals
    dependence: AnyDependence


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """A fitted joint model and what a reader must know to trust it.

    `diagnostics` is the free part of the snapshot file (log-likelihoods, bound hits, repairs).
    """

    model: JointModel
    first: str
    last: str
    observations: int
    diagnostics: dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """Parameters and statistics of a market at one date; no prices.

    `calibrations` is keyed ``step/marginal/innovations/dependence``, for example
    ``"1h/gjr_garch/student_t/student_t"``; `sha256` is the hash of the snapshot file itself.
    `ranking` is the free part of the file that compares the fitted models, by step; `factors` holds
    what was calibrated of each asset's funding rate and basis, as in the file.
    """

    name: str
    assets: tuple[str, ...]
    as_of: str
    source: str
    data_sha256: str
    daily_volume_usd: Float1D
    calibrations: dict[str, Calibration]
    sha256: str
    ranking: dict[str, Any] = field(default_factory=dict)
    factors: dict[str, Any] = field(default_factory=dict)
