"""How often the 95 % intervals hold the truth, over seeds 0 to 399.

An interval that is too wide shows as well in the ratio of its mean width to the spread of the
estimates, which 400 worlds fix within 4 %.
"""

import numpy as np
import pytest
from scipy.stats import norm, t

from stresskit.measure.probability import probability
from stresskit.measure.tail import expected_shortfall, value_at_risk

N, WORLDS, LEVEL, RARE, NU = 50_000, 400, 0.99, 0.005, 5
Q = t(NU).ppf(LEVEL)
TRUTH = {
    "normal": (norm.ppf(LEVEL), norm.pdf(norm.ppf(LEVEL)) / (1 - LEVEL)),
    "t5": (Q, t(NU).pdf(Q) / (1 - LEVEL) * (NU + Q * Q) / (NU - 1)),
}


def estimates(world, seed):
    rng = np.random.default_rng(seed)
    loss = rng.standard_normal(N) if world == "normal" else rng.standard_t(NU, N)
    barrier = norm.isf(RARE) if world == "normal" else t(NU).isf(RARE)
    hits = int(np.count_nonzero(loss > barrier))
    return value_at_risk(loss, LEVEL), expected_shortfall(loss, LEVEL), probability(hits, N)


def study(world):
    """Share of worlds covered, and width against the spread of the estimates, for each figure."""
    found = np.array([[x[:3] for x in estimates(world, seed)] for seed in range(WORLDS)])
    value, low, high = found[:, :, 0], found[:, :, 1], found[:, :, 2]
    truth = np.array([*TRUTH[world], RARE])
    width = (high - low).mean(axis=0) / (2 * 1.96 * value.std(axis=0, ddof=1))
    return ((low <= truth) & (truth <= high)).mean(axis=0), width


@pytest.mark.parametrize("world", TRUTH)
def test_coverage_of_four_hundred_worlds(world, record_property):
    covered, width = study(world)
    record_property(f"coverage of VaR99, ES99, P in the {world} world", covered.tolist())
    assert ((covered >= 0.91) & (covered <= 0.985)).all(), covered
    assert (np.abs(np.log(width)) < np.log(1.15)).all(), width
