"""Paths in single precision are those of double to about six digits, whoever draws them."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from stresskit.domain import Float2D, JointModel, SkewT
from stresskit.model.float32 import build_sampler_32
from stresskit.model.joint import build_sampler
from stresskit.simulate.blocks import Plan, Stretch, live_block, workspace
from tests.shipped import normal_twin, shipped

SEED, STEPS, PATHS = 20261122, 24, 300
MODEL = shipped("1h")
USED = np.arange(4)


def marks(model: JointModel, build: Any, first: int, paths: int, tile: int) -> tuple[Float2D, Float2D]:
    """Marks and variances (assets, paths) after a day, under a multiplier of 3 over its second half."""
    sampler = build(model, model.dependence, USED)
    halves = (Stretch(0, 10, sampler, 1.0), Stretch(10, STEPS, sampler, 3.0))
    space = workspace(Plan(halves, (), (), model.marginals.long_run_variance[USED].copy(), SEED), paths, tile)
    live_block(Plan(halves, (), (), model.marginals.long_run_variance[USED].copy(), SEED), first, space)
    return space.marks, space.variance


@pytest.mark.parametrize("model", [MODEL, normal_twin(MODEL)], ids=["student_t", "normal"])
def test_a_path_is_the_same_path_to_six_digits(model: JointModel) -> None:
    single, double = (marks(model, build, 0, PATHS, 16) for build in (build_sampler_32, build_sampler))
    np.testing.assert_allclose(single[0], double[0], rtol=5e-6)
    np.testing.assert_allclose(single[1], double[1], rtol=1e-4)
    assert np.abs(double[0] - 1.0).max() > 0.05
    for values in single:
        assert np.array_equal(values, values.astype(np.float32).astype(np.float64))


def test_blocks_and_tiles_shift_no_bit() -> None:
    whole = marks(MODEL, build_sampler_32, 0, PATHS, 16)
    part = marks(MODEL, build_sampler_32, 100, 37, 1)
    for values, some in zip(whole, part, strict=True):
        assert np.array_equal(values[:, 100:137], some)


def test_what_is_not_drawn_in_single_precision_is_refused() -> None:
    laws = (SkewT(5.0, -0.1), *MODEL.marginals.innovations[1:])
    skewed = replace(MODEL, marginals=replace(MODEL.marginals, innovations=laws))
    news = replace(MODEL, marginals=replace(MODEL.marginals, kind="egarch"))
    for model in (skewed, news, shipped("1h", copula="gumbel")):
        with pytest.raises(ValueError, match="gaussian or student_t with a volatility other than egarch"):
            build_sampler_32(model, model.dependence, USED)
