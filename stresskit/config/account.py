"""``[account]`` and ``[[accounts]]``: collateral and positions of one wallet at a venue."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from stresskit.config.actions import Actions
from stresskit.config.fault import misplaced
from stresskit.config.position import LARGEST_USD, Price
from stresskit.config.position import Position as Position
from stresskit.contract import STABLE
from stresskit.spec import Fraction, Name, Spec

Coin = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,20}$")]


class Collateral(Spec):
    """A balance in one asset; a negative one is a loan and counts in full.

    Attributes
    ----------
    asset : a coin, or USD, USDT or USDC.
    amount : in units of the asset.
    mark : USD index price of one unit (default: of ``[account.marks]``, and 1 for the stablecoins).
    tracks : the coin whose returns it follows, for a staked or wrapped one, or USD (default: itself).
    ratio : what part of it counts as collateral (default: the venue's table in the rulebook).
    loan_maintenance : maintenance requirement of a loan, as a fraction of its value (default: the
        rulebook's, else none).
    """

    asset: Coin
    amount: Annotated[float, Field(ge=-LARGEST_USD, le=LARGEST_USD)]
    mark: Price | None = None
    tracks: Coin | None = None
    ratio: Fraction | None = None
    loan_maintenance: Fraction | None = None

    @model_validator(mode="after")
    def _priced(self) -> "Collateral":
        if self.tracks is not None and (self.asset in STABLE or self.asset == self.tracks):
            raise misplaced("tracks", f"no such key: {self.asset} is its own measure")
        if self.mark is None and self.factor not in STABLE:
            raise misplaced("mark", f"the USD price of one {self.asset}, here or in the account's marks")
        if self.loan_maintenance is not None and self.amount >= 0:
            raise misplaced("loan_maintenance", "a negative amount beside it: only a loan requires margin")
        if self.ratio is not None and self.amount < 0:
            raise misplaced("ratio", "no ratio for a negative amount: it counts in full")
        if abs(self.value) > LARGEST_USD:
            raise misplaced("amount", f"a value of at most {LARGEST_USD:g} USD")
        return self

    @property
    def factor(self) -> str:
        """What its price moves with: a coin, or dollars."""
        return self.asset if self.tracks is None else self.tracks

    @property
    def price(self) -> float:
        """USD of one unit."""
        return 1.0 if self.mark is None else self.mark

    @property
    def value(self) -> float:
        """USD at the index price, before any collateral ratio."""
        return self.amount * self.price


class Account(Spec):
    """Collateral and positions of one wallet; the same symbol may appear twice (hedge mode).

    Attributes
    ----------
    marks : USD prices by asset, for every position and balance that names none of its own.
    assets_mode : ``multi_asset``: every balance is collateral at its ratio; ``single_asset``: only the
        asset in which the contracts settle.
    actions : what the owner does near to liquidation (default: nothing).
    """

    venue: Name
    marks: dict[Coin, Price] | None = None
    assets_mode: Literal["multi_asset", "single_asset"] | None = None
    collateral: Annotated[tuple[Collateral, ...], Field(strict=False, min_length=1)]
    positions: Annotated[tuple[Position, ...], Field(strict=False, min_length=1)]
    actions: Actions | None = None

    @model_validator(mode="before")
    @classmethod
    def _apply_marks(cls, value: Any) -> Any:
        marks = value.get("marks") if isinstance(value, Mapping) else None
        if not isinstance(marks, Mapping):
            return value
        filled = dict(value)
        for key, asset_of in (("collateral", _asset), ("positions", _base)):
            entries = value.get(key)
            if isinstance(entries, list | tuple):
                filled[key] = [_with_mark(entry, marks, asset_of) for entry in entries]
        return filled

    @model_validator(mode="after")
    def _consistent(self) -> "Account":
        assets = [entry.asset for entry in self.collateral]
        if len(set(assets)) < len(assets):
            raise misplaced("collateral", "each asset once")
        sides = [(position.symbol, position.notional > 0) for position in self.positions]
        if len(set(sides)) < len(sides):
            raise misplaced("positions", "one long and one short position a symbol: a venue merges the rest")
        if self.equity <= 0:
            raise misplaced(
                "collateral", f"equity above zero, with the unrealized profit: {self.equity:,.2f} USD"
            )
        marks: dict[str, float] = {}
        for position in self.positions:
            if position.mark and marks.setdefault(position.symbol, position.mark) != position.mark:
                raise misplaced("positions", f"one mark for {position.symbol} in all its positions")
        if self.assets_mode == "single_asset" and len(self.settles) > 1:
            raise misplaced("assets_mode", f"one wallet a settlement asset, not {', '.join(self.settles)}")
        return self

    @property
    def settles(self) -> tuple[str, ...]:
        """Assets that the contracts settle in, in order; none for spot."""
        kinds = [position.contract for position in self.positions]
        return tuple(dict.fromkeys(found.settle for found in kinds if found.kind != "spot"))

    @property
    def equity(self) -> float:
        """Balances and spot at full value plus unrealized profit, in USD: before collateral ratios."""
        spot = sum(p.notional for p in self.positions if p.contract.kind == "spot")
        return sum(entry.value for entry in self.collateral) + spot + self.unrealized

    @property
    def unrealized(self) -> float:
        """Unrealized profit of all positions in USD."""
        return sum(position.unrealized for position in self.positions)


class NamedAccount(Account):
    """One of several accounts; `modes` names those it is run under (default: all)."""

    name: Name
    modes: Annotated[tuple[Name, ...], Field(strict=False, min_length=1)] | None = None


def _asset(entry: Mapping[str, Any]) -> Any:
    return entry.get("asset")


def _base(entry: Mapping[str, Any]) -> Any:
    symbol = entry.get("symbol")
    return symbol.partition("/")[0] if isinstance(symbol, str) else None


def _with_mark(entry: Any, marks: Mapping[str, Any], asset_of: Any) -> Any:
    """The entry with its mark, and a position with the price of its quote, where the account knows it."""
    if not isinstance(entry, Mapping):
        return entry
    asset = asset_of(entry)
    found = {"mark": marks[asset], **entry} if asset in marks else dict(entry)
    symbol = entry.get("symbol")
    quote = symbol.partition("/")[2].partition(":")[0] if isinstance(symbol, str) else ""
    return {"quote_usd": marks[quote], **found} if quote in marks else found
