"""Which figure a venue displays as the liquidation price of a position, where it publishes one."""

from collections.abc import Callable
from typing import NamedTuple

from stresskit.margin.display import binance, bybit, hyperliquid, mexc, okx, weex


class Held(NamedTuple):
    """One position as a venue's formula sees it, in coins (linear) or USD face (inverse).

    Prices in the quote currency; `wallet`, `others` (profit less maintenance of the other positions),
    `maintenance` (its own) and deductions are money of the settlement asset; `brackets` are rows of
    (floor, rate, deduction), `rate` and `deduction` the present ones. `opposite`: size of the other
    side of the same contract (hedge mode). Under isolated margin `wallet` is the position's own and
    `others` is 0.
    """

    side: int
    size: float
    entry: float
    mark: float
    leverage: float
    wallet: float
    others: float
    maintenance: float
    brackets: tuple[tuple[float, float, float], ...]
    rate: float
    deduction: float
    fee: float
    opposite: float = 0.0

    @property
    def profit(self) -> float:
        """Unrealized profit of a linear position."""
        return self.side * self.size * (self.mark - self.entry)


def _binance_linear(p: Held) -> float:
    return binance.usdm_price(p.wallet, p.side, p.size, p.entry, p.mark, p.brackets, p.others)


def _binance_inverse(p: Held) -> float:
    return binance.coinm_price(p.wallet, p.side, p.size, p.entry, p.mark, p.brackets, p.others)


def _bybit_linear(p: Held) -> float:
    extra = p.wallet - p.size * p.entry / p.leverage
    return bybit.isolated_linear(p.side, p.size, p.entry, p.leverage, p.rate, p.deduction, extra)


def _bybit_inverse(p: Held) -> float:
    return bybit.isolated_inverse(p.side, p.size, p.entry, p.leverage, p.rate)


def _mexc(p: Held) -> float:
    extra = p.wallet - p.size * p.entry / p.leverage
    return mexc.isolated_price(p.side, p.size, p.entry, p.leverage, p.rate, extra)


def _okx(p: Held) -> float:
    return okx.isolated_price(p.side, p.size, p.entry, p.wallet, p.rate, p.fee)


def _hyperliquid(p: Held) -> float:
    value = p.wallet + p.profit + p.others
    return hyperliquid.price(p.side, p.size, p.mark, value, 0.5 / p.rate)


def _weex(p: Held) -> float:
    equity = p.wallet + p.profit + p.others
    long, short = (p.size, p.opposite) if p.side > 0 else (p.opposite, p.size)
    return weex.cross_price(p.mark, long, short, equity, p.maintenance, p.rate)


FORMULAS: dict[tuple[str, str, str], Callable[[Held], float]] = {
    ("binance", "brackets", "linear"): _binance_linear,
    ("binance", "isolated", "linear"): _binance_linear,
    ("binance", "brackets", "inverse"): _binance_inverse,
    ("binance", "isolated", "inverse"): _binance_inverse,
    ("bybit", "isolated", "linear"): _bybit_linear,
    ("bybit", "isolated", "inverse"): _bybit_inverse,
    ("mexc", "isolated", "linear"): _mexc,
    ("okx", "isolated", "linear"): _okx,
    ("hyperliquid", "brackets", "linear"): _hyperliquid,
    ("hyperliquid", "isolated", "linear"): _hyperliquid,
    ("weex", "brackets", "linear"): _weex,
}


def shown_price(venue: str, rule: str, kind: str, position: Held) -> float | None:
    """The venue's displayed liquidation price; None where it shows none or publishes no formula."""
    formula = FORMULAS.get((venue, rule, kind))
    if formula is None or position.size == position.opposite:
        return None
    found = formula(position)
    return found if 0.0 < found < float("inf") else None
