"""What one USD of a leg gains when its underlying moves: one function a kind.

Linear and spot gain ``x``. An inverse contract of face N pays ``N (1 - 1/(1 + x))`` coins' worth at
the price before the move; whoever counts in USD at the price after it, counts ``N x``. An option
would be a function of the state besides (strike, volatility, time) and would stand here beside them.

Source: Deribit, ``private/simulate`` (its 18 printed cells are those of the inverse formula).
"""

from typing import Literal

from stresskit.margin.grid.leg import Kind

Money = Literal["usd", "coin"]


def unit_profit(kind: Kind, inverse_in: Money, move: float) -> float:
    """Gain of one USD of signed notional when the price moves by the fraction `move`.

    Raises
    ------
    ValueError
        If the price would not stay positive.
    """
    if move <= -1.0:
        raise ValueError("a move above -1: prices stay positive")
    if kind == "inverse" and inverse_in == "coin":
        return move / (1.0 + move)
    return move
