"""NaN or infinity anywhere in what a path is drawn from is an error, never a path."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from stresskit.domain import JointModel, StudentT
from stresskit.model.joint import build_sampler
from stresskit.simulate.blocks import Plan, Stretch, stream
from tests.shipped import shipped

Spoil = Callable[[JointModel, float], JointModel]
COLUMNS = ("mean", "omega", "alpha", "gamma", "beta")


def column(name: str) -> Spoil:
    def spoil(model: JointModel, bad: float) -> JointModel:
        values = getattr(model.marginals, name).copy()
        values[3] = bad
        return replace(model, marginals=replace(model.marginals, **{name: values}))

    return spoil


def correlation(model: JointModel, bad: float) -> JointModel:
    matrix = model.dependence.correlation.copy()
    matrix[2, 5] = matrix[5, 2] = bad
    return replace(model, dependence=replace(model.dependence, correlation=matrix))


def degrees(model: JointModel, bad: float) -> JointModel:
    return replace(model, dependence=replace(model.dependence, nu=bad if bad != np.inf else -bad))


def law(model: JointModel, bad: float) -> JointModel:
    laws = (*model.marginals.innovations[:-1], StudentT(bad if bad != np.inf else -bad))
    return replace(model, marginals=replace(model.marginals, innovations=laws))


SPOILS = {name: column(name) for name in COLUMNS} | {
    "correlation": correlation,
    "degrees of freedom": degrees,
    "law": law,
}


def simulate(model: JointModel, variance: np.ndarray, multiplier: float = 1.0) -> None:
    sampler = build_sampler(model, model.dependence, np.arange(len(model.assets)))
    for _ in stream(Plan((Stretch(0, 3, sampler, multiplier),), (), (), variance, 1), 64, 64, 1):
        pass


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("spoil", SPOILS.values(), ids=SPOILS)
def test_a_parameter(spoil: Spoil, bad: float) -> None:
    model = shipped("1h")
    with pytest.raises((ValueError, ArithmeticError)):
        simulate(spoil(model, bad), model.marginals.long_run_variance.copy())


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_variance_at_the_start(bad: float) -> None:
    model = shipped("1h")
    variance = model.marginals.long_run_variance.copy()
    variance[3] = bad
    with pytest.raises(ArithmeticError, match="beyond all numbers"):
        simulate(model, variance)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_multiplier(bad: float) -> None:
    model = shipped("1h")
    with pytest.raises(ArithmeticError, match="beyond all numbers"):
        simulate(model, model.marginals.long_run_variance.copy(), bad)


def test_without_a_spoiled_number_paths_are_drawn() -> None:
    model = shipped("1h")
    simulate(model, model.marginals.long_run_variance.copy())
