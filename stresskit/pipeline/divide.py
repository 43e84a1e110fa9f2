"""The legs of an account's book, by which its risk is divided."""

from collections.abc import Sequence

from stresskit.measure.legs import Leg
from stresskit.pipeline.accounts import Prepared


def legs_of(account: Prepared, assets: Sequence[str]) -> tuple[Leg, ...]:
    """Positions that move with a mark, then the coins of the wallet; spot is in the wallet.

    `assets`: names of the simulated assets.
    """
    book = account.book
    found = [
        Leg(account.spec.positions[p].symbol, assets[asset], float(quantity), p)
        for p, (asset, quantity) in enumerate(zip(book.asset, book.quantity, strict=True))
        if quantity != 0.0
    ]
    coins = zip(book.wallet.asset, book.wallet.value, strict=True)
    return (*found, *(Leg(f"{assets[i]} in the wallet", assets[i], float(v)) for i, v in coins if v != 0.0))
