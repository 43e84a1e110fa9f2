"""Fits of every dependence asked for to one set of residuals.

A snapshot's dependences are all fitted to the residuals of the reference marginal, so that their
likelihoods can be compared and each goes with every marginal; a run on price files, which fits one
marginal alone, uses that one's residuals.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from stresskit.calibrate.criteria import criteria
from stresskit.calibrate.progress import Meter
from stresskit.config.model import AnyDependence as Spec
from stresskit.config.model import Dynamic, Grouped, Historical, Mixed
from stresskit.domain import AnyDependence, Bootstrap, Dependence, Float2D
from stresskit.errors import ConfigError, DataError, Problem
from stresskit.market.prices import Prices
from stresskit.model.archimedean_fit import fit_archimedean
from stresskit.model.copula_fit import CopulaFit, fit_copula, fit_matched, kendall_correlation
from stresskit.model.dcc_fit import fit_dcc
from stresskit.model.grouped_fit import fit_grouped_t
from stresskit.model.mixture_fit import fit_mixture
from stresskit.model.regime_fit import fit_regime
from stresskit.model.vine_fit import fit_vine
from stresskit.spec import duration_text

BATCHES = 20
STATES = {"nu_calm": "calm_nu", "nu_crisis": "crisis_nu"}  # of a fit, and of an entry of a snapshot
OF_RESIDUALS = "its likelihood is that of the residuals themselves, sizes included, not of their ranks"
Fit = tuple[AnyDependence, dict[str, Any]]


@dataclass(frozen=True, slots=True, eq=False)
class FittedDependence:
    """One dependence and what is to be said of its fit."""

    dependence: AnyDependence
    observations: int
    diagnostics: dict[str, Any]


class Sample:
    """Residuals (observations, assets) of `assets`, a row a time at which every asset has one."""

    def __init__(self, residuals: Float2D, assets: tuple[str, ...], step_s: int) -> None:
        self.residuals = residuals[np.isfinite(residuals).all(axis=1)]
        self.assets, self.step_s = assets, step_s

    @cached_property
    def elliptical(self) -> CopulaFit:
        """The copula whose correlation comes from Kendall's tau, in both its forms."""
        return fit_copula(self.residuals)


def fit_dependences(
    prices: Prices, residuals: Float2D, specs: Sequence[Spec], meter: Meter
) -> dict[str, FittedDependence]:
    """Fit on the rows of `residuals` (observations, assets) in which every asset has one, by label.

    Raises
    ------
    ConfigError
        If a fit needs what is not installed, or groups that are not those of the assets.
    DataError
        If there are too few rows, or two assets are copies of each other.
    """
    sample = Sample(residuals, prices.assets, prices.step_s)
    found: dict[str, FittedDependence] = {}
    for spec in specs:
        meter.begin(f"{duration_text(prices.step_s)} {spec.label}")
        try:
            dependence, said = FITS[spec.kind](spec, sample)
        except ValueError as error:
            raise DataError([Problem(prices.path, "", str(error))]) from None
        found[spec.label] = FittedDependence(dependence, len(sample.residuals), said)
    return found


