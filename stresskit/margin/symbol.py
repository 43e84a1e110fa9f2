"""What a rulebook says about one contract: its tiers or its formula, and how well they are known.

Sizes are counted in the contract's `unit`: ``quote`` is the notional at mark in the currency that a
linear contract is quoted in, ``coin`` is the position's worth in its base asset, ``contracts`` is a
number of contracts of `contract_size` (in coin; in USD for inverse ones). Deductions are money of
the same unit, those of ``contracts`` tables must be zero.
"""

import itertools
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from stresskit.spec import Fraction, NonNegative, Positive, Spec, misplaced

Confidence = Literal["high", "medium", "low", "unknown"]
Scheme = Literal["marginal", "whole_position"]
Tier = Annotated[tuple[float, float, float, float], Field(strict=False)]
SYMBOL = r"([A-Z0-9]{1,20})/([A-Z0-9]{1,10}):([A-Z0-9]{1,20})"
MONTHS = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


def _date(text: str) -> str:
    if not MONTHS.fullmatch(text):
        raise ValueError("a date as exact as it is known: 2026, 2026-09 or 2026-09-30")
    return text


AsOf = Annotated[str, AfterValidator(_date)]


def _tiers(rows: tuple[Tier, ...]) -> tuple[Tier, ...]:
    """Check what holds under every scheme: the order of the tiers, their rates and leverages."""
    if rows and rows[0][0] != 0:
        raise misplaced(0, "a first tier that starts at 0")
    for n, (_, rate, leverage, _) in enumerate(rows):
        if not 0 < rate <= 1:
            raise misplaced(n, f"a maintenance rate above 0 and at most 1, not {rate:g}")
        if leverage < 1:
            raise misplaced(n, f"a largest leverage of at least 1, not {leverage:g}")
    for n, (lower, upper) in enumerate(itertools.pairwise(rows), start=1):
        if upper[0] <= lower[0]:
            raise misplaced(n, f"tiers in ascending order: {upper[0]:g} does not follow {lower[0]:g}")
        if upper[1] < lower[1]:
            raise misplaced(n, f"rising rates: {upper[1]:g} follows {lower[1]:g}")
        if upper[2] > lower[2]:
            raise misplaced(n, f"falling leverages: {upper[2]:g} follows {lower[2]:g}")
    return rows


class Formula(Spec):
    """Rates that rise with the size: ``(rate + per_coin * |size in coin|) * notional``.

    Attributes
    ----------
    initial, maintenance : the rates of a vanishing position.
    per_coin : what each coin adds to both.
    """

    initial: Annotated[float, Field(gt=0, le=1)]
    maintenance: Annotated[float, Field(gt=0, le=1)]
    per_coin: NonNegative = 0.0

    @model_validator(mode="after")
    def _in_order(self) -> "Formula":
        if self.maintenance > self.initial:
            raise misplaced("maintenance", f"a rate of at most the initial one, {self.initial:g}")
        return self


class Symbol(Spec):
    """One contract.

    Attributes
    ----------
    tiers : rows of [size above which it applies, maintenance rate, largest leverage, deduction].
    formula : in place of tiers, where the venue's rates rise with the size without steps.
    unit : what sizes are counted in, see above.
    contract_size : of one contract, where sizes are counted in contracts.
    cap : the largest size that the venue admits; absent where none is published.
    liquidation_fee : where it differs from the file's.
    confidence, source, as_of : where they differ from the file's.
    note : what a reader should know besides.
    """

    tiers: Annotated[tuple[Tier, ...], Field(strict=False), AfterValidator(_tiers)] = ()
    formula: Formula | None = None
    unit: Literal["quote", "coin", "contracts"] = "quote"
    contract_size: Positive | None = None
    cap: Positive | None = None
    liquidation_fee: Fraction | None = None
    confidence: Confidence | None = None
    source: str | None = None
    as_of: AsOf | None = None
    note: str = ""

    @model_validator(mode="after")
    def _one_table(self) -> "Symbol":
        known = self.confidence != "unknown"
        if self.tiers and self.formula:
            raise misplaced("formula", "either tiers or a formula")
        if known and not self.tiers and not self.formula:
            raise misplaced("tiers", 'tiers or a formula; say confidence = "unknown" where there are none')
        if not known and (self.tiers or self.formula):
            raise misplaced("confidence", "high, medium or low: a table that is not known has no rows")
        if (self.unit == "contracts") != (self.contract_size is not None):
            raise misplaced(
                "contract_size", 'the size of a contract, where unit = "contracts", and only there'
            )
        if self.cap is not None and self.tiers and self.cap <= self.tiers[-1][0]:
            raise misplaced("cap", f"a size above the last tier's {self.tiers[-1][0]:g}")
        return self

    def usd_per_size(self, mark: float | None, inverse: bool) -> float | None:
        """USD at the mark of one unit of size; None where that needs a `mark` and there is none.

        Parameters
        ----------
        mark : price in the quote currency.
        inverse : whether the contract settles in its base asset.
        """
        if self.unit == "quote":
            return 1.0
        if self.unit == "contracts" and inverse:
            return self.contract_size
        return None if mark is None else mark * (self.contract_size or 1.0)

    def size(self, notional: float, mark: float | None, inverse: bool) -> float | None:
        """Size of a position of `notional` USD at the mark; None as in `usd_per_size`."""
        usd = self.usd_per_size(mark, inverse)
        return None if usd is None else abs(notional) / usd

    def largest_leverage(self, size: float) -> float:
        """The leverage that the venue allows at a size in the table's unit."""
        if self.formula:
            return 1.0 / (self.formula.initial + self.formula.per_coin * abs(size))
        return max((t for t in self.tiers if t[0] < abs(size) or t[0] == 0), key=lambda t: t[0])[2]


def inverse(symbol: str) -> bool:
    """Whether a symbol such as ``BTC/USD:BTC``, dated or not, is settled in its own base asset."""
    base, _, rest = symbol.partition("/")
    return rest.partition(":")[2].partition("-")[0] == base
