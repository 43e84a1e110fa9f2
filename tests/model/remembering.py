"""Models whose dependence has memory, on the shipped marginals of four assets."""

from dataclasses import replace

import numpy as np

from stresskit.domain import AnyDependence, Blend, Bootstrap, Dcc, Dependence, JointModel, Regime
from stresskit.model.forecast import chosen
from tests.shipped import shipped

CORRELATION = np.array(
    [[1.0, 0.7, 0.4, 0.2], [0.7, 1.0, 0.5, 0.1], [0.4, 0.5, 1.0, -0.2], [0.2, 0.1, -0.2, 1.0]]
)
FAR = np.array([[1.0, -0.3, 0.1, 0.0], [-0.3, 1.0, 0.2, 0.3], [0.1, 0.2, 1.0, 0.6], [0.0, 0.3, 0.6, 1.0]])
BREAK = Blend(np.array([1, 3]), np.array([[1.0, -1.0], [-1.0, 1.0]]), 0.6)


def residuals(rows: int = 500, assets: int = 4) -> np.ndarray:
    """Heavy-tailed, dependent, neither of mean 0 nor of variance 1; the last asset's are drawn apart."""
    rng = np.random.default_rng(4)
    draws = [rng.standard_t(5, rows) for _ in range(assets)]
    return np.array([0.3 + 2.0 * d + (0.8 * draws[0] if i else 0.0) for i, d in enumerate(draws)]).T.copy()


DEPENDENCES: dict[str, AnyDependence] = {
    "dcc": Dcc(CORRELATION, 0.05, 0.9, 6.5),
    "dcc, normal": Dcc(CORRELATION, 0.1, 0.8, np.inf, start=1.3 * FAR),
    "dcc, broken": Dcc(CORRELATION, 0.05, 0.9, 6.5, blend=BREAK),
    "dcc, legs as one": Dcc(CORRELATION, 0.05, 0.9, 4.0, blend=replace(BREAK, strength=1.0)),
    "regime": Regime(Dependence(CORRELATION, 8.0), Dependence(FAR, 3.5), 2.5, 0.9, 0.7),
    "regime, normal": Regime(Dependence(CORRELATION, np.inf), Dependence(FAR, 3.0), 3.0, 0.8, 0.8, 1.0),
    "regime, same law": Regime(Dependence(CORRELATION, 5.0), Dependence(FAR, 5.0), 1.5, 0.5, 0.9, 0.0),
    "bootstrap": Bootstrap(residuals(), 6.0),
}


def model(dependence: AnyDependence, assets: int = 4) -> JointModel:
    """Marginals of the snapshot's first assets under a dependence of its own."""
    whole = shipped("1d")
    few = chosen(whole.marginals, np.arange(assets))
    return JointModel(whole.assets[:assets], whole.step_s, few, dependence)
