"""Every figure against its image; skipped where the lock is not what is installed."""

from pathlib import Path

import numpy as np
import pytest

from stresskit.results import Results
from tests.report import baselines

FAR = 0.1  # a pixel that differs by more is another one
MOST = 0.002  # share of the pixels that may


@pytest.fixture(autouse=True)
def under_the_lock() -> None:
    other = baselines.differs_from_the_lock()
    if other:
        pytest.skip(f"images are compared under the lock only, here is {other}")


def test_every_figure_looks_as_it_should(results: Results, tmp_path: Path) -> None:
    drawn = baselines.figures(results, tmp_path)
    kept = {file.stem for file in baselines.FOLDER.glob("*.png")}
    assert set(drawn) == kept
    for name, figure in drawn.items():
        found, expected = baselines.pixels(figure), baselines.read(baselines.FOLDER / f"{name}.png")
        assert found.shape == expected.shape, name
        other = np.abs(found - expected).max(axis=-1) > FAR
        assert other.mean() <= MOST, f"{name}: {other.mean():.2%} of the pixels differ"
