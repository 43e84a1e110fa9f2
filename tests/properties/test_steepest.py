"""No slope of a requirement lies beyond the bound by which the bridge rules out a crossing."""

from collections import Counter

import numpy as np
import pytest

from stresskit.domain import gentle, steepest
from stresskit.numerics.jit import kernel
from stresskit.simulate.loop import assess
from stresskit.simulate.scratch import empty_breakdown
from tests.properties.test_ceiling import view
from tests.reference.random_accounts import case, explore


@kernel
def bounded(rule, book, p, multiplier):
    return (*steepest(rule, book, p, multiplier), *gentle(rule, book, p))


@pytest.mark.parametrize("kind", ["brackets", "var"])
def test_no_slope_is_beyond_the_bound(kind, figures):
    tightest, gently = [], [1.0]

    def holds(shape):
        found, rng = case(shape, kind, steps=2, paths=1), np.random.default_rng(shape.seed)
        breakdown = empty_breakdown(found.book.asset.size, found.variance.size, found.scenarios)
        for _ in range(5):
            seen = view(found, rng, 0.3, float(rng.uniform(0.5, 3)))
            assess(found.rule, found.book, seen, breakdown)
            for p in range(found.book.asset.size):
                base, rise, edge, mild = bounded(found.rule, found.book, p, float(seen.multiplier[0]))
                bound = base + rise * seen.variance[found.book.asset[p]]
                assert abs(breakdown.slope[p]) <= bound * (1 + 1e-9)
                notional = abs(seen.quantity[p]) * seen.marks[found.book.asset[p]]
                if notional <= edge:
                    gently.append(mild / bound)
                    assert abs(breakdown.slope[p]) <= mild * (1 + 1e-9)
                tightest.append(abs(breakdown.slope[p]) / bound)

    explore(holds, 60, Counter())
    figures.append(
        f"slope over its bound, {kind}: median {np.median(tightest):.2f}, most {max(tightest):.2f};"
        f" the bound near the start over that anywhere: median {np.median(gently):.2f}"
    )
    assert (len(gently) > 1) == (kind == "brackets")
