"""Binance: cross and isolated, USD-M and COIN-M; the bracket of the price sought is the one that counts.

Sources: Binance support FAQ b3c689c1f50a44cabb3a84e663b81d93 (USD-M) and
ceccfcfb4e3a45e3b48b0b1bb1a8ae46 (COIN-M). Isolated is the same with the position's own wallet and
no others. If the notional at the price found lies in another bracket, that one is taken.
"""

from collections.abc import Sequence

from stresskit.margin.display.algebra import inverse_price, linear_price

PASSES = 16
Bracket = tuple[float, float, float]


def bracket_at(size: float, brackets: Sequence[Bracket]) -> Bracket:
    """The (floor, rate, deduction) that holds for a size."""
    return [row for row in brackets if row[0] < size or row[0] == 0][-1]


def usdm_price(
    wallet: float,
    side: int,
    quantity: float,
    entry: float,
    mark: float,
    brackets: Sequence[Bracket],
    others: float = 0.0,
) -> float:
    """Displayed price of a linear position; not positive where it cannot be liquidated alone."""
    found, seen = mark, None
    for _ in range(PASSES):
        row = bracket_at(quantity * max(found, 0.0), brackets)
        if row == seen:
            break
        seen = row
        found = linear_price(wallet, side, quantity, entry, row[1], row[2], others)
    return found


def coinm_price(
    wallet: float,
    side: int,
    face: float,
    entry: float,
    mark: float,
    brackets: Sequence[Bracket],
    others: float = 0.0,
) -> float:
    """Displayed price of an inverse position, money and brackets in coins; infinite where there is none."""
    found, seen = mark, None
    for _ in range(PASSES):
        row = bracket_at(face / found, brackets)
        if row == seen:
            break
        seen = row
        level = wallet + others + row[2] + side * face / entry
        found = inverse_price(wallet, side, face, entry, row[1], row[2], others) if level else 0.0
        if found <= 0.0:
            found = float("inf")
    return found
