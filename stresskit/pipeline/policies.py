"""The liquidation policy of a mode: the config's own, or the one that the venue's rulebook names."""

from collections.abc import Mapping

import numpy as np

from stresskit.config.account import NamedAccount
from stresskit.config_file import Loaded
from stresskit.domain import Float1D
from stresskit.errors import ConfigError
from stresskit.liquidation import Policy, build_policy
from stresskit.margin import RuleSpec
from stresskit.margin.isolated import Isolated
from stresskit.margin.rulebook import Rulebook
from stresskit.pipeline.rulebooks import newest_rulebooks
from stresskit.policy import STEPS, PolicyName, Steps, VenuePolicy


def policy_of(
    loaded: Loaded, account: NamedAccount, mode: str, spec: RuleSpec, rulebooks: Mapping[str, Rulebook]
) -> Policy:
    """The policy of one mode for an account; `rulebooks` are those of its modes.

    Raises
    ------
    ConfigError
        If the venue's policy is asked for and no rulebook names one.
    """
    venue = venue_policy(account, mode, spec, rulebooks)
    if spec.liquidation != "venue":
        name: PolicyName = spec.liquidation
        same = venue if venue is not None and venue.policy == name else Steps()
        return build_policy(name, _steps(name, same, spec.steps), entries(account))
    if venue is None:
        expected = (
            f'one of {", ".join(STEPS)}: no rulebook of "{account.venue}" names a policy for '
            f'rule = "{spec.rule}"'
        )
        raise ConfigError([loaded.source.problem(("modes", mode, "liquidation"), expected)])
    return build_policy(venue.policy, _steps(venue.policy, venue, None), entries(account))


def venue_policy(
    account: NamedAccount, mode: str, spec: RuleSpec, rulebooks: Mapping[str, Rulebook]
) -> VenuePolicy | None:
    """What the venue does under the rule: by the mode's rulebook, else by others of the venue, the newest."""
    own = [rulebooks[mode]] if mode in rulebooks else []
    others = [rulebook for rulebook in rulebooks.values() if rulebook.tables.venue == account.venue]
    for rulebook in own or others or newest_rulebooks(account.venue):
        named = rulebook.tables.liquidation.policies
        found = named.get(spec.rule) or (named.get("brackets") if isinstance(spec, Isolated) else None)
        if found is not None:
            return found
    return None


def _steps(name: PolicyName, base: Steps, over: Steps | None) -> Steps:
    """The policy's parameters: of the config where it gives any, else of the venue."""
    given = {key: getattr(base, key) for key in STEPS[name]}
    if over is not None:
        given |= {key: getattr(over, key) for key in STEPS[name] if getattr(over, key) is not None}
        if over.slice is not None:
            given["auction"] = over.auction
    return Steps.model_construct(**{key: given.get(key) for key in Steps.model_fields})


def entries(account: NamedAccount) -> Float1D:
    """Entry price over the mark at the start (positions,); 1 for spot, which no policy closes."""
    return np.array(
        [1.0 if p.contract.kind == "spot" else 1.0 - p.unrealized / p.delta for p in account.positions]
    )
