"""What no account can be, and what the calculator answers and a simulation does not."""

from collections.abc import Iterator
from datetime import date, timedelta

from stresskit.errors import ConfigError, Problem
from stresskit.liquidation import Policy
from stresskit.liquidation.close_all import CloseAll
from stresskit.liquidation.largest_contribution import LargestContribution
from stresskit.liquidation.largest_loss import LargestLoss
from stresskit.liquidation.pro_rata import ProRata
from stresskit.liquidation.staged import Staged
from stresskit.liquidation.tier_ladder import TierLadder
from stresskit.margin.brackets import BracketTable
from stresskit.margin.isolated import Isolated
from stresskit.pipeline.accounts import keyed_accounts
from stresskit.pipeline.importance import importance_problems
from stresskit.pipeline.isolated_now import overdrawn
from stresskit.pipeline.isolated_runs import isolated_problems
from stresskit.pipeline.setting import Setting


def refuse_what_cannot_be(setting: Setting) -> None:
    """Refuse isolated margins that are more than the wallet holds.

    Raises
    ------
    ConfigError
        If some account lacks the money.
    """
    for (path, _), account in zip(keyed_accounts(setting.loaded), setting.accounts, strict=True):
        isolated = any(isinstance(mode.spec, Isolated) for mode in account.modes.values())
        if isolated and (missing := overdrawn(account)) > 0:
            expected = too_little(missing)
            raise ConfigError([setting.loaded.source.problem((*path, "collateral"), expected)])


def too_little(missing: float) -> str:
    """What an account that lacks `missing` USD for its isolated margins is told."""
    return f"{missing:,.2f} USD more: the positions' own margins are above the wallet"


def refuse_what_cannot_run(setting: Setting) -> None:
    """Refuse modes and contracts that paths cannot be lived through with.

    Raises
    ------
    ConfigError
        For what isolated margin is not simulated with, for a contract that expires within the horizon,
        counted from the date of the market data, and for importance sampling where the likelihood ratio is
        not known or no loss shows a direction.
    """
    refuse_what_cannot_be(setting)
    problems = [*_modes(setting), *isolated_problems(setting), *_expiries(setting)]
    problems += importance_problems(setting)
    if problems:
        raise ConfigError(problems)


def _modes(setting: Setting) -> Iterator[Problem]:
    problem = setting.loaded.source.problem
    for name in setting.loaded.run.modes:
        rules = [a.modes[name].contender.rule for a in setting.accounts if name in a.modes]
        jumps = any(isinstance(rule, BracketTable) and rule.jumps.any() for rule in rules)
        policies = [a.modes[name].contender.policy for a in setting.accounts if name in a.modes]
        if jumps and any(seeks_the_smallest(policy) for policy in policies):
            expected = '"close_all": a table that jumps at the edges of its tiers has no smallest closing'
            yield problem(("modes", name, "liquidation"), expected)
        limited = setting.loaded.run.execution.participation is not None
        if limited and any(isinstance(policy, ProRata) and policy.slippage == 0.0 for policy in policies):
            expected = f"no such limit: the slices of modes.{name} are not orders at the market"
            yield problem(("execution", "participation"), expected)


def seeks_the_smallest(policy: Policy) -> bool:
    """Whether a policy looks for the smallest closing along tangents, which a jump would mislead.

    The others close what the venue's steps are; the largest contribution is scanned where tables jump.
    """
    if isinstance(policy, TierLadder):
        return policy.tiers == 0.0
    return not isinstance(policy, CloseAll | LargestContribution | LargestLoss | Staged)


def _expiries(setting: Setting) -> Iterator[Problem]:
    first = date.fromisoformat(setting.market.snapshot.as_of[:10])
    end = first + timedelta(seconds=setting.loaded.run.simulation.horizon)
    for path, account in keyed_accounts(setting.loaded):
        for i, position in enumerate(account.positions):
            expiry = position.contract.expiry
            if expiry is not None and expiry <= end:
                expected = (
                    f"an expiry after {end}, the end of the horizon (market data as of {first}): "
                    "settlement is not simulated"
                )
                yield setting.loaded.source.problem((*path, "positions", i, "symbol"), expected)
