"""No slope of a requirement lies beyond the bound by which the bridge rules out a crossing."""

import numpy as np
import pytest
from hypothesis import given, settings

from stresskit.domain import steepest
from stresskit.numerics.jit import kernel
from stresskit.simulate.loop import assess
from stresskit.simulate.scratch import empty_breakdown
from tests.properties.test_ceiling import view
from tests.reference.random_accounts import STEADY, case, shapes


@kernel
def bounded(rule, book, p, variance, multiplier, bound):
    steepest(rule, book, p, variance, multiplier, bound)


@pytest.mark.parametrize("kind", ["brackets", "var"])
def test_no_slope_is_beyond_the_bound(kind, figures):
    tightest = []

    @settings(STEADY, max_examples=60)
    @given(shapes())
    def holds(shape):
        found, rng = case(shape, kind, steps=2, paths=1), np.random.default_rng(shape.seed)
        breakdown = empty_breakdown(found.book.asset.size, found.variance.size, found.scenarios)
        bound = np.empty(1)
        for _ in range(5):
            seen = view(found, rng, 0.3, float(rng.uniform(0.5, 3)))
            assess(found.rule, found.book, seen, breakdown)
            for p in range(found.book.asset.size):
                variance = np.ascontiguousarray(seen.variance[:, None])
                bounded(found.rule, found.book, p, variance, float(seen.multiplier[0]), bound)
                assert abs(breakdown.slope[p]) <= bound[0] * (1 + 1e-9)
                tightest.append(abs(breakdown.slope[p]) / bound[0])

    holds()
    figures.append(
        f"slope over its bound, {kind}: median {np.median(tightest):.2f}, most {max(tightest):.2f}"
    )
