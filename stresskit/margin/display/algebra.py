"""The algebra behind the displayed prices: one position moves, the others stay at their marks.

`side` is +1 long, -1 short; `rate` and `deduction` are those of the position's bracket; `others` is
the unrealized profit of the other positions less their maintenance. Linear: `quantity` in coins,
money in the quote currency. Inverse: `face` in USD, money in coins.
"""


def linear_price(
    wallet: float,
    side: int,
    quantity: float,
    entry: float,
    rate: float,
    deduction: float = 0.0,
    others: float = 0.0,
) -> float:
    """Price at which wallet, profit and `others` just cover ``quantity price rate - deduction``."""
    return (wallet + others + deduction - side * quantity * entry) / (quantity * (rate - side))


def linear_wallet(
    price: float, side: int, quantity: float, entry: float, rate: float, deduction: float = 0.0
) -> float:
    """The wallet for which `linear_price` gives `price`."""
    return quantity * (price * (rate - side) + side * entry) - deduction


def inverse_price(
    wallet: float,
    side: int,
    face: float,
    entry: float,
    rate: float,
    deduction: float = 0.0,
    others: float = 0.0,
) -> float:
    """The same for an inverse contract: ``face / price rate - deduction`` coins of maintenance."""
    return face * (rate + side) / (wallet + others + deduction + side * face / entry)


def price_from_state(mark: float, side: int, quantity: float, excess: float, rate: float) -> float:
    """`linear_price` from the present equity less maintenance, `excess`, while the bracket holds."""
    return mark - side * excess / (quantity * (1.0 - side * rate))
