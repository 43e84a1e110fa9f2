"""Box-Muller against its twin, its moments, and the place of every normal."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from stresskit.domain import Float1D, Float2D
from stresskit.numerics.jit import kernel
from stresskit.numerics.normals import box_muller, normal_rows
from stresskit.numerics.philox import NORMALS
from tests.reference import paths as twin

EDGES = [0, 1, 2**29 - 1, 2**29, 2**30 - 1, 2**30, 2**31 - 1, 2**31, 3 * 2**30, 2**32 - 1]
PATHS, GROUPS, STEPS = 100_000, 3, 4


@kernel
def each_pair(a: Any, b: Any, x: Any, y: Any) -> None:
    for i in range(a.size):
        x[i], y[i] = box_muller(a[i], b[i])


@kernel
def block(key: Any, path: Any, step: Any, groups: Any, words: Any, z: Any) -> None:
    normal_rows(key, path, step, NORMALS, 4 * groups, words, z)


def pairs(a: list[int], b: list[int]) -> tuple[Float1D, Float1D]:
    x, y = np.empty(len(a)), np.empty(len(a))
    each_pair(np.array(a, dtype=np.uint64), np.array(b, dtype=np.uint64), x, y)
    return x, y


def normals(seed: int, path: int, step: int, groups: int, paths: int) -> Float2D:
    z = np.empty((4 * groups, paths))
    block(seed, path, step, groups, np.zeros((4, paths), dtype=np.uint32), z)
    return z


@pytest.fixture(scope="module")
def sample() -> Float2D:
    """Normals (12 assets, 4 steps x 100,000 paths)."""
    return np.hstack([normals(0, 0, step, GROUPS, PATHS) for step in range(STEPS)])


def test_box_muller_is_the_exact_transform() -> None:
    random = np.random.default_rng(0).integers(0, 2**32, (5_000, 2)).tolist()
    cases = [(a, b) for a in EDGES for b in EDGES] + [tuple(row) for row in random]
    expected = np.array([twin.box_muller(a, b) for a, b in cases])
    x, y = pairs([a for a, _ in cases], [b for _, b in cases])
    np.testing.assert_allclose(x, expected[:, 0], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(y, expected[:, 1], rtol=1e-12, atol=1e-15)


def test_the_angle_goes_all_the_way_round() -> None:
    """Evenly spread words of the angle make evenly spread angles, each eighth of the circle alike."""
    b = (np.arange(4096) * 2**20 + 2**19).tolist()
    angle = np.sort(np.arctan2(*pairs([2**31] * 4096, b)))
    np.testing.assert_allclose(np.diff(angle), 2 * np.pi / 4096, atol=1e-8)


def test_no_normal_is_beyond_the_stated_edge() -> None:
    size = np.hypot(*pairs([0, 2**32 - 1], [0, 0]))
    assert 6.76 < size[0] < 6.77
    assert 0 < size[1] < 2e-5


def test_every_normal_has_its_place() -> None:
    """Row j of a block belongs to asset j, column b to path b, whatever the size of the block."""
    whole = normals(20261122, 5, 7, 3, 6)
    for b in range(6):
        np.testing.assert_allclose(whole[:, b], twin.normals(20261122, 5 + b, 7, 12), rtol=1e-12, atol=1e-15)
    assert np.array_equal(normals(20261122, 8, 7, 2, 2), whole[:8, 3:5])


def test_moments(sample: Float2D) -> None:
    """Mean, variance, skewness, kurtosis of each of 12 assets within five standard errors."""
    n = sample.shape[1]
    for power, moment, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        found = (sample**power).mean(axis=1)
        assert np.abs(found - moment).max() < 5 * np.sqrt(variance / n)


def test_the_law_is_normal(sample: Float2D) -> None:
    """Kolmogorov-Smirnov at 0.001 over all 12 assets (Bonferroni), and the mass beyond three and four."""
    assert min(stats.kstest(row, "norm").pvalue for row in sample) > 0.001 / len(sample)
    for edge in (3, 4):
        count, p = int((np.abs(sample) > edge).sum()), 2 * stats.norm.sf(edge)
        assert stats.binomtest(count, sample.size, p).pvalue > 0.001


def test_assets_steps_and_neighbouring_paths_are_independent(sample: Float2D) -> None:
    """Correlations of values and of sizes, within five standard errors: 66 pairs, 6 pairs, one lag."""
    n, tall = sample.shape[1], sample.reshape(12, STEPS, PATHS)
    for x in (sample, np.abs(sample)):
        between = np.corrcoef(x)[np.triu_indices(12, 1)]
        assert np.abs(between).max() < 5 / np.sqrt(n)
        assert abs(np.corrcoef(x[:, 1:].ravel(), x[:, :-1].ravel())[0, 1]) < 5 / np.sqrt(x.size)
    for x in (tall, np.abs(tall)):
        steps = np.corrcoef(x.transpose(1, 0, 2).reshape(STEPS, -1))[np.triu_indices(STEPS, 1)]
        assert np.abs(steps).max() < 5 / np.sqrt(12 * PATHS)


def test_seeds_are_independent() -> None:
    rows = np.array([normals(seed, 0, 0, 1, PATHS).ravel() for seed in (0, 1, 2, 2**32)])
    assert np.abs(np.corrcoef(rows)[np.triu_indices(4, 1)]).max() < 5 / np.sqrt(rows.shape[1])
