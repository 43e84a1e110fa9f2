"""1,000 paths of each dependence with memory, to nine digits, as they were when it was proven.

``python -m tests.model.test_memory_golden`` writes the file anew.
"""

import json

import numpy as np
import pytest

from tests.golden_cases import GOLDEN
from tests.model.remembering import DEPENDENCES, model
from tests.shipped import draw

FILE = GOLDEN / "memory_paths.json"


def figures(name):
    """Of 20 steps: mean size and a quantile of the returns, a product, a price and a variance."""
    returns, variance = draw(model(DEPENDENCES[name]), 20, 1000, 20261122)
    return {
        "mean_absolute": float(np.abs(returns).mean()),
        "lower_percentile": float(np.quantile(returns, 0.01)),
        "mean_product": float((returns[:, 0] * returns[:, 1]).mean()),
        "last_price": float(np.prod(1 + returns[:, 2, 999])),
        "mean_variance": float(variance[-1].mean()),
    }


@pytest.mark.parametrize("name", DEPENDENCES)
def test_the_paths_are_those_that_were_proven(name):
    assert figures(name) == pytest.approx(json.loads(FILE.read_text())[name], rel=1e-9)


if __name__ == "__main__":
    found = {name: {k: float(f"{v:.12g}") for k, v in figures(name).items()} for name in DEPENDENCES}
    FILE.write_text(json.dumps(found, indent=1) + "\n")
