"""A life on a bad day of the venue, in plain Python: the twin of outage, deleveraging, footprint and actions.

Everything is written out anew from what it should do: look, take winners, look again, let the owner act.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.reference.account import Account, Event, Life, Market, Policy, Rule, _equity, _settle


class Tight(NamedTuple):
    """A rule times a factor, where some asset's volatility is `trigger` times its long-run level or more."""

    rule: Rule
    factor: float
    trigger: float
    long_run: Sequence[float]

    def requirement(
        self, account: Account, quantity: Sequence[float], market: Market
    ) -> tuple[float, list[float]]:
        required, own = self.rule.requirement(account, quantity, market)
        seen = [
            market.multiplier * math.sqrt(v / level)
            for v, level in zip(market.variance, self.long_run, strict=True)
        ]
        factor = self.factor if self.trigger == 0 or max(seen) >= self.trigger else 1.0
        return required * factor, [factor * one for one in own]


class Day(NamedTuple):
    """What the venue and the owner do; steps count from 1.

    `halted`: steps without a look; `adl`: steps of deleveraging, whose moves count from before the first.
    """

    halted: frozenset[int]
    adl: range
    move: float
    fund: float
    notional: float
    taken: float
    at_mark: bool
    most: float
    entry: Sequence[float]
    permanent: float
    cap: Sequence[float]
    top_up: float
    top_up_ratio: float
    top_up_delay: int
    cut: float
    cut_ratio: float
    cut_delay: int


@dataclass
class Story:
    """A life and what befell it besides."""

    account: Account
    day: Day
    life: Life
    quantity: list[float]
    cash: float
    shift: list[float]
    reference: list[float]
    taken: set[int] = field(default_factory=set)
    worked: int = -1
    adl_step: int = -1
    adl_notional: float = 0.0
    adl_loss: float = 0.0
    added: float = 0.0
    cut_cost: float = 0.0
    cut_notional: float = 0.0
    drawn: float = 0.0  # from the fund, by other positions of the account
    due: dict[str, int] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)

    def seen(self, market: Market) -> Market:
        """The market at this life's own marks."""
        return market._replace(marks=[m * s for m, s in zip(market.marks, self.shift, strict=True)])

    def equity(self, market: Market) -> float:
        return _equity(self.account, self.quantity, self.cash, self.seen(market))


def live_the_day(account: Account, rule: Rule, policy: Policy, path: Sequence[Market], day: Day) -> Story:
    """Walk one path through the day."""
    quantity = [p.quantity for p in account.positions]
    start = account.cash + sum(quantity)
    assets = len(path[0].marks)
    story = Story(account, day, Life(start, start), quantity, account.cash, [1.0] * assets, [1.0] * assets)
    before = [1.0] * assets
    for step, market in enumerate(path, 1):
        if story.life.closed_step > 0:
            break
        if step == day.adl.start:
            story.reference = list(before)
        before = list(market.marks)
        _step(story, rule, policy, step, market)
    missing = min(story.life.terminal_equity, 0.0)
    story.life.terminal_equity -= missing
    story.life.shortfall -= missing
    return story


def _step(story: Story, rule: Rule, policy: Policy, step: int, market: Market) -> None:
    life = story.life
    if step not in story.day.halted:
        _look(story, rule, policy, step, market)
        if life.closed_step < 0 and _take_winners(story, step, market):
            _look(story, rule, policy, step, market)
        if life.closed_step < 0:
            _owner(story, rule, step, market)
    else:
        required, _ = rule.requirement(story.account, story.quantity, story.seen(market))
        if required > 0:
            life.lowest_ratio = min(life.lowest_ratio, story.equity(market) / required)
    equity = story.cash if life.closed_step > 0 else story.equity(market)
    life.lowest_equity = min(life.lowest_equity, equity)
    life.terminal_equity = equity


def _look(story: Story, rule: Rule, policy: Policy, step: int, market: Market) -> None:
    life, seen = story.life, story.seen(market)
    equity = story.equity(market)
    required, own = rule.requirement(story.account, story.quantity, seen)
    life.closest = min(life.closest, abs(equity - required) if any(story.quantity) else math.inf)
    if required > 0:
        life.lowest_ratio = min(life.lowest_ratio, equity / required)
    if equity > required:
        return
    if life.first_step < 0:
        life.first_step, life.trigger = step, own.index(max(own))
    if story.worked == step:
        return
    story.worked = step
    held = list(story.quantity)
    event = Event(story.account, seen, story.quantity, equity)
    policy(event, rule)
    event = _as_far_as_it_fills(story, event, held, equity, seen)
    story.quantity, equity = event.quantity, _settle(life, event, step)
    story.cash = equity - sum(
        q * seen.marks[p.asset] for p, q in zip(story.account.positions, story.quantity, strict=True)
    )
    _press(story, held, seen)


