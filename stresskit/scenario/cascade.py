"""Liquidations of others feed on themselves: forced sales push the price to the next forced sale.

Others hold `notional` USD of an asset, long. Its share that has been liquidated rises in a straight line, in
the logarithm of the price, from 0 at a fall of `begins` from the onset to 1 at a fall of `ends`; nobody is
liquidated twice. Every billion USD that is sold takes the price down by the share `impact`, for the rest of
the path. With y the log fall that the market makes by itself, x = y + J f the whole one, J the push of all
sales together and f the liquidated share, f is the least that is not below ``(x - a) / (b - a)``, a and b
the log falls of `begins` and `ends`: where the feedback ``g = J / (b - a)`` is below 1, each sale brings on g
of itself and a fall beyond `begins` is ``1 / (1 - g)`` times as deep; at 1 or above, the first sale brings on
all of them. The price falls at the open of the next step, where margin is looked at.

With ``side = "short"`` others are bought in as the price rises, and push it up.

No calibration of liquidation cascades with numbers is published, so impact and notional are stated, not
estimated. Self-exciting liquidations: a branching process with ratio g, as the Hawkes models of crypto
event clustering have (arXiv 2205.06338).
"""

import math
from dataclasses import replace
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, model_validator

from stresskit.domain import Float1D, ForcedSelling, JointModel, StressedModel
from stresskit.scenario.targets import Asset, places_of
from stresskit.scenario.timeline import Timed, between
from stresskit.spec import Positive, Spec, misplaced

BILLION = 1e9
Level = Annotated[float, Field(ge=0.001, lt=0.95)]


class Crowd(Spec):
    """Others in one asset: `notional` in USD, and `impact`, what of the price a billion of sales takes."""

    notional: Annotated[Positive, Field(le=1e13)]
    impact: Annotated[float, Field(gt=0, le=0.5)]


class Cascade(Timed):
    """``kind = "cascade"``.

    Attributes
    ----------
    assets : the others by asset, ``{ BTC = { notional = 5e9, impact = 0.01 } }``.
    begins, ends : moves from the onset at which the first and the last of them are liquidated.
    side : what the others hold.
    """

    kind: Literal["cascade"]
    assets: Annotated[dict[Asset, Crowd], Field(min_length=1)]
    begins: Level = 0.05
    ends: Level = 0.25
    side: Literal["long", "short"] = "long"

    @model_validator(mode="after")
    def _in_order(self) -> "Cascade":
        if self.ends <= self.begins:
            raise misplaced("ends", f"a move beyond {self.begins:g}, at which the first are liquidated")
        return self


def stress_cascade(
    spec: Cascade, stressed: StressedModel, model: JointModel, steps: int, net_exposure: Float1D
) -> StressedModel:
    """Let others be liquidated during the effect.

    Raises
    ------
    ConfigError
        If an asset is not calibrated.
    """
    named = places_of(list(spec.assets), model.assets, "assets")
    order = np.argsort(named)
    push = np.array([push_of(crowd) for crowd in spec.assets.values()])[order]
    begin, end = (log_move(level, spec.side) for level in (spec.begins, spec.ends))
    side = 1.0 if spec.side == "long" else -1.0
    selling = ForcedSelling(named[order], push, begin, end - begin, side)
    first, last = spec.span(model, steps)
    found = between(stressed, first, last, lambda s: replace(s, selling=(*s.selling, selling)))
    return replace(found, notes=_notes(spec, end - begin))


def push_of(crowd: Crowd) -> float:
    """Log move of the price, in powers of two, when all of them are liquidated."""
    return -math.log2(1.0 - crowd.impact) * crowd.notional / BILLION


def log_move(level: float, side: str) -> float:
    """A fall by a share (long), or a rise (short), as a positive power of two."""
    return -math.log2(1.0 - level) if side == "long" else math.log2(1.0 + level)


def _notes(spec: Cascade, width: float) -> dict[str, Any]:
    feedback = {asset: push_of(crowd) / width for asset, crowd in spec.assets.items()}
    sign = -1.0 if spec.side == "long" else 1.0
    verb = "sold" if spec.side == "long" else "bought"
    runs = [asset for asset, g in feedback.items() if g >= 1.0]
    alone = f"{', '.join(runs)}: the first liquidation brings on all others" if runs else "it dies out"
    return {
        "others": {asset: f"{crowd.notional:,.0f} USD {spec.side}" for asset, crowd in spec.assets.items()},
        "liquidated_from_to": [sign * spec.begins, sign * spec.ends],
        "feedback": feedback,
        "pushes_at_most": {a: 2.0 ** (sign * push_of(crowd)) - 1.0 for a, crowd in spec.assets.items()},
        "by_itself": alone,
        "plausibility": f"stated: what others hold and what {verb} positions move is not published, and no "
        "calibration of cascades with numbers is known; on 10 October 2025 one venue closed 2.1 billion USD "
        "in twelve minutes",
    }
