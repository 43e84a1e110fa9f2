"""Second stage: accounts under their margin modes, as the arrays that the engine works on."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from stresskit.config.account import NamedAccount
from stresskit.config_file import Loaded
from stresskit.domain import AnyDependence, Book, Dcc, Dependence, Int1D, Regime
from stresskit.errors import ConfigError
from stresskit.margin import ParameterFile, Rule, RuleSpec, scratch_size
from stresskit.margin.bracket_table import Margined, bracket_table
from stresskit.margin.clearing import ClearingRule
from stresskit.margin.grid.parameters import Grid
from stresskit.margin.isolated import Isolated
from stresskit.margin.rulebook import Rulebook
from stresskit.margin.scenario_grid import ScenarioGrid
from stresskit.margin.scenario_set import build_clearing, build_var
from stresskit.margin.unified import Unified, unified_table
from stresskit.margin.unified_parameters import UnifiedAccount
from stresskit.margin.var import Var, VarRule
from stresskit.margin.venue import Offer
from stresskit.model.forecast import chosen, excess_weight
from stresskit.pipeline.books import build_book, friction_of
from stresskit.pipeline.carry import Courses
from stresskit.pipeline.draws import scenario_prices
from stresskit.pipeline.dues import dues_of
from stresskit.pipeline.grids import grid_table, read_parameters
from stresskit.pipeline.isolated_margins import apart_of
from stresskit.pipeline.market import MarketState, place
from stresskit.pipeline.policies import entries, policy_of
from stresskit.pipeline.rulebooks import (
    collateral_table,
    liquidation_fees,
    matching,
    misfits,
    offers,
    read_rulebooks,
)
from stresskit.pipeline.wallets import Balance, coins_of, read_balances
from stresskit.simulate.blocks import Contender, Habits
from stresskit.simulate.carry import Dues

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Mode:
    """One margin mode of one account, ready to be assessed and simulated.

    `offer` is the venue's mode that it is; None where it is hypothetical.
    """

    name: str
    spec: RuleSpec
    rulebook: Rulebook | None
    parameters: ParameterFile | None
    offer: Offer | None
    contender: Contender

    @property
    def hypothetical(self) -> bool:
        """Whether the account's venue does not offer it."""
        return self.offer is None


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """An account with its book and its modes, the present one first; `dues` of a run that carries."""

    name: str
    spec: NamedAccount
    book: Book
    balances: dict[str, Balance]
    modes: dict[str, Mode]
    dues: Dues | None

    @property
    def equity(self) -> float:
        """Equity as the venue counts it: after collateral ratios, in USD."""
        return sum(balance.counted for balance in self.balances.values()) + self.spec.unrealized


@dataclass(frozen=True, slots=True, eq=False)
class _Shelf:
    """What the accounts share: rulebooks and parameters by mode, ``var`` rules, funding and basis."""

    rulebooks: dict[str, Rulebook]
    parameters: dict[str, ParameterFile]
    rules: dict[str, VarRule | ClearingRule]
    courses: Courses


def used_assets(loaded: Loaded, market: MarketState) -> Int1D:
    """Sorted places in the snapshot of all assets that some position or balance is in.

    Raises
    ------
    ConfigError
        At the first position or balance whose asset was not calibrated.
    """
    places = {
        place(loaded, market.model, asset, *path, *key)
        for path, account in keyed_accounts(loaded)
        for asset, key in _risk_factors(account)
    }
    return np.array(sorted(places), dtype=np.int64)


def _risk_factors(account: NamedAccount) -> Iterator[tuple[str, KeyPath]]:
    """Assets whose marks move the account, each with the key that names it."""
    for i, position in enumerate(account.positions):
        yield position.asset, ("positions", i, "symbol")
    for i, asset in coins_of(account):
        key = "asset" if account.collateral[i].tracks is None else "tracks"
        yield asset, ("collateral", i, key)


def keyed_accounts(loaded: Loaded) -> list[tuple[KeyPath, NamedAccount]]:
    """All accounts, each with its key path in the config."""
    single = loaded.run.account is not None
    return [(("account",) if single else ("accounts", i), a) for i, a in enumerate(loaded.run.books())]


def prepare_accounts(loaded: Loaded, market: MarketState, used: Int1D, courses: Courses) -> list[Prepared]:
    """Build every account under every mode.

    Raises
    ------
    ConfigError
        If a rulebook or parameter file does not exist or does not admit a position, or a rulebook
        belongs to another venue.
    """
    rules = _var_rules(loaded, market, used)
    shelf = _Shelf(read_rulebooks(loaded), read_parameters(loaded), rules, courses)
    return [_prepare(loaded, market, used, path, account, shelf) for path, account in keyed_accounts(loaded)]


