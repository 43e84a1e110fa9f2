"""A collateral asset leaves its peg: a stablecoin, or a token that stands for another coin.

From the onset on the venue counts a unit of `asset` at `1 - loss` of what it was. What it sees is its index:
from its own order book (`own_book`), where the token may fall far below what it is worth elsewhere, or from
outside (`outside`), where it fell by `outside_loss`. After `duration` the peg is back.

A stablecoin in which contracts settle is also their quote: their entry value is owed in it, so that a long
position gains against dollars what a short one loses, on top of the balance. Requirements are in dollars.

Facts: USDC 0.88 on 11 March 2023; USDe 0.65, wBETH and BNSOL 80 % and more below the coins behind them in
Binance's own books on 10 October 2025, while they held elsewhere; the venue paid compensation afterwards.
"""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from stresskit.domain import Float1D, JointModel, StressedModel, VenueStress
from stresskit.scenario.timeline import Timed

Loss = Annotated[float, Field(ge=0, le=0.99)]


class Depeg(Timed):
    """``kind = "depeg"``.

    Attributes
    ----------
    asset : the collateral asset, of some account's balances or in which its contracts settle.
    loss : fraction that a unit loses in the venue's own book.
    index : where the venue looks: ``own_book`` or ``outside``.
    outside_loss : fraction that it loses elsewhere.
    """

    kind: Literal["depeg"]
    asset: Annotated[str, Field(pattern=r"^[A-Z0-9]{1,20}$")]
    loss: Annotated[Loss, Field(gt=0)]
    index: Literal["own_book", "outside"] = "own_book"
    outside_loss: Loss = 0.0


def stress_depeg(
    spec: Depeg, stressed: StressedModel, model: JointModel, steps: int, net_exposure: Float1D
) -> StressedModel:
    """The asset counts for less during the effect."""
    first, last = spec.span(model, steps)
    lost = spec.loss if spec.index == "own_book" else spec.outside_loss
    notes = {
        "asset": spec.asset,
        "counts_for": 1.0 - lost,
        "index": spec.index,
        "plausibility": f"{100 * lost:.3g} % off; USDC fell by 12 % in March 2023, USDe by 35 % and staked "
        "wrappers by 80 % in one venue's own book on 10 October 2025",
    }
    added = VenueStress(first, last, worth={spec.asset: 1.0 - lost})
    return replace(stressed, venue=(*stressed.venue, added), notes=notes)
