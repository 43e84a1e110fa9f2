"""Hyperliquid: from the margin that is available now; cross and isolated differ in the account value.

Source: Hyperliquid documentation, "Liquidations": price - side margin_available / size / (1 - l side),
with l one over the maintenance leverage, which is twice the largest leverage.
"""

from stresskit.margin.display.algebra import price_from_state


def price(
    side: int,
    quantity: float,
    mark: float,
    account_value: float,
    max_leverage: float,
    other_maintenance: float = 0.0,
) -> float:
    """Price at which the account value falls to the maintenance, half of the least initial margin."""
    rate = 0.5 / max_leverage
    available = account_value - other_maintenance - rate * quantity * mark
    return price_from_state(mark, side, quantity, available, rate)