def _elliptical(spec: Any, sample: Sample) -> Fit:
    """One of the two copulas, its correlation from Kendall's tau or from the residuals' linear one."""
    (n, assets), student, linear = (
        sample.residuals.shape,
        spec.kind == "student_t",
        spec.correlation == "linear",
    )
    fit = fit_matched(sample.residuals, spec.kind) if linear else sample.elliptical
    shared = ("repair_distance", "pairwise_likelihood", "note")
    said: dict[str, Any] = {key: fit.diagnostics[key] for key in shared if key in fit.diagnostics}
    if assets > 1:
        loglik = fit.diagnostics[f"loglik_{spec.kind}"]
        errors: dict[str, Any] = {"correlation": correlation_errors(sample.residuals, linear)}
        errors |= {"nu": fit.diagnostics["nu_standard_error"]} if student else {}
        said |= {"loglik": loglik, **criteria(loglik, assets * (assets - 1) // 2 + student, n)}
        said |= {"standard_errors": errors, "bounds": fit.diagnostics["bounds"] if student else []}
    return Dependence(fit.correlation, fit.nu if student else np.inf), said


def correlation_errors(residuals: Float2D, linear: bool = False) -> dict[str, float] | None:
    """Mean and largest standard error of the correlations, from twenty consecutive parts of the sample.

    `linear`: of the residuals' own, not of those from Kendall's tau. None where a part would have
    less than fifty rows.
    """
    if len(residuals) < 50 * BATCHES:
        return None
    estimate = (lambda part: np.corrcoef(part.T)) if linear else kendall_correlation
    parts = np.array([estimate(part) for part in np.array_split(residuals, BATCHES)])
    error = parts.std(axis=0, ddof=1) / np.sqrt(BATCHES)
    pairs = error[np.triu_indices(residuals.shape[1], 1)]
    return {"mean": float(pairs.mean()), "largest": float(pairs.max())}


def _grouped(spec: Grouped, sample: Sample) -> Fit:
    groups = spec.groups or []
    place = {asset: i for i, group in enumerate(groups) for asset in group}
    if set(place) != set(sample.assets):
        text = f"each asset of the prices in one group: {', '.join(sample.assets)}"
        raise ConfigError([Problem("", "model.dependence.groups", text)])
    return fit_grouped_t(sample.residuals, np.array([place[asset] for asset in sample.assets]))


def _archimedean(spec: Any, sample: Sample) -> Fit:
    return fit_archimedean(sample.residuals, spec.kind)


def _mixture(spec: Mixed, sample: Sample) -> Fit:
    return fit_mixture(sample.residuals, spec.of[0], spec.of[1])


def _vine(_: Any, sample: Sample) -> Fit:
    return fit_vine(sample.residuals)


def _dcc(spec: Dynamic, sample: Sample) -> Fit:
    """Dynamic correlation that begins where the data end; a run may begin it in the long run instead."""
    fit, told = fit_dcc(sample.residuals, spec.copula)
    n, assets = sample.residuals.shape
    scalars = 2 + (spec.copula == "student_t")
    said = {key: value for key, value in told.items() if key not in ("ahead", "observations")}
    said |= criteria(told["loglik"], assets * (assets - 1) // 2 + scalars, n)
    return replace(fit, start=np.array(told["ahead"])), said


def _regime(_: Any, sample: Sample) -> Fit:
    """Two states that begin with the probability that the data's end gives to the crisis."""
    fit, told = fit_regime(sample.residuals)
    said = {key: value for key, value in told.items() if key not in ("loglik", "observations")}
    errors = {STATES.get(name, name): error for name, error in told["standard_errors"].items()}
    said |= {"standard_errors": errors, "loglik_of_residuals": told["loglik"], "reason": OF_RESIDUALS}
    return replace(fit, start_crisis=told["crisis_now"]), said


def _bootstrap(spec: Historical, sample: Sample) -> Fit:
    rows, length = len(sample.residuals), spec.mean_block / sample.step_s
    if not 1 <= length <= rows:
        text = f"from one step of {duration_text(sample.step_s)} to the {rows} rows that all assets share"
        raise ConfigError([Problem("", "model.dependence.mean_block", text)])
    said = {"rows": rows, "mean_block": length, "reason": "the history itself has no likelihood"}
    return Bootstrap(sample.residuals, length), said


FITS: dict[str, Callable[[Any, Sample], Fit]] = {
    "gaussian": _elliptical,
    "student_t": _elliptical,
    "grouped_t": _grouped,
    "survival_clayton": _archimedean,
    "gumbel": _archimedean,
    "mixture": _mixture,
    "vine": _vine,
    "dcc": _dcc,
    "regime": _regime,
    "bootstrap": _bootstrap,
}
