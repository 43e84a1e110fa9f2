"""All fits at one step length: marginals, then the dependences of one marginal's residuals."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from stresskit.calibrate.dependence_fits import FittedDependence, fit_dependences
from stresskit.calibrate.marginal_fits import FittedMarginals, fit_marginals
from stresskit.calibrate.progress import Meter
from stresskit.calibrate.ranking import rank_dependences, rank_marginals
from stresskit.config.model import AnyDependence, Marginal
from stresskit.domain import Calibration, Float2D, JointModel
from stresskit.market.prices import Prices
from stresskit.spec import duration_text

REFERENCE = Marginal().label


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to fit, and the longest half-life of a variance in seconds."""

    models: Sequence[Marginal]
    dependences: Sequence[AnyDependence]
    max_half_life_s: int

    def fits(self, assets: int) -> int:
        """How many fits that is at one step."""
        return len(self.models) * assets + len(self.dependences)


@dataclass(frozen=True, slots=True, eq=False)
class FittedStep:
    """Calibrations of every pair by key, and the ranking of what they are made of.

    `residuals` (observations, assets) are those that the dependences were fitted to.
    """

    calibrations: dict[str, Calibration]
    ranking: dict[str, Any]
    residuals: Float2D


def calibrate_step(prices: Prices, wanted: Wanted, shared: dict[str, Any], meter: Meter) -> FittedStep:
    """Fit at the step of `prices`.

    The dependences are fitted to the residuals of gjr_garch/student_t where that is among the
    models, of the first model otherwise, and go with all of them.

    Parameters
    ----------
    prices : what to fit; all of its assets.
    wanted : models and guard.
    shared : joins what is said of the sample.
    meter : told of each fit.

    Raises
    ------
    DataError
        If a series cannot be fitted.
    """
    marginals: dict[str, FittedMarginals] = {}
    for model in sorted(wanted.models, key=lambda model: model.innovations == "semi_parametric"):
        fitted = fit_marginals(prices, model, wanted.max_half_life_s, meter, marginals)
        marginals[model.label] = fitted
    source = REFERENCE if REFERENCE in marginals else wanted.models[0].label
    joint = fit_dependences(prices, marginals[source].residuals, wanted.dependences, meter)
    dependences = {
        label: replace(fit, diagnostics={"residuals_of": source, **fit.diagnostics})
        for label, fit in joint.items()
    }
    ranking = {
        "marginals": rank_marginals({label: fit.diagnostics for label, fit in marginals.items()}),
        "dependences": rank_dependences({label: fit.diagnostics for label, fit in dependences.items()}),
    }
    sample = _sample(prices, wanted) | shared
    pairs = _pairs(prices, marginals, dependences, sample)
    return FittedStep(pairs, ranking, marginals[source].residuals)


def _sample(prices: Prices, wanted: Wanted) -> dict[str, Any]:
    return {
        "file": Path(prices.path).name,
        "sha256": prices.sha256,
        "max_half_life": duration_text(wanted.max_half_life_s),
        "prices": prices.report,
    }


def _pairs(
    prices: Prices,
    marginals: dict[str, FittedMarginals],
    dependences: dict[str, FittedDependence],
    sample: dict[str, Any],
) -> dict[str, Calibration]:
    step, first, last = duration_text(prices.step_s), f"{prices.times[1]}Z", f"{prices.times[-1]}Z"
    found = {}
    for (own, margin), (other, joint) in product(marginals.items(), dependences.items()):
        model = JointModel(prices.assets, prices.step_s, margin.marginals, joint.dependence)
        said = {"assets": margin.diagnostics, "dependence": joint.diagnostics, "sample": sample}
        found[f"{step}/{own}/{other}"] = Calibration(model, first, last, joint.observations, said)
    return found
