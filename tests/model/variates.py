"""Variates of any copula, drawn by its kernel alone."""

from typing import Any

import numpy as np
from scipy import special

from stresskit.domain import AnyDependence, Float1D, Float2D
from stresskit.model.dependence import asset_count, build_copula, variate_nu
from stresskit.model.elliptical import variates
from stresskit.model.joint import Sampler, build_work
from stresskit.model.vine import VineCopula, vine_scores
from stresskit.numerics.jit import kernel


@kernel
def fill(copula: Any, key: Any, path: Any, step: Any, work: Any) -> None:
    variates(copula, key, path, step, work)


def drawn(
    dependence: AnyDependence,
    paths: int,
    seed: int = 0,
    step: int = 0,
    first: int = 0,
    used: tuple[int, ...] | None = None,
) -> Float2D:
    """Variates (assets, paths) of one step."""
    places = np.array(used if used is not None else range(asset_count(dependence)))
    copula = build_copula(dependence, places)
    return filled(copula, paths, seed, step, first)[: places.size].copy()


def filled(copula: Any, paths: int, seed: int = 0, step: int = 0, first: int = 0) -> Float2D:
    """Rows of variates of one step, padding included."""
    work = build_work(Sampler(copula, None, None), paths)  # type: ignore[arg-type]
    if isinstance(copula, VineCopula):
        work = work._replace(given=vine_scores(copula, seed, first, step, 1, paths))
    fill(copula, seed, first, step, work)
    return work.y


def probability(dependence: AnyDependence, y: Float2D) -> Float2D:
    """Levels u (assets, paths) of variates."""
    nu: Float1D = variate_nu(dependence, np.arange(len(y)))
    rows = [
        special.stdtr(n, row) if np.isfinite(n) else special.ndtr(row) for n, row in zip(nu, y, strict=True)
    ]
    return np.array(rows)
