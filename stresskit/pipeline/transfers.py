"""Which lives of a run give money to which, by the ``transfer`` actions of their accounts."""

from collections.abc import Sequence

from stresskit.pipeline.accounts import Prepared
from stresskit.results import Life
from stresskit.simulate.blocks import Transfer


def transfers_between(accounts: Sequence[Prepared], lives: Sequence[Life]) -> tuple[Transfer, ...]:
    """Every life that may call for money, with the giver's life under the same mode and on the same basis.

    Where each of the two accounts is run under one mode alone, these go together. A variant at the largest
    leverage that the giver does not have stays without.
    """
    places = {(one.account, one.basis, one.mode): place for place, one in enumerate(lives)}
    by_name = {account.name: account for account in accounts}
    found = []
    for account in accounts:
        call = account.spec.actions.transfer if account.spec.actions else None
        if call is None:
            continue
        own, other = next(iter(account.modes)), next(iter(by_name[call.giver].modes))
        for place, one in enumerate(lives):
            alike = one.mode if own in by_name[call.giver].modes else one.mode.replace(own, other, 1)
            giver = places.get((call.giver, one.basis, alike))
            if one.account == account.name and giver is not None:
                found.append(Transfer(giver, place, float(call.amount), float(call.keep_ratio)))
    return tuple(found)
