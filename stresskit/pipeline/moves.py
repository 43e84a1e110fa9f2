"""What the moves of a scenario mean for assets that it does not name, and how rare they are."""

from dataclasses import replace
from typing import Any

import numpy as np
from scipy import special

from stresskit.domain import Completion, Float1D, Int1D, Move, StressedModel
from stresskit.model.completion import innovations_at, move_values
from stresskit.model.conditional import conditional_law
from stresskit.model.marginal import build_marginals
from stresskit.pipeline.market import YEAR_S, MarketState

TAIL = 0.05


def with_moves(market: MarketState, used: Int1D, stressed: StressedModel) -> StressedModel:
    """`stressed` with notes on the first move of each event: the `used` assets beside it, and its rarity.

    Raises
    ------
    ValueError
        If a move is beyond what the law of its asset can make.
    """
    events: dict[int, tuple[Move, Completion]] = {}
    for shock in (shock for segment in stressed.segments for shock in segment.shocks):
        for move in (*shock.gaps, shock.ramp):
            if move is not None and move.law is not None:
                events.setdefault(move.law.stream, (move, move.law))
    notes = {f"move {n}": describe(market, used, *event) for n, event in enumerate(events.values(), 1)}
    return replace(stressed, notes=stressed.notes | notes) if notes else stressed


def describe(market: MarketState, used: Int1D, move: Move, law: Completion) -> dict[str, Any]:
    """Median and 90 % range of the other `used` assets, what widens it, and the mean time between two.

    Raises
    ------
    ValueError
        If the move is beyond what the law of its asset can make.
    """
    model = replace(market.model, dependence=law.dependence)
    every = np.arange(len(model.assets))
    named, values = move_values(model, every, *move.condition, law.variance, law.multiplier)
    given = conditional_law(law.dependence, named, values)
    found: dict[str, Any] = {"distance": float(np.sqrt(given.distance)), "widened": float(given.inflation)}
    found["plausibility"] = _rarity(market, law, given.distance, len(named))
    if move.stay:
        return found
    marginals = build_marginals(model.marginals, law.dependence.nu, every)
    for row, k in enumerate(given.others):
        if k not in used or k in move.named:
            continue
        spread = np.sqrt(given.scale[row, row]) * special.stdtrit(given.nu, [0.5, TAIL, 1 - TAIL])
        z = _innovations(marginals.map, int(k), given.mean[row] + spread)
        moves = model.marginals.mean[k] + law.multiplier * np.sqrt(law.variance[k]) * z
        middle, low, high = np.maximum(moves, -0.95)
        found[model.assets[k]] = f"median {middle:+.1%}, from {low:+.1%} to {high:+.1%} in nine of ten paths"
    return found


def _innovations(law: Any, k: int, y: Float1D) -> Float1D:
    z, scratch = np.empty(y.size), np.empty(y.size)
    innovations_at(law, k, np.ascontiguousarray(y), z, scratch)
    return z


def _rarity(market: MarketState, law: Completion, distance: float, named: int) -> str:
    nu = law.dependence.nu
    share = distance / named
    chance = float(special.fdtrc(named, nu, share) if np.isfinite(nu) else special.chdtrc(named, distance))
    steps = float(np.median(law.variance / market.model.marginals.long_run_variance))
    seconds = steps * market.model.step_s
    if chance <= 0.0:
        return "under the model, never within the range of numbers"
    years = seconds / chance / YEAR_S
    return (
        "under the model's law of this time, at its long-run volatility, a move as far from the centre in "
        f"either direction comes once in {_years(years)}"
    )


def _years(years: float) -> str:
    if years < 1:
        return f"{years * 365:,.0f} days"
    return (
        f"{years:,.1f} years"
        if years < 100
        else f"{years:,.0f} years"
        if years < 1e6
        else f"{years:.1g} years"
    )
