"""Standardized returns of all assets over the coming step, drawn from the fitted laws and dependence.

They come from the sampler that a run draws its paths from, so that what is tested is what is used.
"""

from collections.abc import Sequence

import numpy as np

from stresskit.domain import AnyDependence, Float2D, Innovation, JointModel, Marginals
from stresskit.model.innovations import lower_quantile, upper_quantile
from stresskit.model.joint import build_sampler, build_state, build_work, draw_tile
from stresskit.model.memory import begin_paths

SEED = 20260318
VARIANCE = 1e-8  # of every asset, so small that no return meets the floor


def innovations(laws: Sequence[Innovation], dependence: AnyDependence, draws: int) -> Float2D:
    """Draw the joint law: (draws, assets), the same random numbers at every call.

    One asset needs no luck: its draws are the quantiles at the middles of `draws` equal slices.
    """
    if len(laws) == 1:
        half = (np.arange(draws // 2) + 0.5) / (2 * (draws // 2))
        return np.concatenate((lower_quantile(laws[0], half), upper_quantile(laws[0], half)))[:, None]
    sampler = build_sampler(_of_one_step(laws, dependence), dependence, np.arange(len(laws)))
    work, state = build_work(sampler, draws), build_state(sampler, draws)
    begin_paths(sampler, SEED, 0, state)
    returns, variance = np.empty((2, 1, len(laws), draws))
    before = np.full((len(laws), draws), VARIANCE)
    draw_tile(sampler, SEED, 0, 0, 1.0, work, state, before, returns, variance)
    return np.asarray(np.ascontiguousarray(returns[0].T) / np.sqrt(VARIANCE))


def _of_one_step(laws: Sequence[Innovation], dependence: AnyDependence) -> JointModel:
    none, same = np.zeros(len(laws)), np.full(len(laws), VARIANCE)
    marginals = Marginals(none, same, none, none, none, tuple(laws), same, same)
    return JointModel(tuple(map(str, range(len(laws)))), 1, marginals, dependence)
