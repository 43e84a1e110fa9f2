"""A step in which some assets move by a given amount: on every path exactly that, the others beside it."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from stresskit.domain import Float1D, JointModel, SkewT
from stresskit.model.completion import build_completion, complete_moves
from tests.shipped import shipped

USED, NAMED, MOVES = np.arange(10), np.array([0, 1]), np.array([-0.3, -0.35])
MODEL = shipped("1d")
START = MODEL.marginals.long_run_variance


def skewed(model: JointModel) -> JointModel:
    return replace(model, marginals=replace(model.marginals, innovations=(SkewT(4.0, -0.1),) * 10))


@pytest.mark.parametrize("model", [MODEL, skewed(MODEL)], ids=["student_t", "skew_t"])
def test_the_named_assets_move_by_just_that(model: JointModel) -> None:
    sampler = build_completion(model, USED, NAMED, MOVES, START, 1.5)
    returns, after = complete_moves(sampler, START, 7, 0, 500, 3, 1.5)
    np.testing.assert_allclose(returns[:2], np.repeat(MOVES[:, None], 500, axis=1), rtol=1e-11)
    law = model.marginals
    e = (MOVES - law.mean[:2]) / 1.5
    news = law.alpha[:2] + law.gamma[:2]
    expected = law.omega[:2] + news * e**2 + law.beta[:2] * START[:2]
    np.testing.assert_allclose(after[:2, 0], expected, rtol=1e-9)
    assert np.ptp(after[:2], axis=1).max() == 0


def test_the_others_fall_with_them_and_differ_by_path() -> None:
    sampler = build_completion(MODEL, USED, NAMED, MOVES, START)
    returns, _ = complete_moves(sampler, START, 7, 0, 5000, 0)
    middle = np.median(returns[2:], axis=1)
    assert np.all(middle < -0.1)
    assert np.all(np.std(returns[2:], axis=1) > 0.03)


def test_a_larger_move_widens_the_others() -> None:
    """The point of the inflation: quartiles of the others spread with the given move."""

    def spread(move: float) -> Float1D:
        sampler = build_completion(MODEL, USED, NAMED[:1], np.array([move]), START)
        returns, _ = complete_moves(sampler, START, 7, 0, 5000, 0)
        return np.asarray(stats.iqr(returns[1:], axis=1))

    assert np.all(spread(-0.4) > 1.5 * spread(-0.01))


def test_blocks_and_chosen_assets_shift_no_draw() -> None:
    whole, _ = complete_moves(build_completion(MODEL, USED, NAMED, MOVES, START), START, 7, 0, 300, 4)
    used = np.array([0, 1, 6])
    some, _ = complete_moves(
        build_completion(MODEL, used, NAMED, MOVES, START[used]), START[used], 7, 100, 37, 4
    )
    assert np.array_equal(some, whole[used, 100:137])


@pytest.mark.parametrize("bad", [np.nan, np.inf, -0.95, -1.2])
def test_impossible_moves_are_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="finite moves above"):
        build_completion(MODEL, USED, NAMED, np.array([-0.1, bad]), START)


def test_impossible_variances_and_places_are_refused() -> None:
    for variance in (START * np.nan, START * 0):
        with pytest.raises(ValueError, match="above zero"):
            build_completion(MODEL, USED, NAMED, MOVES, variance)
    with pytest.raises(ValueError, match="that are simulated"):
        build_completion(MODEL, USED[2:], NAMED, MOVES, START[2:])
