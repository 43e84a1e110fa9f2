"""What must hold between the tables of a run; each check names the tables it needs.

A check runs when all of its tables are valid by themselves, so that one faulty table does not
hide the faults of the others.
"""

from collections.abc import Callable, Iterator, Mapping

from stresskit.config.account import Account, NamedAccount
from stresskit.config.fault import Fault, choice
from stresskit.config.limits import Limits
from stresskit.config.market import FileMarket, SnapshotMarket
from stresskit.config.model import Grouped, Historical, Model
from stresskit.config.precision import AUTO
from stresskit.config.run import Comparison, Simulation
from stresskit.config.transfers import transfers_fit
from stresskit.margin import RuleSpec
from stresskit.margin.var import Var
from stresskit.policy import foreign
from stresskit.scenario import ScenarioSpec, effects_of
from stresskit.spec import duration_text

Accounts = tuple[NamedAccount, ...] | None
Modes = Mapping[str, RuleSpec]
Scenarios = Mapping[str, ScenarioSpec]
Check = Callable[..., Iterator[Fault]]
STARTS = frozenset({"onset", "at"})  # keys of a scenario that say when it begins
SPANS = frozenset({"duration", "decay", "over"})  # and how long it takes


def account_or_accounts(account: Account | None, accounts: Accounts) -> Iterator[Fault]:
    """A run has either one account or a list of them."""
    if account and accounts:
        yield Fault(("accounts",), "either [account] or [[accounts]], not both")
    if not account and not accounts:
        yield Fault(("account",), "this table is required (or [[accounts]])")


def account_names(accounts: Accounts) -> Iterator[Fault]:
    """No two accounts share a name."""
    seen: set[str] = set()
    for place, account in enumerate(accounts or ()):
        if account.name in seen:
            yield Fault(("accounts", place, "name"), f'a name of its own; "{account.name}" is taken')
        seen.add(account.name)


def account_modes(accounts: Accounts, modes: Modes) -> Iterator[Fault]:
    """An account is run under modes that exist, each once."""
    for place, account in enumerate(accounts or ()):
        names = account.modes or ()
        for index, name in enumerate(names):
            if name not in modes or name in names[:index]:
                fault = "each mode once" if name in modes else choice(modes, name)
                yield Fault(("accounts", place, "modes", index), fault)


def mode_names(modes: Modes) -> Iterator[Fault]:
    """Names that the results use for something else."""
    for name in modes:
        if name == "market" or name.endswith("_max_leverage"):
            yield Fault(("modes", name), f'another name; "{name}" has a meaning of its own in the results')


def baseline_exists(comparison: Comparison, modes: Modes) -> Iterator[Fault]:
    """The baseline is a mode of the run."""
    if comparison.baseline and comparison.baseline not in modes:
        yield Fault(("comparison", "baseline"), choice(modes, comparison.baseline))


def half_life(market: SnapshotMarket | FileMarket, simulation: Simulation) -> Iterator[Fault]:
    """The guard of a calibration on the way is not below one step."""
    if isinstance(market, FileMarket) and market.max_half_life < simulation.step:
        yield Fault(("market", "max_half_life"), f"at least one step of {duration_text(simulation.step)}")


def dependence_has_its_data(model: Model, market: SnapshotMarket | FileMarket) -> Iterator[Fault]:
    """A bootstrap needs the history, which no snapshot holds; groups are needed where they are fitted."""
    dependence = model.dependence
    if isinstance(dependence, Historical) and isinstance(market, SnapshotMarket):
        reason = "it draws from the price history, and a snapshot holds parameters only"
        yield Fault(("model", "dependence", "kind"), f'another kind, or [market] source = "files": {reason}')
    if "historical" in model.envelope and isinstance(market, SnapshotMarket):
        reason = '"historical" draws from the price history, and a snapshot holds parameters only'
        place = model.envelope.index("historical")
        yield Fault(("model", "envelope", place), f'another model, or [market] source = "files": {reason}')
    if isinstance(dependence, Grouped) and dependence.groups is None and isinstance(market, FileMarket):
        yield Fault(("model", "dependence", "groups"), 'this key is required with source = "files"')


