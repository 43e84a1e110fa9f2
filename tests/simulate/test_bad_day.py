"""Outage, tightening, deleveraging, footprint and actions together, against the plain-Python twin."""

from collections import Counter
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pytest

from stresskit.domain import Deleveraging, Tile
from stresskit.liquidation import CloseAll
from stresskit.margin.tightened import tightened
from stresskit.simulate.blocks import Contender, Friction, Habits, Spell
from stresskit.simulate.isolated_life import AnyLiving, life_of
from tests.reference.account import close_all
from tests.reference.random_accounts import Case, Shape, case, explore
from tests.reference.venue import Day, Story, Tight, live_the_day

MONEY = ("terminal_equity", "lowest_equity", "fee", "fee_waived", "slippage", "shortfall")
BESIDES = {"adl_notional": "adl_notional", "adl_loss": "adl_loss", "top_up": "added", "cut_cost": "cut_cost"}
WHOLE = ("first_step", "closed_step", "trigger")
OUTAGE, TAKING = (6, 9), (4, 16)


class Drawn(NamedTuple):
    """A case with a day, as the kernels and as the twin see them."""

    found: Case
    rule: Any
    twin: Tight
    day: Day
    contender: Contender
    terms: Deleveraging


def drawn(shape: Shape) -> Drawn:
    """A random account on a random day."""
    found, rng = case(shape, "brackets"), np.random.default_rng([shape.seed, 7])
    gross, assets, n = found.account.gross(), shape.assets, shape.positions
    factor, trigger = float(rng.uniform(1, 3)), float(rng.choice([0.0, 1.2, 2.0]))
    terms = Deleveraging(
        float(rng.uniform(0.01, 0.2)),
        float(rng.choice([0.0, 0.02 * gross])),
        gross,
        float(rng.choice([0.5, 1.0])),
        float(rng.integers(2)),
        float(rng.choice([np.inf, 0.1 * gross])),
    )
    cap = rng.choice([np.inf, 0.05 * gross, 0.5 * gross], assets)
    cap[0] = 0.3 * gross  # under a limit a life is worked on once a step
    share = float(rng.choice([0.0, 0.5]))
    habits = Habits(
        0.05 * gross, float(rng.choice([0.0, 1.5, 3.0])), int(rng.integers(3)), 1,
        float(rng.uniform(0.1, 1)), float(rng.choice([0.0, 1.2, 2.0])), int(rng.integers(3)), 1,
    )  # fmt: skip
    entry = rng.uniform(0.8, 1.2, n)
    day = Day(
        frozenset(range(OUTAGE[0] + 1, OUTAGE[1])), range(TAKING[0] + 1, TAKING[1] + 1),
        terms.move, terms.fund, terms.notional, terms.share, terms.at_mark > 0, terms.most, entry.tolist(),
        share, cap.tolist(), habits.amount, habits.top_up_ratio, habits.top_up_delay,
        habits.share, habits.cut_ratio, habits.cut_delay,
    )  # fmt: skip
    rule = tightened(found.rule, factor, trigger, found.variance)
    contender = Contender(
        rule, CloseAll(), found.book, 0, None, habits, Friction(share, cap.astype(float)), entry
    )
    return Drawn(found, rule, Tight(found.twin, factor, trigger, found.variance), day, contender, terms)


def spell_at(one: Drawn, step: int) -> Spell | None:
    """The spell over the step after `step`."""
    taking = TAKING[0] <= step < TAKING[1]
    halted = OUTAGE[0] <= step < OUTAGE[1] - 1
    return Spell(
        step, step + 1, (one.contender,), (), halted=halted,
        terms=one.terms if taking else None, onset=TAKING[0] if taking else -1,
    )  # fmt: skip


def lived(one: Drawn, *, always: bool, watch: Any = None) -> Any:
    """Every path by the kernels, a step at a time."""
    found = one.found
    shape = (1, found.variance.size, found.paths)
    living = life_of(one.contender, found.variance, shape, True)
    calm = replace(one.contender, rule=one.rule._replace(factor=1.0))  # nobody is in breach before the day
    living.begin(calm, calm, found.variance, always)
    marks, step = np.ones(shape[1:]), 0
    for tile in found.tiles:
        for s in range(len(tile.marks)):
            piece = Tile(tile.marks[s : s + 1].copy(), tile.variance[s : s + 1].copy(), tile.multiplier)
            spell = spell_at(one, step)
            living.enter(spell, None, marks)
            state = snapshot(living)
            living.through(one.contender, piece, step, always, None, spell)
            if watch:
                watch(state, snapshot(living), marks, piece.marks[0])
            marks, step = piece.marks[0], step + 1
    living.settle()
    return living.record


