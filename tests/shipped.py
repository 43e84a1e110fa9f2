"""The shipped snapshot's models, small models made by hand, and tiles drawn from either."""

from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

import numpy as np

from stresskit.domain import Dependence, Float1D, Float2D, Float3D, Int1D, JointModel, Marginals, StudentT
from stresskit.market.snapshot import load_snapshot
from stresskit.model.joint import Sampler, build_sampler, build_state, build_work, compound, draw_tile
from stresskit.model.memory import begin_paths
from stresskit.numerics.jit import kernel

SNAPSHOT = "majors-2026-03"
ASSETS = ("BTC", "ETH", "SOL", "XRP", "DOGE", "BNB", "LTC", "ADA", "AVAX", "LINK")
TEN_DAYS = {"1h": 240, "1d": 10}


@kernel
def compound_all(returns: Any, marks: Any) -> int:
    """Turn a tile of returns (steps, assets, paths) into marks, in place; the number at the floor."""
    floored = 0
    for s in range(returns.shape[0]):
        for k in range(returns.shape[1]):
            floored += compound(returns[s, k], marks[k])
    return floored


@cache
def shipped(step: str, marginal: str = "gjr_garch/student_t", copula: str = "student_t") -> JointModel:
    """A joint model of the snapshot."""
    return load_snapshot(SNAPSHOT).calibrations[f"{step}/{marginal}/{copula}"].model


def normal_twin(model: JointModel) -> JointModel:
    """The same recursions with normal innovations and a Gaussian copula."""
    marginals = replace(model.marginals, innovations=(StudentT(np.inf),) * len(model.assets))
    return replace(model, marginals=marginals, dependence=replace(model.dependence, nu=np.inf))


def made(assets: int = 1, nu: float = np.inf, **columns: float) -> Marginals:
    """Assets of one law; a constant variance of 1e-4 unless told otherwise."""
    law = {"mean": 0.0, "omega": 1e-4, "alpha": 0.0, "gamma": 0.0, "beta": 0.0} | columns
    arrays = {name: np.full(assets, float(value)) for name, value in law.items()}
    persistence = arrays["alpha"] + arrays["gamma"] / 2 + arrays["beta"]
    long_run = arrays["omega"] / (1 - persistence)
    laws = (StudentT(nu),) * assets
    return Marginals(**arrays, innovations=laws, long_run_variance=long_run, current_variance=long_run)


def joint(marginals: Marginals, correlation: Float2D, nu: float = np.inf) -> JointModel:
    """A joint model at the daily step."""
    names = tuple(f"A{i}" for i in range(len(correlation)))
    return JointModel(names, 86400, marginals, Dependence(correlation, nu))


@lru_cache(32)
def sampler_of(model: JointModel, used: tuple[int, ...]) -> Sampler:
    """What the engine draws some assets of a model from; fitting the maps takes longer than small draws."""
    return build_sampler(model, model.dependence, np.array(used))


def draw(
    model: JointModel,
    steps: int,
    paths: int,
    seed: int = 0,
    *,
    start: Float1D | None = None,
    used: Int1D | None = None,
    first: int = 0,
    multiplier: float = 1.0,
) -> tuple[Float3D, Float3D]:
    """Returns (steps, assets, paths), and the variances that follow each; from the long-run level."""
    places = np.arange(len(model.assets)) if used is None else used
    begin = model.marginals.long_run_variance[places] if start is None else start
    sampler = sampler_of(model, tuple(places.tolist()))
    h = np.broadcast_to(begin[:, None], (places.size, paths)).copy()
    returns, variance = np.empty((2, steps, places.size, paths))
    work, state = build_work(sampler, paths), build_state(sampler, paths)
    begin_paths(sampler, seed, first, state)
    draw_tile(sampler, seed, first, 0, multiplier, work, state, h, returns, variance)
    return returns, variance
