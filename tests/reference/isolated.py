"""An account under isolated margin in plain Python: every position a day of its own, and what is free."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tests.reference.account import Account, Brackets, Life, Market, Policy
from tests.reference.venue import Day, Story, Tight, _step


@dataclass
class Wallet:
    """The positions' stories, the free USD, and the account's lowest equity at the steps."""

    stories: list[Story]
    free: float
    lowest: float
    drawn: float = 0.0

    @property
    def equity(self) -> float:
        return self.free + sum(story.life.terminal_equity for story in self.stories)

    @property
    def closest(self) -> float:
        return min(story.life.closest for story in self.stories)

    def first(self) -> tuple[int, int]:
        """Step of the first liquidation of any position, and the position; -1 for none."""
        steps = [(s.life.first_step, p) for p, s in enumerate(self.stories) if s.life.first_step > 0]
        return min(steps, default=(-1, -1))

    def closed(self) -> int:
        """Step at which the last position was shut; -1 while one is open."""
        steps = [story.life.closed_step for story in self.stories]
        return max(steps) if min(steps) > 0 else -1

    def total(self, name: str) -> float:
        return sum(getattr(story.life, name) for story in self.stories)


def live_apart(
    account: Account,
    margins: Sequence[float],
    rule: Tight,
    policy: Policy,
    path: Sequence[Market],
    day: Day,
) -> Wallet:
    """Walk one path; each position holds its margin and no more, but for what its owner adds."""
    stories = []
    for p, position in enumerate(account.positions):
        own_day = day._replace(entry=[day.entry[p]])
        unrealized = position.quantity * (1 - day.entry[p])
        alone = Account((position,), margins[p] + unrealized - position.quantity, account.buffer)
        start, assets = margins[p] + unrealized, len(path[0].marks)
        story = Story(
            alone,
            own_day,
            Life(start, start),
            [position.quantity],
            alone.cash,
            [1.0] * assets,
            [1.0] * assets,
        )
        stories.append(story)
    held = account.cash + sum(position.quantity for position in account.positions)
    free = held - sum(story.life.terminal_equity for story in stories)
    wallet, before, added = Wallet(stories, free, math.inf), [1.0] * len(path[0].marks), [0.0] * len(stories)
    wallet.lowest = wallet.equity
    assert isinstance(rule.rule, Brackets)
    rules = [rule._replace(rule=Brackets((tiers,))) for tiers in rule.rule.tiers]
    for step, market in enumerate(path, 1):
        draws = [story.life.shortfall - story.life.fund for story in stories]
        for mine, story, own in zip(draws, stories, rules, strict=True):
            story.drawn = sum(draws) - mine
            if step == day.adl.start:
                story.reference = list(before)
            if story.life.closed_step < 0:
                _step(story, own, policy, step, market)
        for p, story in enumerate(stories):
            paid = min(story.added - added[p], max(wallet.free, 0.0))
            wallet.free, wallet.drawn, added[p] = wallet.free - paid, wallet.drawn + paid, story.added
        before = list(market.marks)
        wallet.lowest = min(wallet.lowest, wallet.equity)
    for story in stories:
        missing = min(story.life.terminal_equity, 0.0)
        story.life.terminal_equity -= missing
        story.life.shortfall -= missing
    return wallet
