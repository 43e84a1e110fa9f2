"""Spells of another venue: what the effects of a scenario on the venue's side make of every contender."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from stresskit.config_file import Loaded
from stresskit.contract import STABLE
from stresskit.domain import Book, Float1D, StressedModel, VenueStress
from stresskit.errors import ConfigError, Problem
from stresskit.margin.tightened import Tightened, tightened
from stresskit.margin.unified import UnifiedTable
from stresskit.pipeline.accounts import Prepared
from stresskit.pipeline.carry import STATED_S, Courses
from stresskit.scenario import effects_of
from stresskit.scenario.depeg import Depeg
from stresskit.scenario.funding_spike import FundingSpike
from stresskit.simulate.blocks import Contender, Peg, Spell

Owned = tuple[Prepared, Contender]


class Scene(NamedTuple):
    """What spells are built on: names and long-run variances of the simulated assets, and their factors."""

    assets: Sequence[str]
    long_run: Float1D
    courses: Courses


def refuse_what_does_nothing(loaded: Loaded, accounts: Sequence[Prepared], courses: Courses) -> None:
    """Refuse a funding spike without funding, and a lost peg of what no account holds.

    Raises
    ------
    ConfigError
        At the key of the effect.
    """
    problems = []
    for name, spec in loaded.run.scenarios.items():
        off: list[Depeg] = []
        for place, effect in effects_of(spec):
            key = ("scenarios", name, *place)
            if isinstance(effect, Depeg) and any(_dollars(a, effect.asset) for a in accounts):
                if any(_together(effect, one) for one in off if one.asset != effect.asset):
                    problems.append(
                        loaded.source.problem((*key, "asset"), "one dollar token at a time off its peg")
                    )
                off.append(effect)
            if isinstance(effect, FundingSpike) and (fault := _unpaid(effect, courses)):
                problems.append(loaded.source.problem((*key, "rate"), fault))
            if isinstance(effect, Depeg) and not any(_holds(a, effect.asset) for a in accounts):
                expected = f"an asset of some balance, or in which contracts settle: {effect.asset} is none"
                problems.append(loaded.source.problem((*key, "asset"), expected))
    if problems:
        raise ConfigError(list[Problem](problems))


def _unpaid(effect: FundingSpike, courses: Courses) -> str:
    if courses.funding is None:
        return '[model] funding = { kind = "simulated" } beside it: this run pays no funding'
    rates = effect.rate if isinstance(effect.rate, dict) else {}
    missing = [asset for asset in rates if asset not in courses.funding]
    return f"assets that some perpetual is on, not {', '.join(missing)}" if missing else ""


def _together(one: Depeg, other: Depeg) -> bool:
    """Whether two effects are in force at the same time."""
    ends = [np.inf if e.duration is None else e.onset + e.duration for e in (one, other)]
    return one.onset < ends[1] and other.onset < ends[0]


def _dollars(account: Prepared, asset: str) -> bool:
    """Whether the account's cash is in the asset, or part of it."""
    balance = account.balances.get(asset)
    return asset in STABLE or (balance is not None and balance.factor in STABLE)


def _holds(account: Prepared, asset: str) -> bool:
    return asset in account.balances or asset in account.spec.settles


def spells(
    stressed: StressedModel, lives: Sequence[Owned], accounts: Sequence[Prepared], scene: Scene
) -> tuple[Spell, ...]:
    """The stretches over which some stress of the venue is in force, in order; none overlap."""
    edges = sorted({edge for one in stressed.venue for edge in _edges(one)})
    found = []
    for first, last in pairwise(edges):
        active = [one for one in stressed.venue if one.first <= first < one.last]
        if active:
            found.append(_spell(first, last, active, lives, accounts, scene))
    return tuple(found)


def _edges(one: VenueStress) -> tuple[int, ...]:
    return (one.first, one.last - 1, one.last) if one.halted else (one.first, one.last)


