"""What every leg of a book is worth as its rule counts it: the signed notional, coins from the wallet.

Spot positions have quantity 0: what is held of their coin stands in the wallet, and is shared evenly
by the spot legs of one asset.
"""

from typing import Any

from stresskit.numerics.jit import inline, part
from stresskit.numerics.notional import unit_notional


@inline
def coins_held(book: Any, asset: Any) -> Any:
    """USD at the start of the spot held in an asset."""
    held = 0.0
    for c in range(book.wallet.asset.size):
        if book.wallet.asset[c] == asset:
            held += book.wallet.spot[c]
    return held


@inline
def leg_value(rule: Any, book: Any, view: Any, p: Any) -> Any:
    """Signed USD value of leg `p` of one account."""
    asset = book.asset[p]
    if rule.coin[p] > 0.0:
        return rule.coin[p] * coins_held(book, asset) * view.marks[asset]
    return view.quantity[p] * unit_notional(book.face[p], view.marks[asset])


@part
def fill_leg(rule: Any, book: Any, tile: Any, step: Any, block: Any, p: Any, value: Any) -> None:
    """Fill value (paths,) with the signed USD value of leg `p`."""
    quantity, marks, face = block.quantity[p], tile.marks[step, book.asset[p]], book.face[p]
    if rule.coin[p] > 0.0:
        coins = rule.coin[p] * coins_held(book, book.asset[p])
        for b in range(value.size):
            value[b] = coins * block.held[b] * marks[b]
    elif face > 0.0:
        for b in range(value.size):
            value[b] = quantity[b] * face
    else:
        for b in range(value.size):
            value[b] = quantity[b] * marks[b]
