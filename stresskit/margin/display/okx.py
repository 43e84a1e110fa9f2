"""OKX and Gate: isolated, with the taker fee beside the maintenance rate.

Source: the formula both venues share in freqtrade, tests/exchange/test_exchange.py; OKX help,
"Tiered maintenance margin ratio rules".
"""


def isolated_price(
    side: int, quantity: float, entry: float, margin: float, rate: float, taker: float
) -> float:
    """Price at which `margin` and the profit just cover maintenance and the fee to close."""
    return (entry - side * margin / quantity) / (1.0 - side * (rate + taker))
