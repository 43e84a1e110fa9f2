"""The venue tightens: it multiplies what it requires, or counts less of the collateral.

Without a trigger the factor holds from the onset on; with one, on every path and step at which the
volatility that the venue observes of some asset (the conditional one, times the scenarios' multiplier) is at
least `trigger` times its long-run level. An account that the new requirement finds short is liquidated at
the prices of that moment. Stablecoins and dollars keep their full value under a haircut.

Facts: what clearing houses required rose by some 300 billion USD in March 2020 (BCBS, CPMI, IOSCO, "Review
of margining practices", 2022).
"""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field, model_validator

from stresskit.domain import Float1D, JointModel, StressedModel, VenueStress
from stresskit.scenario.timeline import Timed
from stresskit.spec import Fraction, misplaced


class Tightening(Timed):
    """``kind = "tightening"``.

    Attributes
    ----------
    factor : multiplies every maintenance requirement.
    trigger : multiple of an asset's long-run volatility from which on it does (default: always).
    haircut : share of every coin's counted value that no longer counts.
    """

    kind: Literal["tightening"]
    factor: Annotated[float, Field(ge=1, le=20)] = 1.0
    trigger: Annotated[float, Field(gt=0, le=100)] | None = None
    haircut: Annotated[Fraction, Field(lt=1)] = 0.0

    @model_validator(mode="after")
    def _changes_something(self) -> "Tightening":
        if self.factor == 1.0 and self.haircut == 0.0:
            raise misplaced("factor", "above 1, or a haircut above 0: nothing is tightened")
        if self.trigger is not None and self.haircut > 0.0:
            raise misplaced("haircut", "0 beside a trigger: only requirements follow the volatility")
        return self


def stress_tightening(
    spec: Tightening, stressed: StressedModel, model: JointModel, steps: int, net_exposure: Float1D
) -> StressedModel:
    """The venue asks for more during the effect."""
    first, last = spec.span(model, steps)
    added = VenueStress(
        first, last, margin=spec.factor, trigger=spec.trigger or 0.0, counted=1.0 - spec.haircut
    )
    when = (
        "from the onset on"
        if spec.trigger is None
        else f"where an asset's observed volatility is {spec.trigger:g} times its long-run level or more"
    )
    notes = {
        "maintenance_multiplier": spec.factor,
        "haircut": spec.haircut,
        "in_force": when,
        "plausibility": "a stated change of the venue's rules; no probability is claimed",
    }
    return replace(stressed, venue=(*stressed.venue, added), notes=notes)