def _as_far_as_it_fills(story: Story, event: Event, held: list[float], equity: float, seen: Market) -> Event:
    """The same closings, each asset's cut down to what a step fills; a takeover is left alone."""
    positions = story.account.positions
    wanted = [
        abs(h - q) * seen.marks[p.asset] for h, q, p in zip(held, event.quantity, positions, strict=True)
    ]
    share = []
    for i, cap in enumerate(story.day.cap):
        total = sum(w for w, p in zip(wanted, positions, strict=True) if p.asset == i)
        share.append(min(cap / total, 1.0) if total > 0 else 1.0)
        story.life.closest = min(story.life.closest, abs(cap - total) if total > 0 else math.inf)
    if any(event.taken) or min(share) >= 1.0:
        return event
    slower = Event(story.account, seen, list(held), equity)
    for p, position in enumerate(positions):
        if wanted[p] > 0:
            slower.close(p, abs(held[p] - event.quantity[p]) * share[position.asset])
    return slower


def _press(story: Story, held: list[float], seen: Market) -> None:
    for i, mark in enumerate(seen.marks):
        own = [k for k, p in enumerate(story.account.positions) if p.asset == i]
        net = sum((held[k] - story.quantity[k]) * mark for k in own)
        if own and net:
            moved = story.day.permanent * story.account.positions[own[-1]].impact * math.sqrt(abs(net))
            story.shift[i] *= max(1 - moved, 0.05) if net > 0 else 1 + moved


def _take_winners(story: Story, step: int, market: Market) -> bool:
    day = story.day
    if step not in day.adl:
        return False
    seen, found = story.seen(market), False
    moves = [m / r - 1 for m, r in zip(seen.marks, story.reference, strict=True)]
    own = max(story.drawn + story.life.shortfall - story.life.fund, 0.0)
    missing = sum(day.notional * max(abs(move) - day.move, 0.0) for move in moves) + own - day.fund
    story.life.closest = min(story.life.closest, abs(missing) if missing else math.inf)
    if missing <= 0:
        return False
    for i, move in enumerate(moves):
        if i in story.taken or abs(move) <= day.move:
            continue
        bankrupt = story.reference[i] * (1 + math.copysign(day.move, move))
        price = seen.marks[i] if day.at_mark else bankrupt
        room = day.most
        for p in _in_line(story, i, move, seen.marks[i]):
            amount, worth = day.taken * story.quantity[p], abs(day.taken * story.quantity[p]) * seen.marks[i]
            if room <= 0:
                break
            amount *= min(room / worth, 1.0)
            worth = min(worth, room)
            room -= worth
            story.quantity[p] -= amount
            story.cash += amount * price
            story.adl_notional += worth
            story.adl_loss += amount * (seen.marks[i] - price)
            story.taken.add(i)
            found = True
    if found and story.adl_step < 0:
        story.adl_step = step
    return found


def _in_line(story: Story, i: int, move: float, mark: float) -> list[int]:
    """Legs that won by the move and since their entry; profit rate times value decides who goes first."""
    ranks = {}
    for p, position in enumerate(story.account.positions):
        held, entry = story.quantity[p], story.day.entry[p]
        if position.asset == i and held * move > 0 and held * (mark - entry) > 0:
            ranks[p] = (abs(mark - entry) / entry) * (abs(held) * mark)
    return sorted(ranks, key=lambda p: -ranks[p])


def _owner(story: Story, rule: Rule, step: int, market: Market) -> None:
    day, seen = story.day, story.seen(market)
    equity = story.equity(market)
    required, _ = rule.requirement(story.account, story.quantity, seen)
    for name, ratio, delay in (
        ("top_up", day.top_up_ratio, day.top_up_delay),
        ("cut", day.cut_ratio, day.cut_delay),
    ):
        if ratio > 0 and name not in story.done:
            story.life.closest = min(story.life.closest, abs(equity - ratio * required) or math.inf)
            if equity <= ratio * required:
                story.done.add(name)
                story.due[name] = step + delay
    if story.due.get("top_up", math.inf) <= step:
        del story.due["top_up"]
        story.cash += day.top_up
        story.added += day.top_up
    if story.due.get("cut", math.inf) <= step:
        del story.due["cut"]
        for p, position in enumerate(story.account.positions):
            amount = day.cut * story.quantity[p]
            worth = abs(amount) * seen.marks[position.asset]
            cost = worth * position.half_spread + position.impact * worth**1.5
            story.quantity[p] -= amount
            story.cash += amount * seen.marks[position.asset] - cost
            story.cut_cost += cost
            story.cut_notional += worth
