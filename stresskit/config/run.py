"""``Run``: everything one config file may say."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from stresskit.config.account import Account, NamedAccount
from stresskit.config.fault import misplaced
from stresskit.config.inventory import Inventory
from stresskit.config.limits import Limits
from stresskit.config.market import Market
from stresskit.config.model import Model
from stresskit.config.precision import Paths, Precision
from stresskit.liquidation.execution import Execution
from stresskit.margin import RuleSpec
from stresskit.measure.limits import Limit
from stresskit.scenario import ScenarioSpec
from stresskit.scenario.baseline import Baseline
from stresskit.spec import Duration, Name, Spec, duration_text

LONGEST_STEPS = 20_000


class Simulation(Spec):
    """``[simulation]``: how long, how fine, how many paths and from which seed.

    `between_steps`: whether breaches are also looked for between two steps, by a Brownian bridge.
    `paths`: how many, or ``"auto"``: as many as `precision` needs.
    `importance`: whether every other path is drawn toward the first account's loss, for tail figures.
    """

    horizon: Duration = 10 * 86400
    step: Duration = 3600
    between_steps: Literal["bridge", "none"] = "bridge"
    importance: Literal["none", "auto"] = "none"
    paths: Paths = 100_000
    precision: Precision | None = None
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 0
    block: Annotated[int, Field(ge=64, le=8192)] | None = None

    @model_validator(mode="after")
    def _whole_steps(self) -> "Simulation":
        for key in ("step", "horizon"):
            if getattr(self, key) == 0:
                raise misplaced(key, "a duration above zero")
        if self.horizon % self.step:
            raise misplaced("step", f"a step that divides the horizon of {duration_text(self.horizon)}")
        if self.steps > LONGEST_STEPS:
            raise misplaced("horizon", f"at most {LONGEST_STEPS} steps of {duration_text(self.step)}")
        return self

    @property
    def wanted(self) -> Precision:
        """What ``paths = "auto"`` looks for."""
        return self.precision or Precision()

    @property
    def steps(self) -> int:
        """Number of steps from the start to the horizon."""
        return self.horizon // self.step


class Comparison(Spec):
    """``[comparison]``: at equal efficiency each mode holds `buffer` times its initial requirement."""

    baseline: Name | None = None
    buffer: Annotated[float, Field(gt=0, le=1000)] = 2.0
    equal_efficiency: bool = True


def _calm() -> dict[str, ScenarioSpec]:
    return {"baseline": Baseline()}


class Run(Spec):
    """One run: market, model, accounts, margin modes, scenarios and limits.

    The first mode in the file is the baseline of the comparison unless ``comparison.baseline``
    names another; scenarios default to the calm model alone.
    """

    name: Name
    description: str = ""
    market: Market
    model: Model = Model()
    simulation: Simulation = Simulation()
    account: Account | None = None
    accounts: Annotated[tuple[NamedAccount, ...], Field(strict=False, min_length=1)] | None = None
    modes: Annotated[dict[Name, Annotated[RuleSpec, Field(discriminator="rule")]], Field(min_length=1)]
    scenarios: Annotated[dict[Name, ScenarioSpec], Field(min_length=1)] = Field(default_factory=_calm)
    comparison: Comparison = Comparison()
    execution: Execution = Execution()
    limits: Limits = Limits()
    inventory: Inventory | None = None

    def books(self) -> tuple[NamedAccount, ...]:
        """All accounts of the run; a single ``[account]`` is called ``account``."""
        if self.account is not None:
            fields = {key: getattr(self.account, key) for key in Account.model_fields}
            return (NamedAccount.model_construct(**fields, name="account", modes=None),)
        return self.accounts or ()

    def modes_of(self, account: NamedAccount) -> dict[str, RuleSpec]:
        """Margin modes of one account, its baseline first."""
        names = list(self.modes) if account.modes is None else list(account.modes)
        baseline = self.comparison.baseline
        names.sort(key=lambda name: name != baseline)
        return {name: self.modes[name] for name in names}

    def baseline_mode(self, account: NamedAccount | None = None) -> str:
        """Name of the mode that the others are compared with."""
        if account is None:
            return self.comparison.baseline or next(iter(self.modes))
        return next(iter(self.modes_of(account)))

    def baseline_scenario(self) -> str:
        """The first scenario of kind ``baseline``, or the first of all."""
        calm = (name for name, spec in self.scenarios.items() if spec.kind == "baseline")
        return next(calm, next(iter(self.scenarios)))

    def limits_list(self, account: NamedAccount | None = None) -> list[Limit]:
        """Every limit of one account with its mode and scenario; without an account, of the run.

        A limit that names no mode means the account's baseline mode; one that names a mode which
        the account is not run under does not concern it.
        """
        modes: Iterable[str] = self.modes if account is None else self.modes_of(account)
        found = [
            Limit(
                name=name,
                limit=bound.limit,
                mode=bound.mode or self.baseline_mode(account),
                scenario=bound.scenario or self.baseline_scenario(),
                own=bound.mode is not None,
            )
            for name, _, bound in self.limits.bounds()
        ]
        return [limit for limit in found if limit.mode in modes]

    def effective(self) -> dict[str, Any]:
        """All keys with their defaults, JSON-able, baseline spelled out; loads to the same run."""
        values = self.model_dump(mode="json", exclude_none=True)
        values["comparison"]["baseline"] = self.baseline_mode()
        for bounds in values["limits"].values():
            for bound in bounds:
                bound.setdefault("scenario", self.baseline_scenario())
        return values
