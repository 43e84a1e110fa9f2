"""When a venue's perpetuals pay funding, and within which bounds: the ``[funding]`` of a rulebook."""

from typing import NamedTuple

from pydantic import Field, model_validator

from stresskit.margin.deductions import funding_cap
from stresskit.margin.symbol import Confidence, Symbol
from stresskit.spec import Duration, Fraction, Positive, Spec, misplaced


class FundingTerms(Spec):
    """Interval and bounds of the rate; what is absent is not known.

    Attributes
    ----------
    interval : time between payments, and to which the rate and its bounds refer.
    continuous : paid all the time, at the rate over the interval.
    cap : largest rate of either sign; `caps`: the same by base asset, before all others.
    cap_of_maintenance : where the cap is this multiple of the first tier's maintenance rate.
    """

    interval: Duration | None = None
    continuous: bool = False
    cap: Fraction | None = None
    caps: dict[str, Fraction] = Field(default_factory=dict)
    cap_of_maintenance: Positive | None = None
    note: str = ""
    confidence: Confidence
    source: str

    @model_validator(mode="after")
    def _known_or_not(self) -> "FundingTerms":
        if (self.interval is None) != (self.confidence == "unknown") or self.interval == 0:
            raise misplaced("interval", 'a duration above zero, or confidence = "unknown"')
        if self.cap is not None and self.cap_of_maintenance is not None:
            raise misplaced("cap", "either a cap or cap_of_maintenance")
        return self

    def cap_for(self, base: str, symbol: Symbol | None) -> float | None:
        """Largest rate an interval of a contract on `base`; None where it is not known."""
        if base in self.caps:
            return self.caps[base]
        if self.cap_of_maintenance is None:
            return self.cap
        rate = symbol.tiers[0][1] if symbol and symbol.tiers else None
        return None if rate is None else funding_cap(rate, self.cap_of_maintenance)


class Payment(NamedTuple):
    """How one position pays: seconds between payments, bounds of the rate, infinite where not known."""

    interval_s: float
    continuous: bool
    cap: float
    floor: float
