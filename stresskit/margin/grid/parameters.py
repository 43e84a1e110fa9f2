"""What a parameter file of a scenario grid may say: a venue's numbers at one date, data only.

Every table carries its confidence and source. What a venue does not publish is left out and named
under ``unknown``: no number is invented, and a run that uses the file says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from stresskit.margin.grid.charge_tables import AssetTables, Confidence, Table
from stresskit.margin.grid.revaluation import Money
from stresskit.spec import Fault, Fraction, NonNegative, Positive, Spec, misplaced

SHIPPED = Path(__file__).parents[1] / "grids"

Asset = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,20}$")]
Assets = Annotated[tuple[Asset, ...], Field(strict=False)]


class AssetClass(AssetTables):
    """The numbers of a list of assets, or of all others."""

    assets: Assets = ()
    others: bool = False
    unknown: Annotated[tuple[str, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _some_assets(self) -> "AssetClass":
        if bool(self.assets) == self.others:
            raise misplaced("assets", "a list of assets, or others = true")
        return self


class Netting(Table):
    """What nets with what, and at which prices.

    Attributes
    ----------
    scope : cells are added up within one underlying, or over all pairs of a settlement currency.
    merged_quotes : whether contracts quoted in USD, USDT and USDC are one underlying.
    spot_in_use : whether spot counts as far as it hedges the contracts' delta, and no further.
    inverse_in : the money in which an inverse contract's profit is counted.
    moves_of, charges_of : the price that moves are applied to, and the one that deltas are taken at.
    """

    scope: Literal["underlying", "settlement"] = "underlying"
    merged_quotes: bool = True
    spot_in_use: bool = False
    inverse_in: Money = "usd"
    moves_of: Literal["index", "mark"] = "mark"
    charges_of: Literal["index", "mark"] = "mark"


class Factors(Table):
    """What the grid's sum is multiplied by; an initial factor that is not published is left out."""

    maintenance: Positive
    initial: Positive | None = None


class Rate(Table):
    """Rates on a liability."""

    maintenance: Fraction
    initial: Fraction


class BelowThreshold(Table):
    """``factor`` on what lies below the threshold (Derive: price of the stablecoin, oracle confidence)."""

    threshold: Fraction
    factor: NonNegative


class Coin(Table):
    """A coin held as collateral: haircuts, and whether its moves count in the grid (Derive)."""

    maintenance: Fraction
    initial: Fraction
    cancels_risk: bool = False


class VolatilityShock(Table):
    """Volatility moves of the ``up`` and ``down`` cells; used by options only.

    The relative moves hold at 30 days to expiry and scale with ``(30 / days)**power``.
    """

    up: NonNegative
    down: Fraction
    power_short: NonNegative
    power_long: NonNegative
    lowest_up: NonNegative = 0.0


class Terms(Spec):
    """What the venue calls each term; terms without a name are not part of its rule."""

    price: str
    extreme: str | None = None
    basis: str | None = None
    delta_shock: str | None = None
    depeg: str | None = None
    minimum: str | None = None
    outside: str | None = None
    borrowing: str | None = None


class GridParameters(Spec):
    """A whole parameter file."""

    venue: str
    product: str
    as_of: str
    confidence: Confidence
    source: str
    offered: bool
    unknown: Annotated[tuple[str, ...], Field(strict=False)] = ()
    terms: Terms
    netting: Netting
    factors: Factors
    volatility: VolatilityShock | None = None
    borrowing: Rate | None = None
    peg: BelowThreshold | None = None
    oracle: BelowThreshold | None = None
    collateral: dict[Asset, Coin] = Field(default_factory=dict)
    classes: Annotated[tuple[AssetClass, ...], Field(strict=False, min_length=1)]

    def class_of(self, asset: str) -> AssetClass | None:
        """The class that lists the asset, else the class of all others, else None."""
        others = None
        for found in self.classes:
            if asset in found.assets:
                return found
            others = found if found.others else others
        return others


@dataclass(frozen=True, slots=True)
class Grid:
    """A parameter file with its name and the hash of its content."""

    name: str
    parameters: GridParameters
    sha256: str


def shipped_grids() -> list[str]:
    """Names of the parameter files that come with the package."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def each_asset_once(classes: tuple[AssetClass, ...]) -> Iterator[Fault]:
    """No asset stands in two classes, and one class at most is that of the others."""
    seen: set[str] = set()
    for n, found in enumerate(classes):
        for asset in found.assets:
            if asset in seen:
                yield Fault(("classes", n, "assets"), f"each asset in one class: {asset} is in another")
            seen.add(asset)
        if found.others and "others" in seen:
            yield Fault(("classes", n, "others"), "one class of all others")
        seen |= {"others"} if found.others else set()


def terms_named(classes: tuple[AssetClass, ...], terms: Terms) -> Iterator[Fault]:
    """Whatever a class charges has a name."""
    slots = {
        "extreme": "extreme",
        "basis": "basis",
        "delta_shock": "delta_shock",
        "depeg": "depeg",
        "minimum_charge": "minimum",
        "minimum_delta": "minimum",
        "contracts": "outside",
    }
    for n, found in enumerate(classes):
        for key, slot in slots.items():
            if getattr(found, key) is not None and getattr(terms, slot) is None:
                yield Fault(("terms", slot), f"the venue's name of classes.{n}.{key}")


CHECKS = (each_asset_once, terms_named)
