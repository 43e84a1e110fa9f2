"""The venue is down: nobody looks at accounts and nobody acts until it is back.

Prices move on. Within the outage no account is liquidated, tops up or is deleveraged; what was ordered before
waits. When the venue is back every account is looked at with the price that is then there: no closing at the
threshold that was crossed on the way, so that a gap eats equity and may leave a shortfall. Funding is paid.
"""

from dataclasses import replace
from typing import Literal

from stresskit.domain import Float1D, JointModel, StressedModel, VenueStress
from stresskit.errors import ConfigError, Problem
from stresskit.scenario.timeline import Timed
from stresskit.spec import Duration, duration_text


class Outage(Timed):
    """``kind = "outage"``: nobody acts from `onset` on for `duration`, which ends by the horizon."""

    kind: Literal["outage"]
    duration: Duration


def stress_outage(
    spec: Outage, stressed: StressedModel, model: JointModel, steps: int, net_exposure: Float1D
) -> StressedModel:
    """Nobody looks during the effect, nor between its last two steps.

    Raises
    ------
    ConfigError
        If the venue is not back by the horizon; it belongs to the key ``duration``.
    """
    first, last = spec.span(model, steps)
    left = steps * model.step_s - spec.onset
    if spec.duration > left:
        expected = f"at most {duration_text(left)}: accounts are settled when the venue is back"
        raise ConfigError([Problem("", "duration", expected)])
    notes = {
        "steps_without_a_look": last - first - 1,
        "plausibility": "outages of minutes to hours came with every large crash "
        "(BitMEX 13 March 2020, Binance 19 May 2021, several venues 10 October 2025)",
    }
    return replace(stressed, venue=(*stressed.venue, VenueStress(first, last, halted=True)), notes=notes)
