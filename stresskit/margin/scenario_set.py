"""The ``var`` rule's fixed set of scenarios, and how well it is known.

The set is given as relative prices over the margin period, drawn by the caller from the calm model
under a key of its own; here it becomes the rule's arrays.
"""

import hashlib
import math

import numpy as np

from stresskit.domain import Float1D, Float2D
from stresskit.margin.tail import expected_shortfall
from stresskit.margin.var import Var, VarRule
from stresskit.numerics.jit import kernel

KEY = -0x5CE7A510  # the scenario sets' own Philox key; seeds of runs are never negative


@kernel
def _unit_shortfall(loss: Float1D, count: float) -> float:
    found: float = expected_shortfall(loss, count)
    return found


def tail_count(spec: Var) -> float:
    """Number of scenarios in the tail, rounded where the product is whole but for rounding."""
    exact = spec.scenarios * (1.0 - spec.confidence)
    return float(round(exact)) if abs(exact - round(exact)) < 1e-6 else exact


def build_var(spec: Var, relative_prices: Float2D, long_run: Float1D, weight: Float1D) -> VarRule:
    """Arrays of the rule for the assets of `relative_prices` (assets, scenarios).

    `long_run` (assets,): variance of a step; `weight` (assets,): share of the present variance's
    excess over it in the mean forecast over the margin period.
    """
    losses = np.ascontiguousarray(1.0 - relative_prices)
    count = tail_count(spec)
    return VarRule(
        losses=losses,
        unit_long=np.array([_unit_shortfall(row, count) for row in losses]),
        unit_short=np.array([_unit_shortfall(row, count) for row in -losses]),
        long_run=long_run,
        persistence_weight=weight,
        tail_count=count,
        minimum_charge=spec.minimum_charge,
        initial_factor=spec.initial_factor,
    )


def set_sha256(rule: VarRule) -> str:
    """Hash of the scenario set, for the manifest."""
    return hashlib.sha256(rule.losses.astype("<f8").tobytes()).hexdigest()


def standard_error(rule: VarRule, exposure: Float1D) -> float:
    """Sampling error in USD of the expected shortfall at `exposure` (assets,), by influence function."""
    loss = exposure @ rule.losses
    n, tail = loss.size, rule.tail_count / loss.size
    edge = np.sort(loss)[-math.ceil(rule.tail_count)]
    excess = np.maximum(loss - edge, 0.0) / tail
    return float(excess.std(ddof=1) / math.sqrt(n))