def _var_rules(loaded: Loaded, market: MarketState, used: Int1D) -> dict[str, VarRule | ClearingRule]:
    step, marginals = loaded.run.simulation.step, chosen(market.model.marginals, used)
    found: dict[str, VarRule | ClearingRule] = {}
    for name, spec in loaded.run.modes.items():
        if isinstance(spec, Var):
            prices = scenario_prices(market, used, spec)
            weight = excess_weight(marginals, spec.margin_period // step)
            base = build_var(spec, prices, marginals.long_run_variance, weight)
            found[name] = _with_add_ons(market, used, spec, base) if spec.add_ons else base
    return found


def _with_add_ons(market: MarketState, used: Int1D, spec: Var, base: VarRule) -> ClearingRule:
    n, nu = len(market.model.assets), _degrees(market.model.dependence)
    sets = (Dependence(np.ones((n, n)), nu), Dependence(np.eye(n), nu))
    return build_clearing(base, *(scenario_prices(market, used, spec, one) for one in sets))


def _degrees(dependence: AnyDependence) -> float:
    """Degrees of freedom of the sets of perfect and zero correlation: the copula's own, or Gaussian."""
    if isinstance(dependence, Regime):
        return dependence.calm.nu
    return dependence.nu if isinstance(dependence, Dependence | Dcc) else float("inf")


def _prepare(
    loaded: Loaded, market: MarketState, used: Int1D, path: KeyPath, account: NamedAccount, shelf: _Shelf
) -> Prepared:
    specs = loaded.run.modes_of(account)
    rulebooks = {name: shelf.rulebooks[name] for name in specs if name in shelf.rulebooks}
    problems = [p for name, r in rulebooks.items() for p in misfits(loaded, path, account, name, r)]
    if problems:
        raise ConfigError(list(dict.fromkeys(problems)))
    fee = liquidation_fees(loaded, account, shelf.rulebooks)
    balances = read_balances(loaded, path, account, collateral_table(account, specs, shelf.rulebooks))
    book = build_book(loaded, market, used, account, fee, balances)
    on_offer, dues = offers(account, shelf.rulebooks), dues_of(loaded, shelf.courses, account, rulebooks)
    modes = {}
    for name, spec in specs.items():
        file = shelf.parameters.get(name)
        coins = [market.model.assets[used[i]] for i in book.wallet.asset]
        rule = _rule(loaded, path, account, name, spec, shelf, coins)
        contender = Contender(
            rule,
            policy_of(loaded, account, name, spec, shelf.rulebooks),
            book._replace(buffer=float(spec.buffer)),
            scratch_size(rule),
            dues,
            habits_of(account, loaded.run.simulation.step),
            friction_of(loaded, market, used),
            entries(account),
            apart_of(account, balances) if isinstance(spec, Isolated) else None,
        )
        offer = matching(spec, on_offer, account.assets_mode == "multi_asset")
        if file is not None and file.parameters.venue != account.venue:
            offer = None
        modes[name] = Mode(name, spec, rulebooks.get(name), file, offer, contender)
    return Prepared(account.name, account, book, balances, modes, dues)


def habits_of(account: NamedAccount, step_s: int) -> Habits | None:
    """What the owner does, with delays in steps; None: nothing."""
    if account.actions is None:
        return None
    add, cut, call = account.actions.top_up, account.actions.deleverage, account.actions.transfer
    found = Habits()
    if add is not None:
        found = found._replace(
            amount=add.amount,
            top_up_ratio=add.at_ratio,
            top_up_delay=add.delay // step_s,
            top_up_times=add.times,
        )
    if cut is not None:
        found = found._replace(
            share=cut.share, cut_ratio=cut.at_ratio, cut_delay=cut.delay // step_s, cut_times=cut.times
        )
    if call is not None:
        found = found._replace(
            call_ratio=call.at_ratio, call_delay=call.delay // step_s, call_times=call.times
        )
    return found


def _rule(
    loaded: Loaded,
    path: KeyPath,
    account: NamedAccount,
    name: str,
    spec: RuleSpec,
    shelf: _Shelf,
    coins: list[str],
) -> Rule:
    """The rule of one mode for the account; `coins` of the wallet."""
    file = shelf.parameters.get(name)
    if isinstance(spec, Var):
        return shelf.rules[name]
    if isinstance(spec, ScenarioGrid):
        assert isinstance(file, Grid)
        return grid_table(loaded, path, account, spec, file)
    tables = shelf.rulebooks[name].tables
    positions = [Margined(p.symbol, p.leverage, p.mark, p.quote_usd or 1.0) for p in account.positions]
    if isinstance(spec, Unified):
        assert isinstance(file, UnifiedAccount)
        return unified_table(bracket_table(tables, positions, None), file.parameters, coins)
    return bracket_table(tables, positions, spec.closing_fee)
