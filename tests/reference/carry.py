"""Funding and basis in plain Python: the slow twin of ``model/factor.py`` and ``simulate/carry.py``."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from scipy import stats

from tests.reference.account import Account, Event, Life, Market, Rule, _equity, _settle, close_all
from tests.reference.paths import box_muller
from tests.reference.philox import words

FUNDING, BASIS = 4, 6


class Law(NamedTuple):
    """A factor over one step; `nu` infinite for normal noise."""

    mean: float
    persistence: float
    loading: float
    noise_scale: float
    nu: float


def noise(seed: int, path: int, step: int, purpose: int, place: int, nu: float) -> float:
    """Noise of unit variance, by the distribution function of scipy."""
    w = words(seed, path, step, purpose, place)
    z = box_muller(w[0], w[1])[0]
    if math.isinf(nu):
        return z
    size = float(stats.t.isf(stats.norm.sf(abs(z)), nu)) * math.sqrt((nu - 2) / nu)
    return math.copysign(size, z)


def levels(
    law: Law, start: float, shocks: Sequence[float], seed: int, path: int, purpose: int, place: int
) -> list[float]:
    """The factor after each step of one path; `place` in the snapshot."""
    found, x = [], start
    for step, shock in enumerate(shocks):
        e = noise(seed, path, step, purpose, place, law.nu)
        x = law.mean + law.persistence * (x - law.mean) + law.loading * shock + law.noise_scale * e
        found.append(x)
    return found


class Terms(NamedTuple):
    """One position: when it pays (hours), and the bounds of the rate of one interval."""

    interval_h: float
    first_h: float
    cap: float
    floor: float
    share: float = 1.0
    continuous: bool = False
    face: float = 0.0
    based: bool = False
    origin: float = 0.0


def times(terms: Terms, step: int, step_h: float) -> float:
    """Payments after the end of the step before and not after that of `step`, counted one by one."""
    if terms.interval_h == 0.0:
        return 0.0
    if terms.continuous:
        return step_h / terms.interval_h
    count, at = 0, terms.first_h
    while at <= step * step_h:
        count += at > (step - 1) * step_h
        at += terms.interval_h
    return float(count)


class Carried(NamedTuple):
    """What one step of a path brings besides its market: rate and basis by asset."""

    funding: Sequence[float]
    basis: Sequence[float]


class Told(NamedTuple):
    """A life with what it paid and earned."""

    life: Life
    paid: float
    gained: float


def perpetual_worth(terms: Terms, mark: float, basis: float) -> float:
    """USD of one unit of quantity, as its own mark says, over what the index says."""
    own = mark * (1 + basis) / (1 + terms.origin)
    if terms.face:  # face / own coins fewer than face / mark; a coin is worth `mark`
        return terms.face * mark * (1 / mark - 1 / own)
    return own - mark


def live_carrying(
    account: Account,
    rule: Rule,
    terms: Sequence[Terms],
    path: Sequence[tuple[Market, Carried]],
    step_h: float,
) -> Told:
    """Walk one path under ``close_all``: look, pay, look again."""
    quantity, cash = [p.quantity for p in account.positions], account.cash
    life = Life(cash + sum(quantity), cash + sum(quantity))
    paid = gained = 0.0
    premium = [0.0] * len(quantity)
    for step, (market, carried) in enumerate(path, 1):
        for p, position in enumerate(account.positions):
            if terms[p].based:
                now = perpetual_worth(terms[p], market.marks[position.asset], carried.basis[position.asset])
                cash += quantity[p] * (now - premium[p])
                gained += quantity[p] * (now - premium[p])
                premium[p] = now
        for payment in (False, True):
            due = [times(one, step, step_h) for one in terms]
            if payment and not any(due):
                continue
            if payment:
                for p, position in enumerate(account.positions):
                    rate = carried.funding[position.asset] * terms[p].share
                    rate = min(max(rate, terms[p].floor), terms[p].cap)
                    notional = quantity[p] * (terms[p].face or market.marks[position.asset])
                    cash -= due[p] * rate * notional
                    paid += due[p] * rate * notional
            equity = _equity(account, quantity, cash, market)
            required, own = rule.requirement(account, quantity, market)
            life.closest = min(life.closest, abs(equity - required) if any(quantity) else math.inf)
            if equity <= required and life.closed_step < 0:
                if life.first_step < 0:
                    life.first_step, life.trigger = step, own.index(max(own))
                event = Event(account, market, quantity, equity)
                close_all(event, rule)
                quantity = event.quantity
                equity = cash = max(_settle(life, event, step), 0.0)
        life.lowest_equity = min(life.lowest_equity, equity)
        life.terminal_equity = equity
        if life.closed_step > 0:
            break
    return Told(life, paid, gained)
