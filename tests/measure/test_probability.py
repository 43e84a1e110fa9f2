import pytest
from scipy.stats import binomtest

from stresskit.measure.probability import probability


@pytest.mark.parametrize(("hits", "n"), [(1, 1), (0, 1), (1, 10), (50, 1000), (999, 1000), (250, 50_000)])
def test_agrees_with_scipy(hits, n):
    expected = binomtest(hits, n).proportion_ci(0.95, method="wilson")
    found = probability(hits, n)
    assert found.value == hits / n
    assert found.low == pytest.approx(expected.low, abs=1e-15)
    assert found.high == pytest.approx(expected.high, abs=1e-15)


@pytest.mark.parametrize("n", [1, 7, 2000, 10_000_000])
def test_ends_are_exact(n):
    none, all_of_them = probability(0, n), probability(n, n)
    assert none.low == 0.0
    assert 0.0 < none.high < 1.0
    assert all_of_them.high == 1.0
    assert 0.0 < all_of_them.low < 1.0


def test_no_trial_is_undefined():
    assert probability(0, 0) == (None, None, None, "no path")


@pytest.mark.parametrize(("hits", "n"), [(-1, 5), (6, 5)])
def test_impossible_counts_are_refused(hits, n):
    with pytest.raises(ValueError, match="hits among"):
        probability(hits, n)