def precision_concerns(
    simulation: Simulation, modes: Modes, scenarios: Scenarios, accounts: Accounts
) -> Iterator[Fault]:
    """What paths = "auto" looks at is there, and nothing is asked where the paths are stated."""
    wanted, at = simulation.wanted, ("simulation", "precision")
    if simulation.paths != AUTO and simulation.precision:
        yield Fault(at, 'no such table, or paths = "auto": the number of paths is stated')
    if wanted.mode and wanted.mode not in modes:
        yield Fault((*at, "mode"), choice(modes, wanted.mode))
    if wanted.scenario and wanted.scenario not in scenarios:
        yield Fault((*at, "scenario"), choice(scenarios, wanted.scenario))
    owners = {one.name: one.modes or tuple(modes) for one in accounts or ()} or {"account": tuple(modes)}
    if wanted.account and wanted.account not in owners:
        yield Fault((*at, "account"), choice(owners, wanted.account))
    owner = wanted.account or next(iter(owners))
    if wanted.mode in modes and owner in owners and wanted.mode not in owners[owner]:
        yield Fault((*at, "mode"), f'a mode that "{owner}" is run under')


def single_precision_is_not_tilted(model: Model, simulation: Simulation) -> Iterator[Fault]:
    """Importance sampling moves the normals of double precision alone."""
    if model.arithmetic == "float32" and simulation.importance != "none":
        yield Fault(("model", "arithmetic"), '"float64", or [simulation] importance = "none"')


def margin_periods(modes: Modes, simulation: Simulation) -> Iterator[Fault]:
    """A margin period is a whole number of steps."""
    for name, rule in modes.items():
        if isinstance(rule, Var) and (rule.margin_period == 0 or rule.margin_period % simulation.step):
            step = duration_text(simulation.step)
            yield Fault(("modes", name, "margin_period"), f"a whole number of steps of {step}, at least one")


def scenario_times(scenarios: Scenarios, simulation: Simulation) -> Iterator[Fault]:
    """An effect starts before the horizon and lasts whole steps."""
    step, horizon = duration_text(simulation.step), duration_text(simulation.horizon)
    for name, scenario in scenarios.items():
        for place, effect in effects_of(scenario):
            path = ("scenarios", name, *place)
            for key in STARTS.intersection(type(effect).model_fields):
                if getattr(effect, key) >= simulation.horizon:
                    yield Fault((*path, key), f"before the horizon of {horizon}")
                if getattr(effect, key) % simulation.step:
                    yield Fault((*path, key), f"a whole number of steps of {step}")
            for key in SPANS.intersection(type(effect).model_fields):
                if (span := getattr(effect, key)) is not None and span % simulation.step:
                    yield Fault((*path, key), f"a whole number of steps of {step}, at least one")
            if getattr(effect, "duration", None) == 0:
                yield Fault((*path, "duration"), f"a whole number of steps of {step}, at least one")


def action_delays(account: Account | None, accounts: Accounts, simulation: Simulation) -> Iterator[Fault]:
    """An owner acts after whole steps."""
    owners = (
        [(("account",), account)] if account else [(("accounts", i), a) for i, a in enumerate(accounts or ())]
    )
    for path, owner in owners:
        for key in ("top_up", "deleverage", "transfer"):
            action = getattr(owner.actions, key, None)
            if action is not None and action.delay % simulation.step:
                expected = f"a whole number of steps of {duration_text(simulation.step)}"
                yield Fault((*path, "actions", key, "delay"), expected)


def steps_fit(modes: Modes) -> Iterator[Fault]:
    """Parameters of a policy stand beside its name and are its own."""
    for name, rule in modes.items():
        steps = getattr(rule, "steps", None)
        if steps is None:
            continue
        if rule.liquidation == "venue":
            yield Fault(("modes", name, "liquidation"), "the name of a policy beside its steps")
        else:
            for key, expected in foreign(rule.liquidation, steps):
                yield Fault(("modes", name, "steps", key), expected)


def limits_concern(limits: Limits, modes: Modes, accounts: Accounts) -> Iterator[Fault]:
    """Some account is run under the mode that a limit names."""
    used = {name for account in accounts or () for name in account.modes or modes} if accounts else set(modes)
    for name, place, bound in limits.bounds():
        if bound.mode in modes and bound.mode not in used:
            yield Fault(("limits", name, place, "mode"), "a mode that some account is run under")


def limits_exist(limits: Limits, modes: Modes, scenarios: Scenarios) -> Iterator[Fault]:
    """A limit names a mode and a scenario of the run."""
    for name, place, bound in limits.bounds():
        if bound.mode and bound.mode not in modes:
            yield Fault(("limits", name, place, "mode"), choice(modes, bound.mode))
        if bound.scenario and bound.scenario not in scenarios:
            yield Fault(("limits", name, place, "scenario"), choice(scenarios, bound.scenario))


CHECKS: tuple[Check, ...] = (
    account_or_accounts,
    account_names,
    account_modes,
    mode_names,
    baseline_exists,
    half_life,
    dependence_has_its_data,
    single_precision_is_not_tilted,
    margin_periods,
    scenario_times,
    action_delays,
    transfers_fit,
    limits_exist,
    limits_concern,
    precision_concerns,
    steps_fit,
)
