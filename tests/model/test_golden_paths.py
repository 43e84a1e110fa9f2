"""1,000 paths of every kind of marginal under every law, in nine digits: what a change would shift.

``python -m tests.model.test_golden_paths`` writes the file anew; a change of it is a change of every
run's numbers and belongs into the changelog.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.model.kinds import NEWS, marginals_of_kind
from tests.model.laws import LAWS
from tests.shipped import compound_all, draw, joint

FILE = Path(__file__).parents[1] / "golden" / "paths.json"
SEED, STEPS, PATHS, COPULA = 20261122, 24, 1000, 6.5
PAIR = np.array([[1.0, 0.6], [0.6, 1.0]])
MODELS = [f"{kind}/{law}" for kind in NEWS for law in LAWS]


def figures_of(model: str) -> dict[str, list[float]]:
    """Returns and variances of the first and the last path, and quantiles of all prices at the end."""
    kind, law = model.split("/")
    returns, variance = draw(joint(marginals_of_kind(kind, LAWS[law], 2), PAIR, COPULA), STEPS, PATHS, SEED)
    marks = np.ones((2, PATHS))
    ends = returns[-1][:, [0, -1]].ravel(), variance[-1][:, [0, -1]].ravel()
    compound_all(returns, marks)
    quantiles = np.quantile(marks, [0.01, 0.5, 0.99], axis=1).ravel()
    columns = {"returns": ends[0], "variances": ends[1], "prices": quantiles, "mean": marks.mean(axis=1)}
    return {name: [float(f"{x:.12g}") for x in values] for name, values in columns.items()}


@pytest.mark.parametrize("model", MODELS)
def test_the_paths_are_those_that_were_written_down(model: str) -> None:
    expected = json.loads(FILE.read_text())["models"][model]
    for name, values in figures_of(model).items():
        np.testing.assert_allclose(values, expected[name], rtol=1e-9, atol=1e-15)


def write() -> None:
    """Write the file anew."""
    about = {"seed": SEED, "steps": STEPS, "paths": PATHS, "copula_nu": COPULA, "correlation": 0.6}
    rows = [f"  {json.dumps(model)}: {json.dumps(figures_of(model))}" for model in MODELS]
    head = f'{{\n "about": {json.dumps(about)},\n "models": {{\n'
    FILE.write_text(head + ",\n".join(rows) + "\n }\n}\n")


if __name__ == "__main__":
    write()
