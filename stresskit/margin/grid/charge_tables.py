"""The tables of an asset class in a parameter file: its cells, and one table for each contingency."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from stresskit.spec import Fraction, NonNegative, Positive, Spec, misplaced

Confidence = Literal["high", "medium", "low"]
Move = Annotated[float, Field(gt=-1, le=100)]
Moves = Annotated[tuple[Move, ...], Field(strict=False, min_length=1)]
Weights = Annotated[tuple[NonNegative, ...], Field(strict=False)]
Tier = Annotated[tuple[Positive, NonNegative], Field(strict=False)]
Tiers = Annotated[tuple[Tier, ...], Field(strict=False)]
Volatility = Literal["up", "same", "down"]


class Table(Spec):
    """Every table says how well it is known, and from where."""

    confidence: Confidence
    source: str


class Cells(Spec):
    """Price moves, each under each volatility move.

    Attributes
    ----------
    moves : fractions of the price, signed.
    weights : share of each move's loss that counts (default: all of it).
    volatility : volatility moves; they do nothing to futures and spot.
    scaled_to : extended moves: a future's profit is scaled to that at this move of the same sign.
    dampener_usd : extended moves: a loss is reduced by ``(|move| / scaled_to - 1) * dampener_usd``.
    """

    moves: Moves
    weights: Weights | None = None
    volatility: Annotated[tuple[Volatility, ...], Field(strict=False, min_length=1)] = ("same",)
    scaled_to: Positive | None = None
    dampener_usd: NonNegative = 0.0

    @model_validator(mode="after")
    def _fits(self) -> "Cells":
        if self.weights is not None and len(self.weights) != len(self.moves):
            raise misplaced("weights", f"one weight a move: {len(self.moves)} of them")
        if self.dampener_usd and self.scaled_to is None:
            raise misplaced("dampener_usd", "scaled_to beside it: only extended moves are dampened")
        if self.scaled_to is not None and (self.scaled_to >= 1 or 0 in self.moves):
            raise misplaced("scaled_to", "a move below 1, and no zero among the extended moves")
        return self


class Basis(Table):
    """Charge on the net delta of each expiry: ``max(minimum, annualised * years) * |delta|``."""

    minimum: Fraction
    annualised: NonNegative = 0.0


def _rising(key: str, rows: Tiers, factors: tuple[float, ...]) -> None:
    """Slices in ascending order, each dearer than the one before."""
    edges = [edge for edge, _ in rows]
    if edges != sorted(set(edges)):
        raise misplaced(key, "slices in ascending order")
    if list(factors) != sorted(factors):
        raise misplaced(key, "a rate that rises from slice to slice")


class MinimumCharge(Table):
    """``rate * |delta|`` of every contract; slices of the sum count by their multiplier.

    `multipliers`: rows of [slice up to this many USD of the charge, multiplier]; `above` them all. A
    rate that is not known is left out, and so is the charge.
    """

    rate: Fraction = 0.0
    multipliers: Tiers = ()
    above: Positive = 1.0

    @model_validator(mode="after")
    def _order(self) -> "MinimumCharge":
        _rising("multipliers", self.multipliers, (*(factor for _, factor in self.multipliers), self.above))
        return self


class MinimumDelta(Table):
    """``net * |net delta| + hedged * (gross - |net|) / 2``."""

    net: Fraction
    hedged: Fraction


class Depeg(Table):
    """Rate on the matched opposite deltas of two quote currencies, by slices as for `MinimumCharge`."""

    tiers: Tiers = ()
    above: Fraction

    @model_validator(mode="after")
    def _order(self) -> "Depeg":
        _rising("tiers", self.tiers, (*(rate for _, rate in self.tiers), self.above))
        return self


class DeltaShock(Table):
    """``min((|delta| - threshold) * per_coin, largest) * |delta|`` with delta in coins."""

    threshold_usd: NonNegative
    per_coin: NonNegative
    largest: Fraction
    inferred: bool


class Gross(Table):
    """Charge on ``|notional|`` outside the grid's factor; `initial` is added to `maintenance`."""

    maintenance: Fraction
    initial: Fraction = 0.0


class Offset(Table):
    """What a gain in this pair relieves of the losses of others, and the most that it relieves."""

    share: Fraction
    largest_usd: NonNegative | None = None


class AssetTables(Table):
    """The cells of an asset, and what contingencies it has."""

    price: Cells
    extreme: Cells | None = None
    basis: Basis | None = None
    minimum_charge: MinimumCharge | None = None
    minimum_delta: MinimumDelta | None = None
    depeg: Depeg | None = None
    delta_shock: DeltaShock | None = None
    contracts: Gross | None = None
    offset: Offset | None = None
