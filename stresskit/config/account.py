"""``[account]`` and ``[[accounts]]``: collateral and positions at a venue, in USD."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from stresskit.config.fault import misplaced
from stresskit.spec import Name, Spec

STABLE = ("USD", "USDT", "USDC")
LARGEST_USD = 1e12

Amount = Annotated[float, Field(ge=0, le=LARGEST_USD)]
Signed = Annotated[float, Field(ge=-LARGEST_USD, le=LARGEST_USD)]
Price = Annotated[float, Field(gt=0, le=LARGEST_USD)]


def _symbol(text: str) -> str:
    found = re.fullmatch(r"([A-Z0-9]{1,20})/([A-Z0-9]{1,10}):([A-Z0-9]{1,20})", text)
    if not found:
        raise ValueError('a perpetual such as "BTC/USDT:USDT"')
    base, quote, settle = found.groups()
    if settle == base:
        raise ValueError(f'a linear contract such as "{base}/USDT:USDT" (inverse ones are not supported yet)')
    if quote not in STABLE or settle != quote or base == quote:
        raise ValueError(f'a contract quoted and settled in USD, USDT or USDC, such as "{base}/USDT:USDT"')
    return text


def _stable(asset: str) -> str:
    if asset not in STABLE:
        raise ValueError("USD, USDT or USDC (valued 1:1; nothing else is supported yet)")
    return asset


class Collateral(Spec):
    """An amount of one stablecoin or of USD."""

    asset: Annotated[str, AfterValidator(_stable)]
    amount: Amount


class Position(Spec):
    """A perpetual contract, sized by signed USD notional or by signed quantity and mark."""

    symbol: Annotated[str, AfterValidator(_symbol)]
    notional_usd: Signed | None = None
    quantity: Signed | None = None
    entry: Price | None = None
    mark: Price | None = None
    leverage: Annotated[float, Field(gt=0, le=1000)] = 10.0

    @model_validator(mode="after")
    def _sized(self) -> "Position":
        if (self.notional_usd is None) == (self.quantity is None):
            key = "notional_usd" if self.quantity is None else "quantity"
            raise misplaced(key, "exactly one of notional_usd and quantity")
        key = "notional_usd" if self.quantity is None else "quantity"
        if self.mark is None and (self.entry is not None or key == "quantity"):
            raise misplaced("mark", f"the mark price: {'entry' if self.entry else 'quantity'} needs it")
        if not getattr(self, key):
            raise misplaced(key, "not zero: positive is long, negative is short")
        if abs(self.notional) > LARGEST_USD:
            raise misplaced(key, f"a notional of at most {LARGEST_USD:g} USD")
        return self

    @property
    def asset(self) -> str:
        """The base asset: the text before the slash."""
        return self.symbol.partition("/")[0]

    @property
    def notional(self) -> float:
        """Signed USD notional at the mark."""
        if self.notional_usd is not None:
            return self.notional_usd
        return (self.quantity or 0.0) * (self.mark or 0.0)

    @property
    def unrealized(self) -> float:
        """Unrealized profit in USD at the mark; zero where no entry is given."""
        if self.entry is None or self.mark is None:
            return 0.0
        return self.notional * (1.0 - self.entry / self.mark)


class Account(Spec):
    """Collateral and positions of one wallet; the same symbol may appear twice (hedge mode)."""

    venue: Name
    collateral: Annotated[tuple[Collateral, ...], Field(strict=False, min_length=1)]
    positions: Annotated[tuple[Position, ...], Field(strict=False, min_length=1)]

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
        return self

    @property
    def equity(self) -> float:
        """Collateral plus unrealized profit, in USD."""
        return sum(entry.amount for entry in self.collateral) + sum(p.unrealized for p in self.positions)


class NamedAccount(Account):
    """One of several accounts; `modes` names those it is run under (default: all)."""

    name: Name
    modes: Annotated[tuple[Name, ...], Field(strict=False, min_length=1)] | None = None
