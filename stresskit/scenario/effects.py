"""Effects: what a scenario may do, alone or with others.

Every kind is a transformation ``(spec, stressed, model, steps, net_exposure) -> StressedModel`` of what
the effects before it have left. It writes notes of its own, and hands on what it does not change.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from stresskit.domain import Float1D, JointModel, StressedModel
from stresskit.scenario.adl import Adl, stress_adl
from stresskit.scenario.cascade import Cascade, stress_cascade
from stresskit.scenario.correlation_breakdown import CorrelationBreakdown, stress_correlation
from stresskit.scenario.crash import Crash, stress_crash
from stresskit.scenario.depeg import Depeg, stress_depeg
from stresskit.scenario.funding_spike import FundingSpike, stress_funding
from stresskit.scenario.historical import Historical, stress_historical
from stresskit.scenario.liquidity import Liquidity, stress_liquidity
from stresskit.scenario.outage import Outage, stress_outage
from stresskit.scenario.regime import ForcedRegime, stress_regime
from stresskit.scenario.replay_prices import ReplayPrices, stress_replay
from stresskit.scenario.tightening import Tightening, stress_tightening

Effect = (
    Adl
    | Cascade
    | CorrelationBreakdown
    | Crash
    | Depeg
    | ForcedRegime
    | FundingSpike
    | Historical
    | Liquidity
    | Outage
    | ReplayPrices
    | Tightening
)

Transformation = Callable[[Any, StressedModel, JointModel, int, Float1D], StressedModel]
TRANSFORMATIONS: dict[type[Effect], Transformation] = {
    CorrelationBreakdown: stress_correlation,
    Cascade: stress_cascade,
    Crash: stress_crash,
    Historical: stress_historical,
    ForcedRegime: stress_regime,
    ReplayPrices: stress_replay,
    Liquidity: stress_liquidity,
    Outage: stress_outage,
    Tightening: stress_tightening,
    FundingSpike: stress_funding,
    Depeg: stress_depeg,
    Adl: stress_adl,
}


def apply_effect(
    spec: Effect, stressed: StressedModel, model: JointModel, steps: int, net_exposure: Float1D
) -> StressedModel:
    """`stressed` after one more effect, with the notes of that effect alone.

    Raises
    ------
    ConfigError
        If the effect cannot act on this model; the problem has the key of the effect's table.
    """
    clean = replace(stressed, notes={})
    return TRANSFORMATIONS[type(spec)](spec, clean, model, steps, net_exposure)
