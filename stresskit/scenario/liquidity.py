"""Liquidity goes: market depth shrinks and spreads widen from the onset on.

A forced closing of Q then costs ``Q (spread * half_spread + Y sigma_d sqrt(Q / (depth * ADV)))``: at a
tenth of the depth the impact is 3.2 times as dear. Whatever is closed costs more; the prices themselves are
left alone.

Facts: CoinDesk Research (November 2025): BTC depth within 1 % of the mid 20 million USD in early October,
14 million on 11 November 2025; FTI Consulting on 10 October 2025: depth down by 90 % or more, spreads from
single basis points to double-digit percentages.
"""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from stresskit.domain import Float1D, JointModel, StressedModel, VenueStress
from stresskit.scenario.timeline import Timed

SEEN = ((0.02, "never seen"), (0.1, "as on 10 October 2025 for minutes"), (0.5, "as in a lasting stress"))


class Liquidity(Timed):
    """``kind = "liquidity"``: `depth` and `spread` multiply those of ``[execution]`` from `onset` on."""

    kind: Literal["liquidity"]
    depth: Annotated[float, Field(ge=1e-4, le=1)] = 0.35
    spread: Annotated[float, Field(ge=1, le=10_000)] = 10.0


def stress_liquidity(
    spec: Liquidity, stressed: StressedModel, model: JointModel, steps: int, net_exposure: Float1D
) -> StressedModel:
    """Closing costs more during the effect."""
    first, last = spec.span(model, steps)
    added = VenueStress(first, last, depth=spec.depth, spread=spec.spread)
    label = next((text for depth, text in SEEN if spec.depth < depth), "within what calm weeks show")
    notes = {
        "impact_multiplier": spec.depth**-0.5,
        "half_spread_multiplier": spec.spread,
        "plausibility": f"depth {label}",
    }
    return replace(stressed, venue=(*stressed.venue, added), notes=notes)
