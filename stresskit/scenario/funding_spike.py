"""Funding spikes: a rate on top of what is drawn, from the onset on.

`rate` is per 8 hours and signed: longs pay a positive one. It is added to the rate of each asset before the
venue's cap and floor are applied, so that a venue that caps its rates caps the spike too.

Caps go from 0.3 % an interval for the largest coins to 2 or 3 % for others: see the rulebooks.
"""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field, model_validator

from stresskit.domain import Float1D, JointModel, StressedModel, VenueStress
from stresskit.errors import ConfigError, Problem
from stresskit.scenario.timeline import Timed
from stresskit.spec import misplaced

Rate = Annotated[float, Field(ge=-1, le=1)]


class FundingSpike(Timed):
    """``kind = "funding_spike"``: `rate` per 8 hours, of all assets or by asset; longs pay a positive one."""

    kind: Literal["funding_spike"]
    rate: Rate | dict[str, Rate]

    @model_validator(mode="after")
    def _pays(self) -> "FundingSpike":
        rates = self.rate.values() if isinstance(self.rate, dict) else [self.rate]
        if not any(rates):
            raise misplaced("rate", "a rate other than 0")
        return self


def stress_funding(
    spec: FundingSpike, stressed: StressedModel, model: JointModel, steps: int, net_exposure: Float1D
) -> StressedModel:
    """Every payment within the effect is at the higher rate.

    Raises
    ------
    ConfigError
        If an asset is not simulated; it belongs to the key ``rate``.
    """
    rates = spec.rate if isinstance(spec.rate, dict) else dict.fromkeys(model.assets, spec.rate)
    if unknown := [asset for asset in rates if asset not in model.assets]:
        expected = f"assets of the market ({', '.join(model.assets)}), not {', '.join(unknown)}"
        raise ConfigError([Problem("", "rate", expected)])
    first, last = spec.span(model, steps)
    notes = {
        "added_rate_per_8h": spec.rate,
        "annualized": {a: r * 3 * 365 for a, r in rates.items()} if isinstance(spec.rate, dict)
        else spec.rate * 3 * 365,
        "plausibility": "within the caps of most venues" if max(map(abs, rates.values())) <= 0.03
        else "above the caps of most venues, which then bind",
    }  # fmt: skip
    return replace(stressed, venue=(*stressed.venue, VenueStress(first, last, funding=rates)), notes=notes)
