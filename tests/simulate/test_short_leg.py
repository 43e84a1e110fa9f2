"""The loss of a short leg is a figure that a run can estimate, for every asset and frequency.

Under log-returns with Student-t innovations it is not: the expected shortfall does not exist, and
its estimate grows without bound with the luck of the seed. Simple returns keep it finite.
"""

import numpy as np
import pytest

from stresskit.domain import Book, Float1D, Float2D
from stresskit.simulate.blocks import Plan, Stretch, stream
from stresskit.simulate.scratch import no_coins
from tests.shipped import ASSETS, TEN_DAYS, sampler_of, shipped

SEEDS = range(8)
PATHS, WORST = 100_000, 1_000


def short(asset: int) -> Book:
    """One USD short, without costs."""
    nothing = np.zeros(1)
    return Book(np.array([asset]), np.array([-1.0]), 0.0, nothing, nothing, nothing, 0.0, nothing, no_coins())


def expected_shortfall(step: str, seed: int) -> Float1D:
    """ES99 (assets,) of ten days' loss of a short leg, in multiples of its notional."""
    model, everything = shipped(step), tuple(range(len(ASSETS)))
    stretch = Stretch(0, TEN_DAYS[step], sampler_of(model, everything), 1.0)
    books = tuple(short(i) for i in everything)
    plan = Plan((stretch,), (), books, model.marginals.long_run_variance.copy(), seed)
    profits = np.concatenate([o.profits for o in stream(plan, PATHS, None, 2)], axis=1)
    worst: Float2D = np.sort(-profits, axis=1)[:, -WORST:]
    return worst.mean(axis=1)


@pytest.fixture(scope="module", params=TEN_DAYS)
def estimates(request: pytest.FixtureRequest, figures: list[str]) -> tuple[str, Float2D]:
    """ES99 (seeds, assets) at one frequency; the full range goes to the terminal summary."""
    found = np.array([expected_shortfall(request.param, seed) for seed in SEEDS])
    for asset, column in zip(ASSETS, found.T, strict=True):
        low, first, median, third, high = np.quantile(column, [0, 0.25, 0.5, 0.75, 1])
        figures.append(
            f"{request.param} short {asset}: ES99 {median:.3f} x notional, range {low:.3f} to {high:.3f}, "
            f"interquartile range {(third - first) / median:.1%}"
        )
    return request.param, found


def test_the_median_is_below_five_times_the_notional(estimates: tuple[str, Float2D]) -> None:
    _, found = estimates
    assert np.all(np.median(found, axis=0) < 5)


def test_the_interquartile_range_is_below_15_percent_of_the_median(estimates: tuple[str, Float2D]) -> None:
    first, median, third = np.quantile(estimates[1], [0.25, 0.5, 0.75], axis=0)
    assert np.all((third - first) / median < 0.15)
