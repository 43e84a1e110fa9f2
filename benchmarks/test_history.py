"""History of the rates, kept by pytest-benchmark: ``make bench-history`` saves a run and compares it."""

from typing import Any

import pytest

from benchmarks.engines import product
from benchmarks.workload import SIZES

PATHS = 8192


@pytest.mark.parametrize("size", SIZES)
def test_path_generation(benchmark: Any, size: str) -> None:
    draw = product(SIZES[size], PATHS)
    draw()
    benchmark.extra_info["asset_steps"] = SIZES[size] * 240 * PATHS
    assert benchmark(draw).shape == (PATHS,)
