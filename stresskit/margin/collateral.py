"""What balances count for as collateral.

A balance is worth its amount times the index price times a ratio that falls with the quantity, tier
by tier: each slice counts at its own ratio. What is owed counts in full. Venues that convert
USDT balances at an index rather than at par price a coin in USD through it.

Sources: Bybit, "Collateral value ratio" (tiers by quantity, negative balances at 100 %, the USD
index of USDT); Binance, "Multi-Assets Mode" (one ratio an asset; a deficit is exchanged at it).
"""

import itertools
from collections.abc import Sequence

Ratios = Sequence[tuple[float, float]]


def counted_quantity(amount: float, ratios: Ratios) -> float:
    """Amount after collateral ratios, in units of the asset; `ratios` are rows of (floor, ratio).

    Raises
    ------
    ValueError
        If the rows do not start at 0 or do not ascend.
    """
    floors = [floor for floor, _ in ratios]
    if not ratios or floors[0] != 0 or any(b <= a for a, b in itertools.pairwise(floors)):
        raise ValueError("rows of quantity and ratio that start at 0 and ascend")
    if amount <= 0:
        return amount
    ends = [*floors[1:], float("inf")]
    return sum(
        max(min(amount, end) - floor, 0.0) * ratio for (floor, ratio), end in zip(ratios, ends, strict=True)
    )


def exchanged(deficit: float, ratio: float) -> float:
    """USD of an asset that a venue sells to fill a deficit in USD: it is taken at its ratio."""
    if not 0 < ratio <= 1:
        raise ValueError("a collateral ratio above 0 and at most 1")
    return deficit / ratio


def usd_index(coin_in_usdt: float, btc_in_usd: float, btc_in_usdt: float) -> float:
    """USD price of a coin that is quoted in USDT, by what BTC says of USDT (Bybit)."""
    return coin_in_usdt * (btc_in_usd / btc_in_usdt)
