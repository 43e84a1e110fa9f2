"""Accounts of linear and inverse contracts and of coins, in absolute prices, and their plain evaluation."""

from dataclasses import dataclass, field

import numpy as np

from stresskit.domain import Book, Wallet
from stresskit.liquidation import CloseAll
from stresskit.margin.brackets import BracketTable
from stresskit.pipeline.desk import Desk
from stresskit.simulate.blocks import Contender

Tier = tuple[float, float, float]


@dataclass(frozen=True)
class Held:
    """`size`: signed coins of a linear contract, signed USD face of an inverse one; tiers in USD or coins."""

    asset: int
    size: float
    entry: float
    tiers: tuple[Tier, ...]
    inverse: bool = False
    in_coin: bool = False
    whole: bool = False
    size_rate: float = 0.0
    fee: float = 0.0

    def profit(self, mark: float) -> float:
        """USD; the coins of an inverse contract at their mark."""
        if self.inverse:
            return self.size * (1 / self.entry - 1 / mark) * mark
        return self.size * (mark - self.entry)

    def notional(self, mark: float) -> float:
        return abs(self.size) if self.inverse else abs(self.size) * mark

    def maintenance(self, mark: float) -> float:
        """USD, by walking the tiers from the top."""
        unit = mark if self.in_coin else 1.0
        size = self.notional(mark) / unit
        _, rate, deduction = next(t for t in reversed(self.tiers) if t[0] < size or t[0] == 0)
        own = (size * (rate + self.size_rate * size) - deduction) * unit
        return own + self.notional(mark) * self.fee


@dataclass(frozen=True)
class Wealth:
    """USD, coins after ratios by asset, and the maintenance rate of coins owed."""

    usd: float
    coins: dict[int, float] = field(default_factory=dict)
    loan_rate: float = 0.0


def equity(held: list[Held], wealth: Wealth, marks: list[float]) -> float:
    coins = sum(amount * marks[asset] for asset, amount in wealth.coins.items())
    return wealth.usd + coins + sum(h.profit(marks[h.asset]) for h in held)


def maintenance(held: list[Held], wealth: Wealth, marks: list[float]) -> float:
    owed = sum(max(-amount, 0.0) * marks[asset] for asset, amount in wealth.coins.items())
    return sum(h.maintenance(marks[h.asset]) for h in held) + wealth.loan_rate * owed


def book_of(held: list[Held], wealth: Wealth, marks: list[float], **costs: float) -> Book:
    """The account as the kernels hold it: relative to the present marks."""
    delta = np.array([h.size * marks[h.asset] / (h.entry if h.inverse else 1.0) for h in held])
    face = [h.entry / marks[h.asset] if h.inverse else 0.0 for h in held]
    coins = {asset: amount * marks[asset] for asset, amount in wealth.coins.items()}
    value = np.array(list(coins.values()), dtype=float)
    profit = sum(h.profit(marks[h.asset]) for h in held)
    loans = wealth.loan_rate * np.maximum(-value, 0.0)
    places = np.array(list(coins), dtype=np.int64)
    return Book(
        asset=np.array([h.asset for h in held]),
        quantity=delta,
        cash=float(wealth.usd + profit - delta.sum()),
        half_spread=np.full(len(held), costs.get("half_spread", 0.0)),
        impact=np.full(len(held), costs.get("impact", 0.0)),
        fee=np.full(len(held), costs.get("fee", 0.0)),
        buffer=costs.get("buffer", 0.0),
        face=np.array(face),
        wallet=Wallet(places, value, np.zeros(value.size), loans, 0.0),
    )


def table_of(held: list[Held], marks: list[float]) -> BracketTable:
    """Tiers as the kernels hold them: sizes in coins as USD at the present marks."""
    width = max(len(h.tiers) for h in held)
    units = [marks[h.asset] if h.in_coin else 1.0 for h in held]
    rows = [[*h.tiers, *[(np.inf, 0.0, 0.0)] * (width - len(h.tiers))] for h in held]
    return BracketTable(
        floor=np.array([[t[0] * u for t in row] for row, u in zip(rows, units, strict=True)]),
        rate=np.array([[t[1] for t in row] for row in rows]),
        deduction=np.array([[t[2] * u for t in row] for row, u in zip(rows, units, strict=True)]),
        initial_rate=np.full(len(held), 0.1),
        in_coin=np.array([float(h.in_coin) for h in held]),
        size_rate=np.array([h.size_rate / u for h, u in zip(held, units, strict=True)]),
        closing_fee=np.array([h.fee for h in held]),
        jumps=np.array([float(h.whole) for h in held]),
    )


def desk_of(held: list[Held], wealth: Wealth, marks: list[float]) -> Desk:
    contender = Contender(table_of(held, marks), CloseAll(), book_of(held, wealth, marks), 0)
    return Desk(contender, np.ones(len(marks)))
