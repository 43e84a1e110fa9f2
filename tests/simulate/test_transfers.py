"""Money moved between accounts, against the plain-Python twin; and what it may never do."""

from collections import Counter
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest

from stresskit.liquidation import CloseAll
from stresskit.margin.tightened import tightened
from stresskit.simulate.blocks import Contender, Friction, Habits, Plan, Transfer
from stresskit.simulate.living import Living
from stresskit.simulate.transfers import walk_together
from tests.reference.account import Account, close_all
from tests.reference.random_accounts import Case, Shape, case, explore
from tests.reference.transfers import Call, Pair, live_both

MONEY = ("terminal_equity", "lowest_equity", "fee", "fee_waived", "slippage", "shortfall")
WHOLE = ("first_step", "closed_step", "trigger")


class Both(NamedTuple):
    """Two random accounts on one market, and how the second sends for money of the first."""

    cases: tuple[Case, Case]
    contenders: tuple[Contender, Contender]
    entry: np.ndarray
    call: Call

    @property
    def accounts(self) -> list[Account]:
        return [one.account for one in self.cases]


def drawn(shape: Shape) -> Both:
    rng = np.random.default_rng([shape.seed, 13])
    rich = case(shape._replace(seed=shape.seed + 1, wealth=4.0), "brackets")
    poor = case(shape, "brackets")
    gross, n = poor.account.gross(), shape.positions
    call = Call(
        float(rng.uniform(0.01, 0.2)) * gross,
        float(rng.choice([1.2, 2.0, 4.0])),
        int(rng.integers(3)),
        int(rng.integers(1, 4)),
        float(rng.choice([1.0, 1.5])),
    )
    entry, lives = rng.uniform(0.95, 1.05, n), []
    habits = (Habits(), Habits(call_ratio=call.ratio, call_delay=call.delay, call_times=call.times))
    for one, own in zip((rich, poor), habits, strict=True):
        rule = tightened(one.rule, 1.0, 0.0, one.variance)  # as on a bad day: one kernel for both files
        friction = Friction(0.0, np.full(shape.assets, np.inf))
        lives.append(Contender(rule, CloseAll(), one.book, 0, None, own, friction, entry))
    return Both((rich, poor), (lives[0], lives[1]), entry, call)


def lived(both: Both, *, always: bool) -> list[Living]:
    """Both accounts by the kernels, on the marks of the second's case."""
    poor = both.cases[1]
    transfer = Transfer(0, 1, both.call.amount, both.call.keep)
    plan = Plan((), both.contenders, (), poor.variance, 0, always=always, transfers=(transfer,))
    shape = (10, poor.variance.size, poor.paths)
    lives = [Living(one, poor.variance, shape, True) for one in both.contenders]
    for one, contender in zip(lives, both.contenders, strict=True):
        one.begin(contender, contender, poor.variance, always)
    step = 0
    for tile in poor.tiles:
        walk_together(plan, tile, step, lives, None, [0, 0])
        step += len(tile.marks)
    return lives


@pytest.mark.parametrize("examples", [25, pytest.param(250, marks=pytest.mark.long)])
def test_accounts_live_as_the_twins_do(examples: int, figures: list[str]) -> None:
    tally: Counter[str] = Counter()

    def agree(shape: Shape) -> None:
        both = drawn(shape)
        full, certified = (lived(both, always=always) for always in (True, False))
        gross = sum(account.gross() for account in both.accounts)
        for b in range(both.cases[1].paths):
            rules = [one.twin for one in both.cases]
            path = both.cases[1].path(b)
            twin = live_both(both.accounts, rules, close_all, path, both.entry.tolist(), both.call)
            tally["lives"] += 1
            if min(twin.closest, twin.giver.life.closest, twin.taker.life.closest) < 1e-9 * gross:
                tally["set aside"] += 1
                continue
            compare(full, certified, twin, b, gross)
            tally["sent"] += twin.given > 0
            tally["several times"] += twin.woken > 1
            tally["on its way at the end"] += twin.under_way > 0
            tally["taker shut"] += twin.taker.life.closed_step > 0
            tally["both shut"] += twin.giver.life.closed_step > 0 < twin.taker.life.closed_step

    tally = explore(agree, examples, tally)
    figures.append(f"accounts that send money: {', '.join(f'{k} {int(v)}' for k, v in tally.items())}")
    assert tally.pop("set aside", 0) <= 0.02 * tally["lives"]
    assert min(tally[k] for k in ("sent", "several times", "taker shut", "both shut")) > 0


def compare(full: list[Living], certified: list[Living], twin: Pair, b: int, gross: float) -> None:
    for one, other, story in zip(full, certified, (twin.giver, twin.taker), strict=True):
        for name in one.record._fields:
            if name != "lowest_ratio":
                assert getattr(one.record, name)[b] == getattr(other.record, name)[b], name
        for name in WHOLE:
            assert getattr(one.record, name)[b] == getattr(story.life, name), name
        for name in MONEY:
            assert abs(getattr(one.record, name)[b] - getattr(story.life, name)) <= 1e-9 * gross, name
    assert abs(full[0].sent[b] - twin.given) <= 1e-9 * gross
    assert abs(full[1].received[b] - twin.received) <= 1e-9 * gross


def test_nothing_is_lost_on_the_way_and_nothing_else_nets() -> None:
    """What is given is received or still on its way; a pair without the call lives as two strangers."""
    sent = 0
    for seed in range(6):
        both = drawn(Shape(seed, 3, 3, 0.1, 1.3, 0.0125, 3e-5, 0.02, 0.99, 0.005))
        giver, taker = lived(both, always=False)
        gone = taker.received + taker.under_way - giver.sent
        assert np.abs(gone).max() <= 1e-9 * both.cases[1].account.gross()
        sent += int((giver.sent > 0).sum())
        deaf = replace(both.contenders[1], habits=Habits())
        alone = lived(both._replace(contenders=(both.contenders[0], deaf)), always=False)
        for one, other in zip((giver, taker), alone, strict=True):
            still = giver.sent == 0
            assert np.array_equal(one.record.terminal_equity[still], other.record.terminal_equity[still])
    assert sent > 0
