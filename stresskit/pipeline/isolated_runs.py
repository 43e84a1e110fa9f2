"""What an account under isolated margin cannot be simulated with, each refused at its place."""

from collections.abc import Iterator

from stresskit.contract import STABLE
from stresskit.errors import Problem
from stresskit.margin.isolated import Isolated
from stresskit.pipeline.accounts import KeyPath, Prepared, keyed_accounts
from stresskit.pipeline.isolated_margins import stated_margin
from stresskit.pipeline.setting import Setting
from stresskit.scenario import effects_of
from stresskit.scenario.depeg import Depeg


def isolated_problems(setting: Setting) -> Iterator[Problem]:
    """Problems of every account that is under isolated margin in some mode."""
    for (path, _), account in zip(keyed_accounts(setting.loaded), setting.accounts, strict=True):
        if any(isinstance(mode.spec, Isolated) for mode in account.modes.values()):
            yield from _wallet(setting, path, account)
            yield from _footprint(setting, account)
            yield from _pegs(setting, account)


def _wallet(setting: Setting, path: KeyPath, account: Prepared) -> Iterator[Problem]:
    """Each margin is held in the asset that its contract settles in; loans back no position."""
    problem = setting.loaded.source.problem
    for i, entry in enumerate(account.spec.collateral):
        if entry.amount < 0:
            yield problem((*path, "collateral", i, "amount"), "no loan: isolated positions borrow nothing")
    contracts = [p for p in account.spec.positions if p.contract.kind != "spot"]
    if not contracts:
        yield problem((*path, "positions"), "a contract: isolated margin is of contracts alone")
    inverse = dict.fromkeys(p.contract.settle for p in contracts if p.contract.kind == "inverse")
    dollars = sum(b.counted for b in account.balances.values() if b.factor in STABLE)
    wanted = sum(stated_margin(p) for p in contracts if p.contract.kind == "linear")
    if wanted > dollars:
        expected = f"{wanted - dollars:,.2f} USD more in dollars: linear contracts hold their margin in them"
        yield problem((*path, "collateral"), expected)
    for coin in inverse:
        held = account.balances.get(coin)
        own = [p for p in contracts if p.contract.kind == "inverse" and p.contract.settle == coin]
        missing = sum(stated_margin(p) for p in own) - (held.counted if held else 0.0)
        if missing > 0:
            expected = f"{coin} worth {missing:,.2f} USD more: inverse contracts hold their margin in it"
            yield problem((*path, "collateral"), expected)
        elif held is not None and held.counted != held.value:
            expected = f"a ratio of 1 for {coin}: an isolated position's own margin counts in full"
            yield problem((*path, "collateral"), expected)


def _footprint(setting: Setting, account: Prepared) -> Iterator[Problem]:
    """Every position has its own copy of the market, so two on one asset would not feel each other."""
    execution = setting.loaded.run.execution
    assets = [p.asset for p in account.spec.positions if p.contract.kind != "spot"]
    if len(set(assets)) == len(assets):
        return
    keys = {"permanent_share": execution.permanent_share > 0, "participation": execution.participation}
    for key, used in keys.items():
        if used:
            expected = "no such key with isolated margin and several contracts of one coin"
            yield setting.loaded.source.problem(("execution", key), expected)


def _pegs(setting: Setting, account: Prepared) -> Iterator[Problem]:
    """Which of several dollar tokens a position's margin is in is not stated."""
    tokens = [b for b in account.balances.values() if b.factor in STABLE]
    if len(tokens) < 2:
        return
    for name, spec in setting.loaded.run.scenarios.items():
        for place, effect in effects_of(spec):
            if isinstance(effect, Depeg) and effect.asset in {b.asset for b in tokens}:
                expected = (
                    "an account with one dollar token: under isolated margin each position holds its own"
                )
                yield setting.loaded.source.problem(("scenarios", name, *place, "asset"), expected)
