"""Everything of a run that is known before the first path is drawn."""

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stresskit.config.precision import AUTO
from stresskit.config_file import Loaded
from stresskit.domain import Float1D, Int1D, StressedModel, VenueStress
from stresskit.errors import ConfigError
from stresskit.numerics.jit import package_sha256
from stresskit.pipeline.accounts import Prepared, prepare_accounts, used_assets
from stresskit.pipeline.carry import Courses, factors, read_courses
from stresskit.pipeline.draws import exposures, held, net_exposure, stretches
from stresskit.pipeline.efficiency import Endowed, endow
from stresskit.pipeline.margin_now import margin_object
from stresskit.pipeline.market import MarketState, read_market
from stresskit.pipeline.moves import with_moves
from stresskit.pipeline.pledged import pledge_names
from stresskit.pipeline.spells import Scene, loosened, refuse_what_does_nothing, spells
from stresskit.pipeline.tapes import with_tape
from stresskit.pipeline.transfers import transfers_between
from stresskit.results import EQUAL_COLLATERAL, EQUAL_EFFICIENCY, PLEDGED, Life, life, market
from stresskit.scenario import effects_of, stress
from stresskit.scenario.correlation_breakdown import CorrelationBreakdown, agrees
from stresskit.simulate.blocks import Contender, Plan, Stretch
from stresskit.simulate.carry_draws import Carry


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """The market, the accounts under their modes, and the stressed models."""

    loaded: Loaded
    market: MarketState
    used: Int1D
    variance: Float1D
    accounts: list[Prepared]
    endowed: dict[str, list[Endowed]]
    stressed: dict[str, StressedModel]
    courses: Courses

    @property
    def listed(self) -> bool:
        """Whether the config has ``[[accounts]]``."""
        return self.loaded.run.account is None

    @property
    def assets(self) -> list[str]:
        """Names of the simulated assets."""
        return [self.market.model.assets[i] for i in self.used]

    def lives(self) -> list[tuple[Life, Contender]]:
        """Every account's life under every mode on both bases, in a fixed order."""
        found: list[tuple[Life, Contender]] = []
        for account in self.accounts:
            stated = [(m.name, EQUAL_COLLATERAL, m.contender) for m in account.modes.values()]
            stated += [(e.name, EQUAL_EFFICIENCY, e.contender) for e in self.endowed[account.name]]
            kinds = (*self.recorded, PLEDGED) if self.pledged(account) else self.recorded
            found += [
                (life(account.name, n, basis, listed=self.listed)._replace(carried=kinds), c)
                for n, basis, c in stated
            ]
        return found

    def pledged(self, account: Prepared) -> dict[int, str]:
        """What of the account's collateral can bring it to a breach, by the index that is recorded."""
        return pledge_names(account, self._stresses())

    @property
    def recorded(self) -> tuple[str, ...]:
        """What the run records besides: funding, basis, deleveraging, actions, transfers."""
        acts = [account.spec.actions for account in self.accounts if account.spec.actions]
        besides = {
            "adl": any(one.deleveraging for one in self._stresses()),
            "actions": any(one.top_up or one.deleverage for one in acts),
            "transfers": any(one.transfer for one in acts),
        }
        return (*self.courses.kinds, *(kind for kind, had in besides.items() if had))

    def _stresses(self) -> list[VenueStress]:
        """What all scenarios change on the venue's side."""
        return [one for found in self.stressed.values() for one in found.venue]

    def markets(self) -> list[Life]:
        """Every account's book without margin."""
        return [
            market(account.name, listed=self.listed, assets=[self.assets[i] for i in held(account.book)])
            for account in self.accounts
        ]

    def importance(self) -> Float1D | None:
        """Net exposures (assets,) of the first account, toward whose loss paths are drawn, if any."""
        if self.loaded.run.simulation.importance == "none":
            return None
        exposure = np.zeros(self.used.size)
        np.add.at(exposure, *exposures(self.accounts[0].book))
        return exposure

    def plan(self, scenario: str, *, always: bool = False) -> Plan:
        """What to simulate for one scenario.

        Raises
        ------
        ConfigError
            If the number of paths is not known: only a run looks for its own.
        """
        if self.loaded.run.simulation.paths == AUTO:
            expected = "a number of paths: only `stresskit run` finds its own"
            raise ConfigError([self.loaded.source.problem(("simulation", "paths"), expected)])
        owners = {account.name: account for account in self.accounts}
        lives = [(owners[one.account], contender) for one, contender in self.lives()]
        long_run = self.market.model.marginals.long_run_variance[self.used].copy()
        scene = Scene(self.assets, long_run, self.courses)
        if any(one.margin != 1.0 for one in self._stresses()):
            lives = [(account, loosened(contender, scene)) for account, contender in lives]
        return Plan(
            self._stretches(scenario),
            tuple(contender for _, contender in lives),
            tuple(account.book for account in self.accounts),
            self.variance,
            self.loaded.run.simulation.seed,
            always,
            self.loaded.run.simulation.between_steps == "bridge",
            self._carry(),
            spells(self.stressed[scenario], lives, self.accounts, scene),
            "adl" in self.recorded,
            transfers_between(self.accounts, [one for one, _ in self.lives()]),
        )

    def _stretches(self, scenario: str) -> tuple[Stretch, ...]:
        single = self.loaded.run.model.arithmetic == "float32"
        return stretches(self.market, self.stressed[scenario], self.used, self.importance(), single)

    def _carry(self) -> Carry | None:
        """What is drawn beside the returns."""
        if not self.courses.kinds:
            return None
        dues = tuple(account.dues for account in self.accounts if account.dues is not None)
        return Carry(*factors(self.courses, self.market, self.used), dues)

    def margin(self) -> dict[str, dict[str, Any]]:
        """The margin of every account under every mode now."""
        return {
            account.name: {
                name: margin_object(account, mode, self.variance, self.assets)
                for name, mode in account.modes.items()
            }
            for account in self.accounts
        }

    def hashes(self) -> dict[str, str]:
        """Hashes of the effective config, of all data it stands on, and of the package."""
        rulebooks = {m.rulebook.sha256 for a in self.accounts for m in a.modes.values() if m.rulebook}
        rulebooks |= {m.parameters.sha256 for a in self.accounts for m in a.modes.values() if m.parameters}
        rulebooks |= {stressed.tape.sha256 for stressed in self.stressed.values() if stressed.tape}
        return {
            "config": _sha256(json.dumps(self.loaded.effective, sort_keys=True)),
            "data": _sha256(" ".join([self.market.snapshot.sha256, *sorted(rulebooks)])),
            "package": package_sha256(),
        }

    def run_id(self) -> str:
        """Twelve digits that name the run by what it was made from."""
        return _sha256(" ".join(self.hashes().values()))[:12]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _one_break_for_all(loaded: Loaded, accounts: list[Prepared], used: Int1D, net: Float1D) -> None:
    """Refuse a break toward the signs of all accounts together that would relieve one of them."""
    breaks = [
        ("scenarios", name, *place, "toward")
        for name, spec in loaded.run.scenarios.items()
        for place, effect in effects_of(spec)
        if isinstance(effect, CorrelationBreakdown) and effect.toward == "every_leg_loses"
    ]
    for path in breaks:
        for account in accounts:
            own = net_exposure([exposures(account.book)], used, net.size)
            if not agrees(own, net):
                expected = (
                    f'accounts whose legs have the same signs; those of "{account.name}" differ from the '
                    "sum of all accounts, so its legs would not lose together: run it by itself"
                )
                raise ConfigError([loaded.source.problem(path, expected)])


