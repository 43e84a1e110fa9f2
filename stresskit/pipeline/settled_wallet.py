"""An account as a mode sees it in which only the currency that its contracts settle in is collateral."""

from stresskit.config.account import NamedAccount
from stresskit.config_file import Loaded, Override, altered
from stresskit.margin.venue import Offer
from stresskit.pipeline.accounts import KeyPath

LABEL = "collateral of the settlement asset alone"


def counts_settlement_alone(offer: Offer) -> bool:
    """Whether a mode of a venue takes nothing else; unified modes and grids say themselves what counts."""
    return offer.collateral is None and offer.rule in ("brackets", "isolated")


def settled_alone(loaded: Loaded, path: KeyPath, account: NamedAccount) -> Loaded | None:
    """The run with the account's other balances worth nothing; None where it holds no others.

    Raises
    ------
    ConfigError
        If nothing that counts would be left, or the contracts settle in several assets.
    """
    others = [
        i
        for i, entry in enumerate(account.collateral)
        if entry.asset not in account.settles and entry.amount > 0
    ]
    spot = any(position.contract.kind == "spot" for position in account.positions)
    if account.assets_mode == "single_asset" or not (others or spot):
        return None
    where = tuple(map(str, path))
    changes = [Override(LABEL, (*where, "assets_mode"), "single_asset")]
    changes += [Override(LABEL, (*where, "collateral", str(i), "ratio"), 0.0) for i in others]
    return altered(loaded, changes)
