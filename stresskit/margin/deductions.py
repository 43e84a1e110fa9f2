"""What makes a marginal table continuous, and the bound that a venue derives from its first tier."""

import itertools
from collections.abc import Sequence


def next_deduction(floor: float, rate: float, rate_below: float, deduction_below: float) -> float:
    """``c_n = floor_n (m_n - m_(n-1)) + c_(n-1)``: both lines meet at the floor (Binance, Bybit)."""
    return floor * (rate - rate_below) + deduction_below


def deductions(floors: Sequence[float], rates: Sequence[float]) -> list[float]:
    """Deductions of all tiers, the first one 0."""
    found = [0.0]
    for floor, (below, rate) in zip(floors[1:], itertools.pairwise(rates), strict=True):
        found.append(next_deduction(floor, rate, below, found[-1]))
    return found


def funding_cap(first_rate: float, multiple: float = 0.75) -> float:
    """Largest funding rate a period, as a multiple of the first tier's maintenance rate.

    Source: Binance's BTCUSDT funding of 2020-02-12 and 2020-03-13, which hit 0.75 x 0.4 % exactly.
    """
    return multiple * first_rate
