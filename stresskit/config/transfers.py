"""What must hold where the owner of several accounts moves money between them."""

from collections.abc import Iterator, Mapping

from stresskit.config.account import Account, NamedAccount
from stresskit.config.fault import Fault, choice
from stresskit.margin import RuleSpec
from stresskit.margin.isolated import Isolated

Modes = Mapping[str, RuleSpec]


def transfers_fit(
    account: Account | None, accounts: tuple[NamedAccount, ...] | None, modes: Modes
) -> Iterator[Fault]:
    """The giver is another account, and both live under the same modes, or under one each."""
    if account and account.actions and account.actions.transfer:
        yield Fault(("account", "actions", "transfer"), "[[accounts]]: one account has no other to send for")
    named = {one.name: one for one in accounts or ()}
    for place, one in enumerate(accounts or ()):
        call = one.actions.transfer if one.actions else None
        if call is None:
            continue
        at = ("accounts", place, "actions", "transfer", "giver")
        others = [name for name in named if name != one.name]
        if call.giver not in others:
            yield Fault(at, choice(others, call.giver) if others else "another account: there is none")
            continue
        own, given = _modes(one, modes), _modes(named[call.giver], modes)
        if set(own) != set(given) and len(own) + len(given) > 2:
            yield Fault(at, f'an account under the same modes, or one mode each: "{call.giver}" has others')
        if any(isinstance(modes.get(name), Isolated) for name in (*own, *given)):
            yield Fault(
                at, "accounts of which none is under isolated margin: a transfer is to a whole account"
            )


def _modes(account: NamedAccount, modes: Modes) -> tuple[str, ...]:
    return account.modes or tuple(modes)
