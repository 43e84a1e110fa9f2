"""The ratios that unified accounts are watched by, in the venues' own forms.

Binance: ``uniMMR = adjusted equity / maintenance``; Hyperliquid: ``(constant + maintenance + borrowed)
/ liquidation value``. What happens at which level is data (`Level`).

Sources: Binance, portfolio margin FAQs and account-info pages (27 Jan 2026); Hyperliquid
documentation, "Portfolio margin" (December 2025).
"""

from collections.abc import Sequence
from typing import NamedTuple


class Level(NamedTuple):
    """What the venue does while its ratio is beyond `ratio`."""

    ratio: float
    action: str


def uni_mmr(adjusted_equity: float, maintenance: float) -> float:
    """Binance's ratio; infinite where nothing is required."""
    return adjusted_equity / maintenance if maintenance > 0 else float("inf")


def action_at(ratio: float, levels: Sequence[Level], *, falling: bool = True) -> str:
    """What the venue does at a ratio that falls, or rises, through the levels; empty before them all.

    >>> action_at(1.1, [Level(1.5, "reminder"), Level(1.2, "reducing orders only")])
    'reducing orders only'
    """
    reached = [level for level in levels if (ratio <= level.ratio if falling else ratio > level.ratio)]
    return (min(reached) if falling else max(reached)).action if reached else ""


def borrowed(dollars: float) -> float:
    """What the account owes: a negative balance of dollars is lent to it against its coins."""
    return max(-dollars, 0.0)


def liquidation_threshold(loan_to_value: float) -> float:
    """Hyperliquid: half of the way from the loan-to-value ratio to one."""
    return 0.5 + 0.5 * loan_to_value


def borrow_ratio(constant: float, maintenance: float, dollars: float, collateral: float) -> float:
    """Hyperliquid's ratio; `collateral` is the coins' value times their liquidation thresholds."""
    value = max(dollars, 0.0) + collateral
    return (constant + maintenance + borrowed(dollars)) / value if value > 0 else float("inf")
