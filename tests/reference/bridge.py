"""A life with a Brownian bridge between its steps, in plain Python: the twin of ``simulate/bridge.py``.

The gradient of the excess is taken by differences, the crossing is sought by bisection.
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.special import log_ndtr

from tests.reference.account import Account, Event, Life, Market, Policy, Rule, _equity, _settle
from tests.reference.philox import words

BRIDGE = 3
BUMP = 1e-5


class Between(NamedTuple):
    """What decides a step: the seed, the path's number and the correlation of the assets."""

    seed: int
    path: int
    correlation: np.ndarray

    def uniform(self, step: int) -> float:
        """The uniform of a step, counted from 0."""
        return (words(self.seed, self.path, step, BRIDGE, 0)[0] + 0.5) / 2**32


class Holding(NamedTuple):
    account: Account
    rule: Rule
    quantity: list[float]
    cash: float

    def excess(self, market: Market, short: float = 0.0) -> float:
        """Excess over the maintenance; zero where it is `short` of zero, as a fraction of both together."""
        required, _ = self.rule.requirement(self.account, self.quantity, market)
        equity = _equity(self.account, self.quantity, self.cash, market)
        return equity - required + short * (abs(equity) + required)


def gradient(holding: Holding, market: Market) -> tuple[np.ndarray, bool]:
    """Slope of the excess in each return, and whether it bends right there."""
    now, slopes, bends = holding.excess(market), [], False
    for i in range(len(market.marks)):
        ends = []
        for bump in (-BUMP, BUMP):
            marks = list(market.marks)
            marks[i] *= 1 + bump
            ends.append((holding.excess(market._replace(marks=marks)) - now) / bump)
        slopes.append(sum(ends) / 2)
        bends |= abs(ends[1] - ends[0]) > 1e-6 * holding.account.gross()
    return np.array(slopes), bends


def passage_time(a: float, e: float) -> float:
    """Mean time at which a unit bridge from a to e (or -e) first is at zero, given that it is."""
    x = a + e
    return a * math.exp(float(log_ndtr(-x)) + x * x / 2 + math.log(2 * math.pi) / 2)


def crossing(
    holding: Holding,
    before: Market,
    after: Market,
    uniform: float,
    correlation: np.ndarray,
    life: Life,
    short: float,
) -> Market | None:
    """The market at which the account is liquidated within the step; None if it is not.

    `short`: how far below zero the excess is there, as a fraction of equity + maintenance.
    """
    x0, x1 = holding.excess(before), holding.excess(after)
    if x0 <= 0:
        return before
    w, bends = gradient(holding, before)
    deviation = after.multiplier * np.sqrt(before.variance)
    lean = deviation * (correlation @ (deviation * w))
    variance = float(w @ lean)
    if x1 > 0:
        margin = 2 * x0 * x1 / variance + math.log(uniform)
        life.closest = 0.0 if bends or abs(margin) < 1e-6 else life.closest
        if margin > 0:
            return None
    life.closest = 0.0 if bends else life.closest
    time = passage_time(x0 / math.sqrt(variance), abs(x1) / math.sqrt(variance))
    returns = np.array(after.marks) / np.array(before.marks) - 1
    returns = time * returns - lean * (x0 + time * (x1 - x0)) / variance
    state = np.array(before.variance) + time * (np.array(after.variance) - np.array(before.variance))
    multiplier = before.multiplier + time * (after.multiplier - before.multiplier)

    def at(further: float) -> Market:
        moved = np.maximum(1 + returns - further * lean / variance, 0.05)
        return Market((np.array(before.marks) * moved).tolist(), state.tolist(), multiplier)

    further = root(lambda k: holding.excess(at(k), short), holding.account.gross(), life)
    return None if further is None else at(further)


def root(excess: Callable[[float], float], gross: float, life: Life) -> float | None:
    """Where the excess, which falls with its argument, is zero; sets the path aside if that is unclear."""
    now = excess(0.0)
    step = 1e-9 * gross * (1 if now > 0 else -1)
    while abs(step) < 2 * gross and excess(step) * now > 0:
        step *= 2
    if excess(step) * now > 0:
        life.closest = 0.0
        return None if now > 0 else 0.0
    found = float(brentq(excess, 0.0, step, xtol=1e-14 * gross))
    if abs(found) > 0.2 * gross:  # a far way along a bent line: Newton may end elsewhere
        life.closest = 0.0
    return found


def live_bridged(
    account: Account,
    rule: Rule,
    policy: Policy,
    start: Market,
    path: Sequence[Market],
    between: Between,
    short: float = 0.0,
) -> Life:
    """Walk one path: a breach between two steps is liquidated there, the rest is tested at the step's end.

    `short`: how far below zero the excess is at a crossing, as a fraction of equity + maintenance.
    """
    quantity, cash = [p.quantity for p in account.positions], account.cash
    life = Life(cash + sum(quantity), cash + sum(quantity))
    before = start
    for step, market in enumerate(path, 1):
        if life.closed_step > 0:
            break
        holding = Holding(account, rule, quantity, cash)
        uniform = between.uniform(step - 1)
        struck = crossing(holding, before, market, uniform, between.correlation, life, short)
        for place in (struck, market):
            if place is None or life.closed_step > 0:
                continue
            quantity, cash = _look(account, rule, policy, place, quantity, cash, step, life, place is market)
        before = market
    return life


def _look(
    account: Account, rule: Rule, policy: Policy, market: Market, quantity: list[float], cash: float,
    step: int, life: Life, at_end: bool,
) -> tuple[list[float], float]:  # fmt: skip
    """Test the account at a market, which within a step is a breach by decision; book what is closed."""
    equity = _equity(account, quantity, cash, market)
    required, own = rule.requirement(account, quantity, market)
    breached = equity <= required or not at_end
    if at_end:
        life.closest = min(life.closest, abs(equity - required))
    if required > 0:
        life.see(equity, required)
    if breached:
        life.inside += not at_end
        if life.first_step < 0:
            life.first_step, life.trigger = step, own.index(max(own))
        event = Event(account, market, quantity, equity)
        policy(event, rule)
        quantity, equity = event.quantity, _settle(life, event, step)
        cash = equity - sum(
            q * market.marks[p.asset] for p, q in zip(account.positions, quantity, strict=True)
        )
    life.lowest_equity = min(life.lowest_equity, equity) if breached or at_end else life.lowest_equity
    life.terminal_equity = equity
    return quantity, cash
