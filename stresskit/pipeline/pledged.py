"""What of an account's collateral can bring it to a breach, by the indices of `stresskit.simulate.pledge`."""

from collections.abc import Iterable

from stresskit.contract import STABLE
from stresskit.domain import VenueStress
from stresskit.pipeline.accounts import Prepared


def pledge_names(account: Prepared, stresses: Iterable[VenueStress]) -> dict[int, str]:
    """Names of the causes by index; none of an account whose collateral cannot lose.

    `stresses`: all that the run's scenarios change on the venue's side.
    """
    coins = [b.asset for b in account.balances.values() if b.factor not in STABLE]
    names = {2 * k: f"{coin} price" for k, coin in enumerate(coins)}
    names |= {2 * k + 1: f"{coin} haircut" for k, coin in enumerate(coins)}
    dollars = {b.asset for b in account.balances.values() if b.factor in STABLE}
    dollars |= {p.contract.settle for p in account.spec.positions if p.contract.kind == "linear"}
    off = [asset for one in stresses for asset in one.worth if asset in dollars]
    if off:
        names[2 * len(coins)] = f"{' or '.join(dict.fromkeys(off))} peg"
    return names
