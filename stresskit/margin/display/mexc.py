"""MEXC: isolated, maintenance at entry value, commission left out.

Source: MEXC blog, "Liquidation in futures" (its line prints 50,000 x 0.01; the result uses 0.1 BTC).
"""


def isolated_price(
    side: int, quantity: float, entry: float, leverage: float, rate: float, extra: float = 0.0
) -> float:
    """Price that costs the initial margin and `extra` less the maintenance."""
    value = quantity * entry
    return entry - side * (value / leverage + extra - value * rate) / quantity
