"""Funding and basis of a run: which factors are drawn, from what the market and the config say."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from stresskit.config.account import Position
from stresskit.config.carry import Basis, Funding
from stresskit.config_file import Loaded
from stresskit.domain import Int1D
from stresskit.errors import ConfigError, Problem
from stresskit.model.factor import Factor, Recursion, build_factor, unmoved
from stresskit.numerics.philox import BASIS, FUNDING
from stresskit.pipeline.market import MarketState

STATED_S = 8 * 3600  # interval of the funding rates of a config
KeyPath = tuple[str | int, ...]


class Course(NamedTuple):
    """One factor of one asset in this run: its recursion as calibrated, and where it starts."""

    recursion: Recursion
    start: float


class Courses(NamedTuple):
    """Every asset's factors, None for a kind that the run does not use."""

    funding: dict[str, Course] | None
    basis: dict[str, Course] | None

    @property
    def kinds(self) -> tuple[str, ...]:
        """Names of what is carried: they are also those of the outcome columns."""
        return tuple(kind for kind, found in self._asdict().items() if found is not None)


def is_perpetual(position: Position) -> bool:
    """Whether a position is a contract that never expires."""
    return position.contract.kind != "spot" and position.contract.expiry is None


def read_courses(loaded: Loaded, market: MarketState) -> Courses:
    """The factors that the config asks for.

    Raises
    ------
    ConfigError
        If an asset has none calibrated and none stated, a stated one is on no perpetual, the run holds
        none, or a dated contract is to be marked with a basis.
    """
    model = loaded.run.model
    if model.based:
        _refuse_dated(loaded)
    return Courses(
        _courses(loaded, market, "funding", model.pays), _courses(loaded, market, "basis", model.based)
    )


def _refuse_dated(loaded: Loaded) -> None:
    single = loaded.run.account is not None
    expected = "a perpetual or spot: the basis of a dated contract is not modelled; leave out model.basis"
    problems = [
        loaded.source.problem(
            (*(("account",) if single else ("accounts", n)), "positions", i, "symbol"), expected
        )
        for n, account in enumerate(loaded.run.books())
        for i, position in enumerate(account.positions)
        if position.contract.expiry is not None
    ]
    if problems:
        raise ConfigError(problems)


def _courses(
    loaded: Loaded, market: MarketState, kind: str, said: Funding | Basis | None
) -> dict[str, Course] | None:
    if said is None:
        return None
    assets = {p.asset: None for account in loaded.run.books() for p in account.positions if is_perpetual(p)}
    problems = list(_misplaced(loaded, market, kind, said, list(assets)))
    if problems:
        raise ConfigError(problems)
    return {
        asset: _course(market, kind, said, asset) for asset in sorted(assets, key=market.model.assets.index)
    }


def _misplaced(
    loaded: Loaded, market: MarketState, kind: str, said: Funding | Basis, assets: list[str]
) -> Iterator[Problem]:
    problem = loaded.source.problem
    if not assets:
        yield problem(("model", kind, "kind"), '"off": the run holds no perpetual')
    for key in ("constant", "initial"):
        for asset in getattr(said, key):
            if asset not in assets:
                yield problem(("model", kind, key, asset), "an asset that some perpetual of the run is on")
    calibrated = market.snapshot.factors
    missing = [a for a in assets if a not in said.constant and kind not in calibrated.get(a, {})]
    if missing:
        known = ", ".join(a for a in market.model.assets if kind in calibrated.get(a, {})) or "no asset"
        expected = f"a value for {', '.join(missing)}: the market has a calibrated {kind} of {known}"
        yield problem(("model", kind, "constant"), expected)


def _course(market: MarketState, kind: str, said: Funding | Basis, asset: str) -> Course:
    if asset in said.constant:
        value = said.constant[asset]
        return Course(unmoved(value, STATED_S), value)
    found: Mapping[str, Any] = market.snapshot.factors[asset][kind]
    names = ("interval_s", "mean", "persistence", "loading", "noise_scale")
    nu = np.inf if found["nu"] is None else float(found["nu"])
    recursion = Recursion(**{name: float(found[name]) for name in names}, nu=nu)
    scale = recursion.interval_s / STATED_S if kind == "funding" else 1.0
    return Course(recursion, said.initial[asset] * scale if asset in said.initial else recursion.mean)


def factor_of(
    courses: dict[str, Course] | None, purpose: np.uint64, market: MarketState, used: Int1D
) -> Factor | None:
    """Arrays from which one kind is drawn at the step of the market."""
    if courses is None:
        return None
    places = [market.model.assets.index(asset) for asset in courses]
    steps = [_at_step(course.recursion, market.model.step_s) for course in courses.values()]
    start = np.array([course.start for course in courses.values()])
    return build_factor(int(purpose), used, places, steps, start)


def _at_step(recursion: Recursion, step_s: int) -> Recursion:
    return recursion.over(step_s) if recursion.persistence > 0 else recursion


def factors(courses: Courses, market: MarketState, used: Int1D) -> tuple[Factor | None, Factor | None]:
    """What the engine draws of funding and of basis."""
    return factor_of(courses.funding, FUNDING, market, used), factor_of(courses.basis, BASIS, market, used)
