"""Scalar parameters of a mixture by name, and their standard errors given its correlations."""

import numpy as np

from stresskit.domain import Archimedean, Dependence, Float1D, Float2D, Mixture
from stresskit.model.archimedean import THETA, base_family
from stresskit.model.copula_density import log_density
from stresskit.model.copula_errors import rank_errors
from stresskit.model.copula_fit import NU

PLACES = ("first", "second")


def scalars(fit: Mixture) -> dict[str, float]:
    """The weight, and each component's theta or degrees of freedom."""
    found = {"weight": fit.weight}
    for place in PLACES:
        part = getattr(fit, place)
        if isinstance(part, Archimedean):
            found[f"{place}_theta"] = part.theta
        elif np.isfinite(part.nu):
            found[f"{place}_nu"] = part.nu
    return found


def component_ranges(fit: Mixture) -> dict[str, tuple[float, float]]:
    """Range of each component's scalar."""
    found = {}
    for place in PLACES:
        part = getattr(fit, place)
        if isinstance(part, Archimedean):
            found[f"{place}_theta"] = THETA[base_family(part.family)]
        elif np.isfinite(part.nu):
            found[f"{place}_nu"] = NU
    return found


def mixture_errors(fit: Mixture, u: Float2D, bounds: list[str]) -> dict[str, float | None]:
    """Standard errors of the scalars that lie at no bound, the others held where they are."""
    values = scalars(fit)
    free = [name for name in values if not any(hit.startswith(f"{name} ") for hit in bounds)]

    def density(v: Float2D, at: Float1D) -> Float1D:
        return log_density(_with(fit, values | dict(zip(free, at.tolist(), strict=True))), v)

    found = rank_errors(density, u, [values[name] for name in free]) if free else []
    return dict.fromkeys(values) | dict(zip(free, found, strict=True))


def _with(fit: Mixture, values: dict[str, float]) -> Mixture:
    def part(place: str) -> Dependence | Archimedean:
        old = getattr(fit, place)
        if isinstance(old, Archimedean):
            return Archimedean(old.family, values[f"{place}_theta"], old.assets)
        return Dependence(old.correlation, values.get(f"{place}_nu", np.inf))

    return Mixture(part("first"), part("second"), values["weight"])