def snapshot(living: AnyLiving) -> dict[str, np.ndarray]:
    names = ("fee", "slippage", "shortfall", "fund", "adl_loss", "adl_notional", "top_up", "cut_cost")
    block = {name: getattr(living.block, name).copy() for name in ("quantity", "equity", "shift")}
    return block | {name: getattr(living.record, name).copy() for name in names}


@pytest.mark.parametrize("examples", [40, pytest.param(400, marks=pytest.mark.long)])
def test_lives_are_those_of_the_twin(examples: int, figures: list[str]) -> None:
    tally: Counter[str] = Counter()

    def agree(shape: Shape) -> None:
        one = drawn(shape)
        full, certified = (lived(one, always=always) for always in (True, False))
        gross = one.found.account.gross()
        for b in range(one.found.paths):
            twin = live_the_day(one.found.account, one.twin, close_all, one.found.path(b), one.day)
            tally["lives"] += 1
            if twin.life.closest < 1e-9 * gross:
                tally["set aside"] += 1
                continue
            compare(full, certified, twin, b, gross)
            tally["liquidated"] += twin.life.first_step > 0
            tally["closed later than first breached"] += twin.life.closed_step > twin.life.first_step > 0
            tally["deleveraged"] += twin.adl_step > 0
            tally["topped up"] += twin.added > 0
            tally["reduced"] += twin.cut_cost > 0
            tally["marks moved"] += max(abs(s - 1) for s in twin.shift) > 0
            tally["shortfalls"] += twin.life.shortfall > 0

    tally = explore(agree, examples, tally)
    figures.append(f"lives on a bad day: {', '.join(f'{k} {v}' for k, v in tally.items())}")
    assert tally.pop("set aside", 0) <= 0.02 * tally["lives"]
    assert min(tally.values()) > 0.02 * tally["lives"], tally


def compare(full: Any, certified: Any, twin: Story, b: int, gross: float) -> None:
    for name in full._fields:
        if name != "lowest_ratio":
            assert getattr(full, name)[b] == getattr(certified, name)[b], name
    for name in WHOLE:
        assert getattr(full, name)[b] == getattr(twin.life, name), name
    assert full.adl_step[b] == twin.adl_step
    for name in MONEY:
        assert abs(getattr(full, name)[b] - getattr(twin.life, name)) <= 1e-9 * gross, name
    for name, other in BESIDES.items():
        assert abs(getattr(full, name)[b] - getattr(twin, other)) <= 1e-9 * gross, name
    assert full.lowest_ratio[b] == pytest.approx(twin.life.lowest_ratio, rel=1e-9, abs=1e-9)


def test_equity_is_conserved_on_every_path_and_step() -> None:
    """Price profit at the life's own marks, less every cost, plus what the owner adds and others bear."""
    seen: Counter[str] = Counter()
    for seed in range(6):
        one = drawn(Shape(seed, 3, 5, 0.1, 1.3, 0.0125, 3e-5, 0.02, 0.99, 0.005))
        asset, gross = one.found.book.asset, one.found.account.gross()

        def watch(
            old: dict[str, np.ndarray],
            new: dict[str, np.ndarray],
            before: np.ndarray,
            now: np.ndarray,
            asset: np.ndarray = asset,
            gross: float = gross,
        ) -> None:
            earned = (old["quantity"] * (old["shift"] * (now - before))[asset]).sum(axis=0)
            pressed = (new["quantity"] * ((new["shift"] - old["shift"]) * now)[asset]).sum(axis=0)
            spent = {k: new[k] - old[k] for k in ("fee", "slippage", "fund", "adl_loss", "cut_cost")}
            given = {k: new[k] - old[k] for k in ("top_up", "shortfall")}
            change = earned + pressed - sum(spent.values()) + sum(given.values())
            moved = (new["shift"] != old["shift"]).any(axis=0)
            later = (new["adl_notional"] != old["adl_notional"]) | (spent["cut_cost"] > 0)
            clear = ~(moved & later)  # what is closed after the own marks moved is closed at those
            gap = np.abs(new["equity"] - old["equity"] - change)
            assert gap[clear].max(initial=0.0) <= 1e-11 * gross
            seen["adl"] += int((spent["adl_loss"] != 0).sum())
            seen["slow"] += int(moved.sum())
            seen["added"] += int((given["top_up"] > 0).sum())

        lived(one, always=False, watch=watch)
    assert min(seen.values()) > 0, seen
