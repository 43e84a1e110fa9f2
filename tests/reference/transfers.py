"""Two accounts of one owner side by side in plain Python, with money sent from one to the other."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tests.reference.account import Account, Life, Market, Policy, Rule
from tests.reference.venue import Day, Story, _step


class Call(NamedTuple):
    """What the second account's owner sends for, of the first."""

    amount: float
    ratio: float
    delay: int
    times: int
    keep: float


@dataclass
class Pair:
    """Giver and taker, what is on its way and when it arrives, and what was moved so far."""

    giver: Story
    taker: Story
    under_way: float = 0.0
    due: float = math.inf
    woken: int = 0
    given: float = 0.0
    received: float = 0.0
    closest: float = math.inf


def plain(assets: int) -> Day:
    """A day on which nothing happens besides."""
    none = (0.0, 0.0, 0)
    return Day(
        frozenset(), range(0), 1.0, 0.0, 0.0, 0.0, False, math.inf, (), 0.0, [math.inf] * assets, *none, *none
    )


def live_both(
    accounts: Sequence[Account],
    rules: Sequence[Rule],
    policy: Policy,
    path: Sequence[Market],
    entry: Sequence[float],
    call: Call,
) -> Pair:
    """Walk one path; `entry` by position of the giver, over the start mark."""
    assets = len(path[0].marks)
    stories = []
    for account in accounts:
        equity = account.cash + sum(p.quantity for p in account.positions)
        held = [p.quantity for p in account.positions]
        stories.append(
            Story(account, plain(assets), Life(equity, equity), held, account.cash, [1.0] * assets, [])
        )
    pair = Pair(*stories)
    for step, market in enumerate(path, 1):
        for story, rule in zip(stories, rules, strict=True):
            if story.life.closed_step < 0:
                _step(story, rule, policy, step, market)
        _move(pair, rules, step, market, entry, call)
        for story in stories:
            life = story.life
            life.terminal_equity = story.cash if life.closed_step > 0 else story.equity(market)
            life.lowest_equity = min(life.lowest_equity, life.terminal_equity)
    return pair


def _move(
    pair: Pair, rules: Sequence[Rule], step: int, market: Market, entry: Sequence[float], call: Call
) -> None:
    taker = pair.taker
    if taker.life.closed_step < 0 and pair.due == math.inf and pair.woken < call.times:
        required, _ = rules[1].requirement(taker.account, taker.quantity, market)
        _near(pair, taker.equity(market) - call.ratio * required)
        if taker.equity(market) <= call.ratio * required:
            pair.due, pair.woken = step + call.delay, pair.woken + 1
            paid = min(call.amount, _spare(pair, rules[0], market, entry, call.keep))
            if paid > 0:
                pair.giver.cash -= paid
                pair.given, pair.under_way = pair.given + paid, paid
            else:
                pair.due, pair.woken = math.inf, pair.woken - 1
    if pair.due <= step:
        taker.cash += pair.under_way
        pair.received, pair.under_way, pair.due = pair.received + pair.under_way, 0.0, math.inf


def _spare(pair: Pair, rule: Rule, market: Market, entry: Sequence[float], keep: float) -> float:
    giver = pair.giver
    withdrawable = giver.cash + sum(q * e for q, e in zip(giver.quantity, entry, strict=True))
    if any(giver.quantity):
        required, _ = rule.requirement(giver.account, giver.quantity, market)
        withdrawable = min(withdrawable, giver.equity(market) - keep * required)
    _near(pair, withdrawable)
    return withdrawable


def _near(pair: Pair, distance: float) -> None:
    pair.closest = min(pair.closest, abs(distance) or math.inf)
