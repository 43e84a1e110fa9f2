"""A market of one asset with constant volatility and normal innovations."""

import numpy as np

from stresskit.domain import Dependence, JointModel, Marginals, StudentT
from stresskit.model.joint import build_sampler
from stresskit.simulate.blocks import Plan, Stretch


def constant_volatility(sd: float, mean: float) -> JointModel:
    """Simple returns of mean `mean` and standard deviation `sd` a step."""
    zero, variance = np.zeros(1), np.array([sd * sd])
    marginals = Marginals(
        np.array([mean]), variance, zero, zero, zero, (StudentT(np.inf),), variance, variance
    )
    return JointModel(("X",), 3600, marginals, Dependence(np.eye(1), np.inf))


def plan_for(model: JointModel, steps: int, contenders: tuple, seed: int) -> Plan:
    sampler = build_sampler(model, model.dependence, np.array([0]))
    start = model.marginals.long_run_variance.copy()
    return Plan((Stretch(0, steps, sampler, 1.0),), contenders, (), start, seed)
