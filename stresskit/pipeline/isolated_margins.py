"""Own margins of an account's positions under isolated margin: what they are, and where they come from."""

from collections.abc import Mapping

import numpy as np

from stresskit.config.account import NamedAccount
from stresskit.config.position import Position
from stresskit.contract import STABLE
from stresskit.margin.isolated import own_margin
from stresskit.pipeline.wallets import Balance
from stresskit.simulate.apart import Apart


def stated_margin(position: Position) -> float:
    """USD of a position's own margin: as stated in the settlement asset, or entry value over leverage."""
    inverse, usd = position.contract.kind == "inverse", position.quote_usd or 1.0
    entry_over_mark = (position.entry or position.mark or 1.0) / (position.mark or 1.0)
    price = usd * (position.mark or 1.0) if inverse else usd
    stated = None if position.margin is None else position.margin * price
    return own_margin(position.notional, position.leverage, entry_over_mark, inverse, stated)


def apart_of(account: NamedAccount, balances: Mapping[str, Balance]) -> Apart:
    """What every position holds by itself; the margin of an inverse contract is coins of its own asset.

    Where the account has no such coin, nothing: `isolated_problems` refuses to simulate that.
    """
    coins = [name for name, balance in balances.items() if balance.factor not in STABLE]
    usd, coin, share = (np.zeros(len(account.positions)) for _ in range(3))
    coin[:] = -1
    for p, position in enumerate(account.positions):
        if position.contract.kind == "spot":
            continue
        settle = position.contract.settle
        if position.contract.kind == "linear":
            usd[p] = stated_margin(position)
        elif settle in coins and balances[settle].value > 0.0:
            coin[p] = coins.index(settle)
            share[p] = stated_margin(position) / balances[settle].value
    return Apart(usd, coin.astype(np.int64), share)
