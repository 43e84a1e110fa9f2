"""WEEX: the margin rate of a position, and the cross price of a pair whose two sides are netted first.

Sources: WEEX support 13467494956185 (margin rate), 24780414317593 (liquidation of Futures Pro).
"""

from stresskit.margin.display.algebra import price_from_state


def margin_rate(margin: float, unrealized: float, face_value: float, contracts: float, price: float) -> float:
    """Margin and profit over the position's value."""
    return (margin + unrealized) / (face_value * contracts * price)


def cross_price(
    mark: float, long: float, short: float, equity: float, maintenance: float, rate: float
) -> float:
    """Price of the net of `long` and `short` coins; `equity` and `maintenance` of the whole account."""
    net = long - short
    return price_from_state(mark, 1 if net > 0 else -1, abs(net), equity - maintenance, rate)