def prepare(loaded: Loaded, market: MarketState | None = None) -> Setting:
    """Read the market (or take the one given), build the accounts, stress the model.

    Raises
    ------
    ConfigError
        If the config asks for what the snapshot or a rulebook does not hold.
    DataError
        If a data file cannot be used.
    """
    run = loaded.run
    state = market or read_market(loaded)
    used = used_assets(loaded, state)
    courses = read_courses(loaded, state)
    accounts = prepare_accounts(loaded, state, used, courses)
    variance = state.start_variance[used].copy()
    each = [exposures(account.book) for account in accounts]
    net = net_exposure(each, used, len(state.model.assets))
    _one_break_for_all(loaded, accounts, used, net)
    refuse_what_does_nothing(loaded, accounts, courses)
    return Setting(
        loaded,
        state,
        used,
        variance,
        accounts,
        {
            account.name: endow(account, run.comparison.buffer, variance)
            if run.comparison.equal_efficiency
            else []
            for account in accounts
        },
        _stressed(loaded, state, used, net),
        courses,
    )


def restressed(setting: Setting, loaded: Loaded) -> Setting:
    """The same market and accounts under the scenarios of `loaded`, which differs in nothing else.

    Raises
    ------
    ConfigError
        If a scenario cannot be had.
    """
    held = [exposures(account.book) for account in setting.accounts]
    net = net_exposure(held, setting.used, len(setting.market.model.assets))
    return replace(setting, loaded=loaded, stressed=_stressed(loaded, setting.market, setting.used, net))


def _stressed(loaded: Loaded, state: MarketState, used: Int1D, net: Float1D) -> dict[str, StressedModel]:
    """What every scenario makes of the model; a refusal stands at the scenario's key."""
    found, steps = {}, loaded.run.simulation.steps
    for name, spec in loaded.run.scenarios.items():
        try:
            moved = with_moves(state, used, stress(spec, state.model, steps, net))
            found[name] = with_tape(loaded, state, used, name, moved)
        except ValueError as error:
            raise ConfigError([loaded.source.problem(("scenarios", name), str(error))]) from None
        except ConfigError as error:
            placed = [
                p if p.where else loaded.source.problem(("scenarios", name, *_key_path(p.key)), p.expected)
                for p in error.problems
            ]
            raise ConfigError(placed) from None
    return found


def _key_path(key: str) -> tuple[str | int, ...]:
    """Keys of a dotted key; a number is a place in a list."""
    return tuple(int(part) if part.isdigit() else part for part in key.split("."))
