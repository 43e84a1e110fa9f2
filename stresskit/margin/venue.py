"""What a rulebook says about its venue: the margin modes it offers, its fees, collateral and liquidation."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from stresskit.margin.symbol import AsOf, Confidence
from stresskit.policy import VenuePolicy
from stresskit.spec import Fraction, Name, NonNegative, Positive, Spec, misplaced

RuleName = Literal["brackets", "isolated", "scenario_grid", "unified", "var"]
RatioTier = Annotated[tuple[float, float], Field(strict=False)]


class Fee(Spec):
    """A fee as a fraction of the notional; `rate` is absent where it is not known."""

    rate: Fraction | None = None
    confidence: Confidence
    source: str

    @model_validator(mode="after")
    def _known_or_not(self) -> "Fee":
        if (self.rate is None) != (self.confidence == "unknown"):
            raise misplaced("rate", 'a rate, or confidence = "unknown"')
        return self


class VenueRatio(Spec):
    """The figure that the venue itself shows, under its own name.

    Attributes
    ----------
    name : as the venue writes it.
    form : maintenance over equity, or equity over maintenance; a closing fee counts as maintenance.
    liquidation_at : the value at which the venue liquidates.
    """

    name: str
    form: Literal["maintenance_over_equity", "equity_over_maintenance"]
    liquidation_at: Positive


class Offer(Spec):
    """One margin mode that an account at the venue can choose.

    Attributes
    ----------
    title : what the venue calls it.
    rule : the margin rule that it is.
    mode : the other keys that a config writes for it under ``[modes.NAME]``; without any, a mode of
        this rule needs the config's own.
    default : whether an account starts in it.
    priced : whether its parameters are known well enough to compute it.
    minimum_equity : USD; absent where the venue publishes none.
    waiver : who may enter below the minimum.
    position_mode : what it asks of hedge mode (a long and a short of one contract).
    open_positions : what it asks of positions when an account switches to it.
    isolated_positions : what it asks of positions under isolated margin.
    eligibility : conditions other than money.
    collateral : the file's collateral table that holds in it; absent where only the currency that the
        contracts settle in counts.
    ratio : the venue's own figure.
    risks : what a trader accepts with it.
    """

    title: str
    rule: RuleName
    mode: dict[str, str | float | int | bool] = Field(default_factory=dict)
    default: bool = False
    priced: bool = True
    minimum_equity: NonNegative | None = None
    waiver: str = ""
    position_mode: Literal["any", "one_way", "unknown"] = "unknown"
    open_positions: Literal["kept", "flat", "unknown"] = "unknown"
    isolated_positions: Literal["kept", "closed", "unknown"] = "unknown"
    eligibility: str = ""
    collateral: Name | None = None
    ratio: VenueRatio | None = None
    risks: Annotated[tuple[str, ...], Field(strict=False)] = ()
    confidence: Confidence
    source: str


def _ratios(rows: tuple[RatioTier, ...]) -> tuple[RatioTier, ...]:
    if not rows or rows[0][0] != 0:
        raise misplaced(0, "a first row that starts at a quantity of 0")
    for n, (above, ratio) in enumerate(rows):
        if n and above <= rows[n - 1][0]:
            raise misplaced(n, f"quantities in ascending order: {above:g} follows {rows[n - 1][0]:g}")
        if not 0 <= ratio <= 1:
            raise misplaced(n, f"a collateral ratio between 0 and 1, not {ratio:g}")
    return rows


class CollateralAsset(Spec):
    """One asset: rows of [quantity above which it applies, ratio], each ratio for its own slice.

    `limit` is the largest quantity that the venue takes.
    """

    ratios: Annotated[tuple[RatioTier, ...], Field(strict=False), AfterValidator(_ratios)]
    limit: Positive | None = None


class CollateralTable(Spec):
    """What collateral counts for; negative balances always count in full.

    Attributes
    ----------
    assets : the ratios by asset.
    others : the ratio of assets that are not listed; absent where they are not known.
    conversion : how a stablecoin is turned into USD: at par, or at the venue's index.
    index : whose price values collateral: the venue's own book, or an index of several.
    loan_maintenance, loan_initial : what a loan requires, as fractions of its value; absent where not
        known or where the venue lends nothing.
    """

    assets: dict[str, CollateralAsset]
    others: Fraction | None = None
    conversion: Literal["par", "index"] = "par"
    index: Literal["own", "external", "unknown"] = "unknown"
    loan_maintenance: Fraction | None = None
    loan_initial: Fraction | None = None
    as_of: AsOf | None = None
    confidence: Confidence
    source: str


class Liquidation(Spec):
    """How the venue liquidates, in words, and how much of it is published.

    `policies`: by margin rule, what of it is simulated; an order that is not published is assumed there.
    """

    published: Literal["yes", "partly", "no"]
    sequence: str
    order: str
    confidence: Confidence
    source: str
    policies: dict[RuleName, VenuePolicy] = Field(default_factory=dict)
