"""What the venue counts of an account's coins."""

from typing import Any

from stresskit.numerics.jit import part


@part
def wallet_value(wallet: Any, marks: Any) -> Any:
    """What the venue counts of the wallet's coins at marks (assets,), in USD."""
    value = 0.0
    for c in range(wallet.asset.size):
        value += wallet.value[c] * marks[wallet.asset[c]]
    return value
