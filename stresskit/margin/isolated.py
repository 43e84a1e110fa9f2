"""Isolated margin: each position is a wallet of its own and dies alone.

A position's equity is its own margin plus its own profit; it is liquidated when that is not above
its own maintenance, by the tables of the bracket rule. What is not tied up in positions stays free.
Without a stated margin a position holds its entry value over its leverage, in the settlement asset:
USD for a linear contract, coins, which move with the mark, for an inverse one. On paths each position is
a life of its own (`stresskit.simulate.isolated_life`); what is free backs none of them.

Sources: Binance support FAQ b3c689c1f50a44cabb3a84e663b81d93 (isolated: the position's wallet, no
others); Bybit help, "Liquidation Price (USDT Contract)".
"""

from typing import Literal

from stresskit.policy import AnyPolicy, Steps
from stresskit.spec import Duration, Fraction, NonNegative, Spec


class Isolated(Spec):
    """``rule = "isolated"``: each position by itself; the keys are those of ``brackets``.

    The venue's policy is the one that its rulebook names for isolated margin, else for brackets.
    """

    rule: Literal["isolated"]
    rulebook: str
    max_age: Duration | None = None
    closing_fee: Fraction | None = None
    liquidation: AnyPolicy = "venue"
    steps: Steps | None = None
    buffer: NonNegative = 0.10


def own_margin(
    notional: float, leverage: float, entry_over_mark: float, inverse: bool, stated_usd: float | None
) -> float:
    """USD at the present mark of a position's own margin; `stated_usd` where the trader says it.

    Parameters
    ----------
    notional : signed USD notional at the mark (the face of an inverse contract).
    entry_over_mark : entry price over mark.
    """
    if stated_usd is not None:
        return stated_usd
    value = abs(notional) / entry_over_mark if inverse else abs(notional) * entry_over_mark
    return value / leverage
