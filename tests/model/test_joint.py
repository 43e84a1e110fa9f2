"""The kernels against the slow twin, path by path: the whole law from Philox words to prices."""

import math

import numpy as np
import pytest

from stresskit.domain import JointModel
from stresskit.model.forecast import chosen
from stresskit.model.joint import build_sampler, build_state, build_work, draw_tile
from tests.reference.paths import exact_maps, path_returns, polynomial_maps
from tests.shipped import compound_all, draw, joint, made, normal_twin, shipped

SEED, STEPS = 20261122, 24
PATHS = (0, 1, 63, 64, 1000)


def models() -> list[JointModel]:
    return [
        shipped("1h"),
        shipped("1d"),
        shipped("1d", "garch/normal", "gaussian"),
        shipped("1h", "garch/student_t", "gaussian"),
        shipped("1d", "gjr_garch/normal", "student_t"),
    ]


@pytest.mark.parametrize("model", models(), ids=["1h", "1d", "normal", "t in Gaussian", "normal in t"])
def test_with_the_same_polynomials_only_rounding_differs(model: JointModel) -> None:
    """1e-10 relative: the twin's logarithms and exponentials are libm's, and errors add up over 24 steps."""
    maps = polynomial_maps(model.marginals, model.dependence.nu)
    start = 1.7 * model.marginals.long_run_variance
    returns, variance = draw(model, STEPS, 1001, SEED, start=start)
    for path in PATHS:
        expected, after = path_returns(model, maps, start, SEED, path, STEPS)
        np.testing.assert_allclose(returns[:, :, path], expected, rtol=1e-10, atol=1e-16)
        np.testing.assert_allclose(variance[:, :, path], after, rtol=1e-10)


@pytest.mark.parametrize("model", models(), ids=["1h", "1d", "normal", "t in Gaussian", "normal in t"])
def test_with_the_exact_transforms_the_maps_error_is_all_that_differs(model: JointModel) -> None:
    """At 6.5 degrees of freedom the chi-square scale is within 1e-6 and the map within 6e-6.

    So a residual is off by at most e = 7e-6 of itself, its square by 2 e, the variance after n steps
    by 2 n e, and a return by (1 + n) e.
    """
    start = model.marginals.long_run_variance
    maps = exact_maps(model.marginals, model.dependence.nu)
    returns, _ = draw(model, STEPS, 1001, SEED)
    room = 7e-6 * (1 + np.arange(STEPS))[:, None]
    for path in PATHS:
        expected, _ = path_returns(model, maps, start, SEED, path, STEPS)
        assert np.all(np.abs(returns[:, :, path] - expected) <= room * np.abs(expected))


@pytest.mark.parametrize("nu", [2.1, 3.0])
def test_heavy_copulas_too(nu: float) -> None:
    """One step under few degrees of freedom, where the chi-square scale's own bound is the larger."""
    model = joint(made(3, 2.5), np.eye(3), nu)
    maps = exact_maps(model.marginals, nu)
    returns, _ = draw(model, 1, 64, SEED)
    for path in range(64):
        expected, _ = path_returns(model, maps, model.marginals.long_run_variance, SEED, path, 1)
        np.testing.assert_allclose(returns[:, :, path], expected, rtol=1e-4 if nu < 3 else 3.1e-5)


def test_a_stress_multiplier_scales_returns_alone() -> None:
    model = shipped("1d")
    maps = polynomial_maps(model.marginals, model.dependence.nu)
    returns, variance = draw(model, 10, 8, SEED, multiplier=3.0)
    for path in range(8):
        expected, after = path_returns(
            model, maps, model.marginals.long_run_variance, SEED, path, 10, multiplier=3.0
        )
        np.testing.assert_allclose(returns[:, :, path], expected, rtol=1e-10)
        np.testing.assert_allclose(variance[:, :, path], after, rtol=1e-10)


def test_prices_compound_and_floors_are_counted() -> None:
    returns = np.array([[[0.1, -0.95, 0.0]], [[-0.2, 0.5, -0.95]]])
    tile, marks = returns.copy(), np.array([[1.0, 2.0, 1.0]])
    assert compound_all(tile, marks) == 2
    np.testing.assert_allclose(tile, [[[1.1, 0.1, 1.0]], [[0.88, 0.15, 0.05]]], rtol=1e-12)
    assert np.array_equal(marks, tile[-1])


def test_marks_drawn_at_once_are_the_returns_compounded() -> None:
    """Bit for bit, over two tiles, and the floors are the same ones."""
    model, paths = shipped("1d"), 100
    start = model.marginals.long_run_variance
    returns, expected_variance = draw(model, 8, paths, SEED, start=start, multiplier=9.0)
    expected = np.ones((10, paths))
    floors = compound_all(returns, expected)
    sampler = build_sampler(model, model.dependence, np.arange(10))
    work, state, h = build_work(sampler, paths), build_state(sampler, paths), np.tile(start[:, None], paths)
    marks, tile, variance, floored = (
        np.ones((10, paths)),
        np.empty((4, 10, paths)),
        np.empty((4, 10, paths)),
        0,
    )
    for first in (0, 4):
        floored += draw_tile(sampler, SEED, 0, first, 9.0, work, state, h, tile, variance, marks)
        assert np.array_equal(tile, returns[first : first + 4])
        assert np.array_equal(variance, expected_variance[first : first + 4])
    assert np.array_equal(marks, expected)
    assert floored == floors > 0


def test_a_price_never_falls_to_zero() -> None:
    model = shipped("1d")
    returns, _ = draw(model, 10, 20_000, multiplier=20.0)
    marks = np.ones((10, 20_000))
    floored = compound_all(returns, marks)
    assert floored > 1000
    assert marks.min() > 0


@pytest.mark.parametrize("model", [shipped("1h"), normal_twin(shipped("1h"))], ids=["t", "normal"])
def test_tiles_blocks_and_chosen_assets_shift_no_draw(model: JointModel) -> None:
    """Bit for bit: some of the paths, some of the assets."""
    returns, variance = draw(model, 5, 300, SEED)
    some, after = draw(model, 5, 37, SEED, used=np.array([0, 6, 9]), first=100)
    assert np.array_equal(some, returns[:, [0, 6, 9], 100:137])
    assert np.array_equal(after, variance[:, [0, 6, 9], 100:137])


def test_an_asset_added_to_the_end_of_the_snapshot_shifts_no_draw() -> None:
    """Nine of the ten assets: the shorter snapshot draws what the longer one draws for them."""
    whole = shipped("1d")
    m, r = whole.marginals, whole.dependence.correlation
    shorter = joint(chosen(m, np.arange(9)), r[:9, :9].copy(), whole.dependence.nu)
    assert np.array_equal(draw(shorter, 4, 50, SEED)[0], draw(whole, 4, 50, SEED)[0][:, :9])


def test_nan_in_a_start_variance_is_not_lost() -> None:
    """Whatever goes in as NaN comes out as NaN, so that the engine can refuse the path."""
    model = shipped("1d")
    start = model.marginals.long_run_variance.copy()
    start[3] = math.nan
    returns, _ = draw(model, 2, 10, SEED, start=start)
    assert np.isnan(returns[:, 3]).all()
    assert np.isfinite(np.delete(returns, 3, axis=1)).all()
