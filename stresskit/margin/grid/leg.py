"""A leg of a book as a scenario grid sees it: what it is, not how large it is."""

from typing import Literal, NamedTuple

Kind = Literal["linear", "inverse", "spot"]


class Leg(NamedTuple):
    """One contract or coin.

    Attributes
    ----------
    asset : the underlying, such as ``BTC``.
    kind : linear (profit in the quote currency), inverse (profit in the coin) or spot.
    quote, settle : quote currency, and the one in which profit is paid.
    expiry_days : days to expiry; None for perpetuals and spot.
    index_ratio : index price over mark price of the leg.
    price : USD price of one coin at the start; only the delta shock needs it.
    confidence : of the weakest price feed, 0 to 1 (Derive).
    haircuts : maintenance and additional initial haircut of a coin held as collateral, where they are
        not those of the parameter file.
    """

    asset: str
    kind: Kind = "linear"
    quote: str = "USDT"
    settle: str = "USDT"
    expiry_days: float | None = None
    index_ratio: float = 1.0
    price: float | None = None
    confidence: float = 1.0
    haircuts: tuple[float, float] | None = None
