"""The venues' liquidation policies in plain Python: each tries its steps on a copy of the event.

``g = equity - (1 + buffer) * maintenance`` of what a step would leave decides. What came within a hair
of another decision is written to ``Event.closest``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tests.reference.account import Brackets, Event, Rule, close_all, smallest_closing

LEAST = 1e-3
Action = Callable[[Event, float], None]


def mark(event: Event, p: int) -> float:
    return event.market.marks[event.account.positions[p].asset]


def value(event: Event, p: int) -> float:
    return abs(event.quantity[p]) * mark(event, p)


def left(event: Event) -> float:
    return event.equity_after(event.closed)


def required(event: Event, rule: Rule) -> tuple[float, list[float]]:
    return rule.requirement(event.account, event.quantity, event.market)


def g_of(event: Event, rule: Rule) -> float:
    return left(event) - (1 + event.account.buffer) * required(event, rule)[0]


def copy(event: Event) -> Event:
    found = Event(event.account, event.market, list(event.quantity), event.equity)
    for name in ("closed", "taken", "moved"):
        setattr(found, name, list(getattr(event, name)))
    for name in ("levied", "fund_pays", "lost", "kept", "closings"):
        setattr(found, name, getattr(event, name))
    return found


def take_away(event: Event, p: int, share: float, where: list[float]) -> None:
    """Close the share of position p; its value is entered among `where`."""
    where[p] += share * value(event, p)
    event.quantity[p] = 0.0 if share == 1 else event.quantity[p] * (1 - share)
    event.closings += 1


def order(p: int) -> Action:
    return lambda event, share: take_away(event, p, share, event.closed)


def hand_over(p: int, backing: float) -> Action:
    """The fund takes a share of position p with the equity behind it."""

    def act(event: Event, share: float) -> None:
        before = event.slippage(event.closed)
        take_away(event, p, share, event.taken)
        event.fund_pays += event.slippage(event.closed) - before
        event.lost += backing * share

    return act


def attempt(event: Event, rule: Rule, action: Action, share: float) -> tuple[bool, bool]:
    """Do it if it helps; whether it did, and whether the account is restored."""
    before, trial = g_of(event, rule), copy(event)
    action(trial, share)
    after = g_of(trial, rule)
    if any(trial.quantity):
        event.closest = min(event.closest, abs(after))
    if after < 0:
        event.closest = min(event.closest, abs(after - before))
        if after <= before:
            event.useless += 1
            return False, False
    action(event, share)
    return True, after >= 0


def unpaid(event: Event) -> bool:
    """Whether the equity could not pay the whole fee."""
    return event.full_fee(event.closed) > event.fee(event.closed)


def smallest(event: Event, rule: Rule, action: Action) -> tuple[float, bool]:
    """The smallest share of an action that restores the account, else the one that helps most.

    Where the whole of it would eat the equity and leave nothing to require, that is no help.
    """

    def tried(share: float) -> Event:
        trial = copy(event)
        if share > 0:
            action(trial, share)
        return trial

    whole, gross = tried(1.0), sum(value(event, p) for p in range(len(event.quantity)))
    eaten = unpaid(whole) and g_of(whole, rule) >= -1e-12 * gross

    def g(share: float) -> float:
        trial = tried(share)
        return -gross if eaten and unpaid(trial) else g_of(trial, rule)

    share, restored, distance = smallest_closing(g, 1.0)
    event.closest = min(event.closest, distance)
    return (0.0 if eaten and not restored else share), restored


def cut(event: Event, rule: Rule, action: Action) -> bool:
    """As small as it can be; whether the account is restored."""
    share, restored = smallest(event, rule, action)
    if not restored and abs(share - LEAST) < 1e-9:
        event.closest = 0.0
    if not restored and share <= LEAST:
        event.useless += 1
        return False
    event.peaked |= not restored and share < 1
    action(event, share)
    return restored


def first_of(event: Event, weight: Sequence[float], open_to: list[int]) -> int:
    first, *others = sorted(open_to, key=lambda k: -weight[k])
    if others:
        event.closest = min(event.closest, weight[first] - weight[others[0]])
    return first


def net_hedges(event: Event, how: float) -> None:
    positions = event.account.positions
    for p in range(len(positions)):
        for r in range(p + 1, len(positions)):
            if positions[p].asset == positions[r].asset and event.quantity[p] * event.quantity[r] < 0:
                amount = min(abs(event.quantity[p]), abs(event.quantity[r]))
                for k in (p, r):
                    where = event.closed if how == 2 else event.moved
                    where[k] += amount * mark(event, k)
                    rest = abs(event.quantity[k]) - amount
                    event.quantity[k] = float(np.sign(event.quantity[k])) * rest
                    event.closings += 1


def take_over(event: Event) -> None:
    """The fund takes all that is open and keeps what execution leaves."""
    for p in range(len(event.quantity)):
        if event.quantity[p]:
            take_away(event, p, 1.0, event.taken)
    event.kept = max(left(event), 0.0)


def end(event: Event, rule: Rule, takeover: bool) -> None:
    if takeover:
        take_over(event)
    else:
        close_all(event, rule)


@dataclass(frozen=True)
class Ladder:
    """The tier ladder; fields as in the product."""

    tiers: int = 0
    net: int = 0
    steps_taken: bool = False
    takeover: bool = True

    def __call__(self, event: Event, rule: Rule) -> None:
        if self.net:
            net_hedges(event, self.net)
            event.closest = min(event.closest, abs(g_of(event, rule)))
            if g_of(event, rule) >= 0:
                return
        spent: set[int] = set()
        while left(event) > 0:
            open_to = [p for p, held in enumerate(event.quantity) if held and p not in spent]
            if not open_to:
                break
            maintenance, own = required(event, rule)
            p = first_of(event, own, open_to)
            if self.tiers == 0:
                spent.add(p)
                if cut(event, rule, order(p)):
                    return
                continue
            share = self.share(event, rule, p)
            if share == 0:
                spent.add(p)
                continue
            backing = left(event) * own[p] / maintenance
            helped, restored = attempt(
                event, rule, hand_over(p, backing) if self.steps_taken else order(p), share
            )
            if restored:
                return
            if not helped:
                spent.add(p)
        end(event, rule, self.takeover)

    def share(self, event: Event, rule: Rule, p: int) -> float:
        """Share of the position above the edge that lies so many tiers below."""
        assert isinstance(rule, Brackets)
        floors = [tier[0] for tier in rule.tiers[p] if 0 < tier[0] < value(event, p)]
        if not floors:
            return 0.0
        edge = floors[max(len(floors) - self.tiers, 0)]
        return 1 - edge * (1 - 1e-12) / value(event, p)


@dataclass(frozen=True)
class Losers:
    """Greatest unrealized loss first; `entry` by position over the start mark."""

    entry: Sequence[float]
    net: int = 2
    takeover: bool = False

    def __call__(self, event: Event, rule: Rule) -> None:
        net_hedges(event, self.net)
        event.closest = min(event.closest, abs(g_of(event, rule)))
        if g_of(event, rule) >= 0 and any(event.quantity):
            return
        loss = [
            q * (e - mark(event, p)) for p, (q, e) in enumerate(zip(event.quantity, self.entry, strict=True))
        ]
        tried: set[int] = set()
        while left(event) > 0:
            open_to = [p for p, held in enumerate(event.quantity) if held and p not in tried]
            if not open_to:
                break
            p = first_of(event, loss, open_to)
            tried.add(p)
            if attempt(event, rule, order(p), 1.0)[1]:
                return
        end(event, rule, self.takeover)


@dataclass(frozen=True)
class Stages:
    size: float
    first: float
    backstop: float
    takeover: bool = True

    def __call__(self, event: Event, rule: Rule) -> None:
        begun: set[int] = set()
        tried: set[int] = set()
        while left(event) > 0:
            maintenance, own = required(event, rule)
            event.closest = min(event.closest, abs(left(event) - self.backstop * maintenance))
            open_to = [p for p, held in enumerate(event.quantity) if held and p not in tried]
            if left(event) < self.backstop * maintenance or not open_to:
                break
            p = first_of(event, own, open_to)
            event.closest = min(event.closest, abs(value(event, p) - self.size))
            part = value(event, p) > self.size and p not in begun
            begun.add(p)
            if not part:
                tried.add(p)
            if attempt(event, rule, order(p), self.first if part else 1.0)[1]:
                return
        end(event, rule, self.takeover)


@dataclass(frozen=True)
class Shares:
    """Pro rata; fields as in the product."""

    slippage: bool = True
    fee: bool = True
    discount: float = 0.0
    takeover: bool = True

    def __call__(self, event: Event, rule: Rule) -> None:
        if event.equity > 0:
            share, restored = smallest(event, rule, self.slice)
            if restored:
                self.slice(event, share)
                return
        end(event, rule, self.takeover)

    def slice(self, event: Event, share: float) -> None:
        event.levied += self.discount * share * event.equity
        for p, position in enumerate(event.account.positions):
            if self.slippage and self.fee:
                take_away(event, p, share, event.closed)
            else:
                event.levied += self.fee * position.fee * share * value(event, p)
                take_away(event, p, share, event.moved)


@dataclass(frozen=True)
class Dominant:
    takeover: bool = True

    def __call__(self, event: Event, rule: Rule) -> None:
        tried: set[int] = set()
        assets = {position.asset for position in event.account.positions}
        while left(event) > 0:
            _, own = required(event, rule)
            legs = {a: [p for p in self.legs(event, a) if event.quantity[p]] for a in assets - tried}
            open_to = [a for a in legs if legs[a]]
            if not open_to:
                break
            totals = {a: sum(own[p] for p in legs[a]) for a in open_to}
            a = first_of(event, totals, open_to)  # type: ignore[arg-type]
            tried.add(a)
            for aim in (self.delta, self.pairs):
                target = aim(event, a)
                if (
                    target
                    and left(event) > 0
                    and (cut(event, rule, part_of(target)) or self.done(event, rule))
                ):
                    return
        end(event, rule, self.takeover)

    @staticmethod
    def done(event: Event, rule: Rule) -> bool:
        return g_of(event, rule) >= 0

    @staticmethod
    def legs(event: Event, a: int) -> list[int]:
        return [p for p, position in enumerate(event.account.positions) if position.asset == a]

    def delta(self, event: Event, a: int) -> dict[int, float]:
        """Shares of the legs on the side of the net delta that take it away."""
        signed = {p: float(np.sign(event.quantity[p])) * value(event, p) for p in self.legs(event, a)}
        net, gross = sum(signed.values()), sum(value(event, p) for p in range(len(event.quantity)))
        side = {p: v for p, v in signed.items() if v * net > 0}
        if not side or abs(net) <= 1e-9 * gross:
            return {}
        return dict.fromkeys(side, min(net / sum(side.values()), 1.0))

    def pairs(self, event: Event, a: int) -> dict[int, float]:
        return {p: 1.0 for p in self.legs(event, a) if event.quantity[p]}


def part_of(target: dict[int, float]) -> Action:
    def act(event: Event, share: float) -> None:
        for p, most in target.items():
            take_away(event, p, most * share, event.closed)

    return act
