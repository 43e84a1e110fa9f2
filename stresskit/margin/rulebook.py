"""Rulebooks: a venue's tables at one date, as data with their source.

Brackets and parameters drift, so a run names the dated rulebook it used and prints its hash. A
venue is one TOML file; `stresskit.config_file.load_rulebook` reads it and places what is wrong
with it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from stresskit.margin.funding import FundingTerms
from stresskit.margin.symbol import SYMBOL, AsOf, Confidence, Scheme, Symbol, inverse
from stresskit.margin.venue import CollateralTable, Fee, Liquidation, Offer
from stresskit.spec import Fault, Name, Spec

SHIPPED = Path(__file__).with_name("rulebooks")


class Tables(Spec):
    """What a rulebook file may say.

    Attributes
    ----------
    venue : the name that an account's `venue` refers to.
    as_of, source, confidence : of everything in the file that does not say otherwise.
    contract : whether its contracts are linear, inverse or both.
    scheme : ``marginal`` (deductions make the requirement continuous) or ``whole_position`` (the
        tier's rate on the whole position, with jumps at the edges).
    tiers_of : whose size decides the tier: the position's, or that of the contract's long and short
        together, under which an account in hedge mode is refused.
    maintenance_of_initial : where the venue sets maintenance as this share of the initial margin at
        the largest leverage; the tiers are checked against it.
    closing_fee : the fee that the venue counts inside its trigger, beside the maintenance; absent
        where it counts none.
    liquidation_fee : the fee that a liquidation charges.
    offers : the margin modes of the venue; the first of a rule goes before others of that rule.
    terms : what the venue calls our terms.
    funding : when perpetuals pay funding and within which bounds; absent: nothing is known.
    collateral : named tables of what collateral counts for; the offers say which one is theirs.
    """

    venue: Name
    product: str
    as_of: AsOf
    contract: Literal["linear", "inverse", "both"]
    scheme: Scheme
    tiers_of: Literal["position", "pair"] = "position"
    confidence: Confidence
    source: str
    maintenance_of_initial: Annotated[float, Field(gt=0, le=1)] | None = None
    closing_fee: Fee | None = None
    liquidation_fee: Fee
    offers: Annotated[dict[Name, Offer], Field(min_length=1)]
    terms: dict[str, str] = Field(default_factory=dict)
    collateral: dict[Name, CollateralTable] = Field(default_factory=dict)
    liquidation: Liquidation
    funding: FundingTerms | None = None
    symbols: dict[str, Symbol]

    def confidence_in(self, symbol: str) -> Confidence:
        """How well the table of a listed symbol is known."""
        return self.symbols[symbol].confidence or self.confidence

    def source_of(self, symbol: str) -> str:
        """Where the table of a listed symbol comes from."""
        return self.symbols[symbol].source or self.source

    def date_of(self, symbol: str) -> str:
        """As of when the table of a listed symbol holds."""
        return self.symbols[symbol].as_of or self.as_of


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A rulebook with its name and the hash of its file."""

    name: str
    tables: Tables
    sha256: str

    def age_days(self, today: date) -> int:
        """Days since its date."""
        return age_in_days(self.tables.as_of, today)


def age_in_days(as_of: str, today: date) -> int:
    """Days since a date such as ``2026-09``, counted from the first day of its month or year."""
    year, month, day = (*map(int, as_of.split("-")), 1, 1)[:3]
    return (today - date(year, month, day)).days


def shipped_rulebooks() -> list[str]:
    """Names of the rulebooks that come with the package."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def symbols_fit(contract: str, symbols: Mapping[str, Symbol]) -> Iterator[Fault]:
    """Every symbol is one, and a contract of the kind that the file is for."""
    for name in symbols:
        if not re.fullmatch(SYMBOL, name):
            yield Fault(("symbols", name), 'a symbol such as "BTC/USDT:USDT" or "BTC/USD:BTC"')
        elif contract != "both" and inverse(name) != (contract == "inverse"):
            yield Fault(("symbols", name), f'a contract that is {contract}, or contract = "both"')


def deductions_fit(scheme: str, symbols: Mapping[str, Symbol]) -> Iterator[Fault]:
    """Under ``marginal`` the requirement is continuous, under ``whole_position`` nothing is deducted."""
    for name, symbol in symbols.items():
        floor, rate, deduction = 0.0, 0.0, 0.0
        for n, row in enumerate(symbol.tiers):
            right = deduction + row[0] * (row[1] - rate) if n and scheme == "marginal" else 0.0
            floor, rate, _, deduction = row
            if abs(right - deduction) > 1e-6 * max(floor, 1.0):
                why = "a continuous requirement" if right else "nothing to deduct"
                expected = f"{why}: a deduction of {right:.12g}, not {deduction:.12g}"
                yield Fault(("symbols", name, "tiers", n), expected)
                deduction = right


def units_fit(scheme: str, symbols: Mapping[str, Symbol]) -> Iterator[Fault]:
    """Contracts have no deduction in money, coins are what `per_coin` multiplies."""
    for name, symbol in symbols.items():
        if symbol.unit == "contracts" and scheme == "marginal":
            yield Fault(
                ("symbols", name, "unit"), 'quote or coin: deductions of scheme = "marginal" are money'
            )
        if symbol.formula and symbol.formula.per_coin and symbol.unit != "coin":
            yield Fault(("symbols", name, "unit"), "coin: the formula counts coins")


def maintenance_fits(maintenance_of_initial: float | None, symbols: Mapping[str, Symbol]) -> Iterator[Fault]:
    """Maintenance is the stated share of the initial margin at the largest leverage."""
    if maintenance_of_initial is None:
        return
    for name, symbol in symbols.items():
        for n, (_, rate, leverage, _) in enumerate(symbol.tiers):
            if abs(rate * leverage - maintenance_of_initial) > 1e-9:
                right = maintenance_of_initial / leverage
                yield Fault(("symbols", name, "tiers", n), f"a maintenance rate of {right:g}, not {rate:g}")


def one_default(offers: Mapping[str, Offer]) -> Iterator[Fault]:
    """An account starts in one mode."""
    for name in [name for name, offer in offers.items() if offer.default][1:]:
        yield Fault(("offers", name, "default"), "one mode that accounts start in")


def collateral_exists(
    offers: Mapping[str, Offer], collateral: Mapping[str, CollateralTable]
) -> Iterator[Fault]:
    """A mode's collateral table is one of the file."""
    for name, offer in offers.items():
        if offer.collateral is not None and offer.collateral not in collateral:
            listed = ", ".join(collateral) or "none"
            yield Fault(("offers", name, "collateral"), f"a table of [collateral]; there is {listed}")


CHECKS = (symbols_fit, deductions_fit, units_fit, maintenance_fits, one_default, collateral_exists)
