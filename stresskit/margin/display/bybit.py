"""Bybit: isolated with margins held at entry value, and inverse cross with the fee to close.

Sources: Bybit help, "Liquidation Price (USDT Contract)", "Liquidation Price Calculation under
Isolated Mode", and 360039261334 (inverse cross, whose worked example rounds on the way).
"""


def isolated_linear(
    side: int,
    quantity: float,
    entry: float,
    leverage: float,
    rate: float,
    deduction: float = 0.0,
    extra: float = 0.0,
) -> float:
    """Price that costs the initial margin and `extra` less the maintenance at entry."""
    value = quantity * entry
    return entry - side * (value / leverage - (value * rate - deduction) + extra) / quantity


def isolated_inverse(side: int, face: float, entry: float, leverage: float, rate: float) -> float:
    """The same in coins: face over position value plus or minus the margin that can be lost."""
    value = face / entry
    return face / (value + side * (value / leverage - value * rate))


def inverse_initial(face: float, entry: float, leverage: float) -> float:
    """Initial margin of an inverse position in coins."""
    return face / entry / leverage


def inverse_cross_bankruptcy(side: int, face: float, entry: float, balance: float, fee: float) -> float:
    """Price at which the balance pays the loss and the fee to close; `balance` in coins."""
    return (1.0 + side * fee) * face / (face / entry + side * balance)


def inverse_cross(side: int, face: float, entry: float, balance: float, rate: float, fee: float) -> float:
    """Price at which the maintenance at entry value and the fee at the bankruptcy value are left."""
    bankruptcy = inverse_cross_bankruptcy(side, face, entry, balance, fee)
    left = balance - face / entry * rate - face / bankruptcy * fee
    return face / (face / entry + side * left)
