"""A one-second check of the engine against a closed form: one asset, one step, normal returns."""

from typing import Any

import numpy as np
from scipy import special

from stresskit.domain import Dependence, JointModel, Marginals, StudentT
from stresskit.measure.tail import value_at_risk
from stresskit.model.joint import build_sampler
from stresskit.simulate.blocks import Plan, Stretch, live_block, workspace

PATHS = 200_000
VOLATILITY = 0.01
LEVEL = 0.99


def self_check() -> dict[str, Any]:
    """Compare the VaR of a simulated normal return with its closed form, at four standard errors."""
    variance = np.array([VOLATILITY**2])
    zero, normal = np.zeros(1), StudentT(float("inf"))
    marginals = Marginals(zero, variance, zero, zero, zero, (normal,), variance, variance)
    model = JointModel(("X",), 3600, marginals, Dependence(np.eye(1), float("inf")))
    sampler = build_sampler(model, model.dependence, np.array([0]))
    plan = Plan((Stretch(0, 1, sampler, 1.0),), (), (), variance, 1)
    space = workspace(plan, PATHS, 1)
    live_block(plan, 0, space)
    found = value_at_risk(1.0 - space.marks[0], LEVEL)
    expected = VOLATILITY * float(special.ndtri(LEVEL))
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    margin = (found.high - found.low) / 3.92 * 4
    return {
        "what": f"VaR {LEVEL:.0%} of a normal return with volatility {VOLATILITY:.0%}, {PATHS:,} paths",
        "expected": expected,
        "got": found.value,
        "interval": [found.low, found.high],
        "ok": bool(abs(found.value - expected) < margin),
    }