def _spell(
    first: int,
    last: int,
    active: Sequence[VenueStress],
    lives: Sequence[Owned],
    accounts: Sequence[Prepared],
    scene: Scene,
) -> Spell:
    own = [(a, a.book) for a in accounts]
    everyone = [(account, contender.book) for account, contender in lives] + own
    taking = next((one for one in active if one.deleveraging), None)
    worth = _worth(active)
    return Spell(
        first,
        last,
        tuple(_under(active, worth, account, contender, scene) for account, contender in lives),
        tuple(_counted(a.book, worth, a, active) for a in accounts),
        halted=any(one.halted and last < one.last for one in active),
        blind=any(one.halted for one in active),
        funding=_added_funding(active, scene),
        pegs=tuple(_pegs(everyone, worth)),
        terms=taking.deleveraging if taking else None,
        onset=taking.first if taking else -1,
    )


def _worth(active: Sequence[VenueStress]) -> dict[str, float]:
    """What is left of the worth of each asset."""
    found: dict[str, float] = {}
    for one in active:
        for asset, part in one.worth.items():
            found[asset] = found.get(asset, 1.0) * part
    return found


def _under(
    active: Sequence[VenueStress],
    worth: Mapping[str, float],
    account: Prepared,
    contender: Contender,
    scene: Scene,
) -> Contender:
    """The contender as the stressed venue treats it."""
    depth = float(np.prod([one.depth for one in active]))
    spread = float(np.prod([one.spread for one in active]))
    rule, factors = contender.rule, [one for one in active if one.margin != 1.0]
    for place, one in enumerate(factors):
        known = _plain(rule) if place == 0 else rule
        rule = tightened(known, one.margin, one.trigger, scene.long_run)
    book = _counted(contender.book, worth, account, active)
    book = book._replace(half_spread=book.half_spread * spread, impact=book.impact / np.sqrt(depth))
    return replace(contender, rule=rule, book=book)


def _plain(rule: Any) -> Any:
    """The rule as its venue has it, of one that `loosened` made ready."""
    if isinstance(rule, UnifiedTable):
        return rule._replace(brackets=_plain(rule.brackets))
    return rule.rule if isinstance(rule, Tightened) else rule


def loosened(contender: Contender, scene: Scene) -> Contender:
    """The contender of a run that tightens in some scenario, in the others: one kernel for all of them."""
    return replace(contender, rule=tightened(contender.rule, 1.0, 0.0, scene.long_run))


def _counted(
    book: Book, worth: Mapping[str, float], account: Prepared, active: Sequence[VenueStress]
) -> Book:
    """The book as the venue counts its coins; what is owed stays owed."""
    wallet, every = book.wallet, float(np.prod([one.counted for one in active]))
    coins = [b.asset for b in account.balances.values() if b.factor not in STABLE]
    part = every * np.array([worth.get(coin, 1.0) for coin in coins], dtype=float)
    value = np.where(wallet.value > 0.0, part, 1.0) * wallet.value
    return book._replace(wallet=wallet._replace(value=value))


def _added_funding(active: Sequence[VenueStress], scene: Scene) -> Float1D | None:
    """Rates (assets,) an interval of each factor."""
    if not any(one.funding for one in active):
        return None
    found, courses = np.zeros(len(scene.assets)), scene.courses.funding or {}
    for one in active:
        for asset, rate in one.funding.items():
            if asset in courses:
                interval = courses[asset].recursion.interval_s
                found[list(scene.assets).index(asset)] += rate * interval / STATED_S
    return found


def _pegs(everyone: Sequence[tuple[Prepared, Book]], worth: Mapping[str, float]) -> Iterator[Peg]:
    """What every book holds in the dollar token that is off its peg, if one is."""
    for asset in worth:
        if any(_dollars(account, asset) for account, _ in everyone):
            yield from (_peg(account, book, asset, worth[asset]) for account, book in everyone)


def _peg(account: Prepared, book: Book, asset: str, worth: float) -> Peg:
    """Every token keeps its share of the cash; profit is in the one in which contracts settle."""
    dollars = {name: b.counted for name, b in account.balances.items() if b.factor in STABLE}
    total, cash = sum(dollars.values()), book.cash + float(book.quantity.sum())
    own = cash * dollars.get(asset, 0.0) / total if total > 0.0 else 0.0
    settled = [p.contract.kind == "linear" and p.contract.settle == asset for p in account.spec.positions]
    return Peg(own, cash - own, any(settled), np.where(settled, 0.0, 1.0), worth)
