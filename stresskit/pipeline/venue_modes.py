"""A run with the margin modes that the account's venue offers and the config does not name."""

from dataclasses import dataclass, field
from typing import Any

from stresskit.config.account import NamedAccount
from stresskit.config_file import Loaded, Override, altered
from stresskit.errors import StresskitError
from stresskit.pipeline.accounts import KeyPath, keyed_accounts
from stresskit.pipeline.admissible import refuse_what_cannot_be
from stresskit.pipeline.rulebooks import Listed, listed_offers, matching, read_rulebooks
from stresskit.pipeline.setting import prepare


@dataclass(slots=True)
class VenueModes:
    """The extended run; which mode of it is which offer, and why the others cannot be computed."""

    loaded: Loaded
    offers: dict[str, Listed]
    mode_of: dict[str, str] = field(default_factory=dict)
    unpriced: dict[str, str] = field(default_factory=dict)
    given_up: set[str] = field(default_factory=set)

    def give_up(self, mode: str, why: str) -> None:
        """Take `mode` for one that cannot be computed after all."""
        self.given_up.add(mode)
        for key in [key for key, name in self.mode_of.items() if name == mode]:
            del self.mode_of[key]
            self.unpriced[key] = why


def with_venue_modes(loaded: Loaded, path: KeyPath, account: NamedAccount) -> VenueModes:
    """Add a mode for every offer of the venue that can be computed and is not there yet.

    Raises
    ------
    ConfigError, DataError
        As `prepare` would for the run as it is.
    """
    rulebooks = read_rulebooks(loaded)
    specs = loaded.run.modes_of(account)
    own = {name: rulebooks[name] for name in specs if name in rulebooks}
    found = VenueModes(loaded, listed_offers(account, own))
    every = {name: listed.offer for name, listed in found.offers.items()}
    for name, spec in specs.items():
        offer = matching(spec, every)
        for key, listed in found.offers.items():
            if listed.offer is offer:
                found.mode_of.setdefault(key, name)
    for key, listed in found.offers.items():
        if key not in found.mode_of:
            _add(found, path, key, listed)
    return found


def _add(found: VenueModes, path: KeyPath, key: str, listed: Listed) -> None:
    """Add one offer as a mode, or say why not."""
    if not listed.offer.priced:
        found.unpriced[key] = "its parameters are not public"
        return
    twin = next((m for k, m in found.mode_of.items() if _same(found.offers[k], listed)), None)
    if twin is not None:
        found.mode_of[key] = twin
        return
    name = key if key not in found.loaded.run.modes else f"{key}_of_venue"
    label = f"the venue's mode {key!r}"
    overrides = [Override(label, ("modes", name), _table(listed))]
    overrides += _assigned(found.loaded, path, name, label)
    try:
        extended = altered(found.loaded, overrides)
        refuse_what_cannot_be(prepare(extended))
    except StresskitError as error:
        found.unpriced[key] = "; ".join(dict.fromkeys(problem.expected for problem in error.problems))
        return
    found.loaded, found.mode_of[key] = extended, name


def _same(one: Listed, other: Listed) -> bool:
    """Whether two offers are computed alike."""
    return (one.offer.rule, one.offer.mode) == (other.offer.rule, other.offer.mode)


def _table(listed: Listed) -> dict[str, Any]:
    """What a config would write for the offer."""
    table: dict[str, Any] = {"rule": listed.offer.rule, **listed.offer.mode}
    if listed.offer.rule in ("brackets", "isolated"):
        table["rulebook"] = listed.rulebook.name
    return table


def _assigned(loaded: Loaded, path: KeyPath, name: str, label: str) -> list[Override]:
    """With several accounts: the new mode is this account's alone."""
    if loaded.run.account is not None:
        return []
    return [
        Override(
            label,
            (*map(str, where), "modes"),
            [*(each.modes or loaded.run.modes), *([name] if where == path else [])],
        )
        for where, each in keyed_accounts(loaded)
    ]
