"""One account's life in plain Python, slow and obvious: the specification the kernels are held to.

Two margin rules (`Brackets`, `Distribution`), two liquidation policies (`close_all`,
`close_largest_contribution`), and `live`, which walks a path step by step. Money is USD, marks are
relative to the start, a position's quantity is its signed notional at the start.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from tests.reference.dual import Dual, slope_of, value_of

GRID = 100
FINE = 20
GRAIN = 1e-11  # of the whole: how narrowly a peak is known, by the sign of the slope


class Position(NamedTuple):
    asset: int
    quantity: float
    half_spread: float
    impact: float
    fee: float


class Account(NamedTuple):
    positions: tuple[Position, ...]
    cash: float
    buffer: float

    def gross(self) -> float:
        return sum(abs(position.quantity) for position in self.positions)


class Market(NamedTuple):
    """What is seen after a step; `variance` of the coming step, before the multiplier."""

    marks: Sequence[float]
    variance: Sequence[float]
    multiplier: float


class Brackets(NamedTuple):
    """`tiers[p]`: (notional above which it applies, rate, deduction) of position p, in order."""

    tiers: tuple[tuple[tuple[float, float, float], ...], ...]

    def requirement(
        self, account: Account, quantity: Sequence[float], market: Market
    ) -> tuple[float, list[float]]:
        own = []
        for position, held, tiers in zip(account.positions, quantity, self.tiers, strict=True):
            notional = abs(held * market.marks[position.asset])
            _, rate, deduction = [tier for tier in tiers if tier[0] < notional or tier[0] == 0][-1]
            own.append(notional * rate - deduction)
        return sum(own), own


class Distribution(NamedTuple):
    """Expected shortfall over `losses` (assets, scenarios) of a unit long exposure."""

    losses: np.ndarray
    confidence: float
    minimum_charge: float
    long_run: tuple[float, ...]
    persistence: tuple[float, ...]
    margin_steps: int

    def volatility_scale(self, asset: int, market: Market) -> float:
        """Forecast volatility over the margin period over its long-run level, at least one."""
        level = self.long_run[asset]
        forecast = 0.0
        for k in range(self.margin_steps):
            forecast += level + self.persistence[asset] ** k * (market.variance[asset] - level)
        return max(1.0, market.multiplier * (forecast / (self.margin_steps * level)) ** 0.5)

    def weights(self, losses: np.ndarray) -> np.ndarray:
        """Weight of each scenario in the mean of the tail; they sum to one."""
        loss = value_of(losses)
        count = loss.size * (1 - self.confidence)
        count = round(count) if abs(count - round(count)) < 1e-6 else count
        edge = np.sort(loss)[::-1][int(np.ceil(count)) - 1]
        above, at_edge = loss > edge, loss == edge
        return (above + at_edge * (count - above.sum()) / at_edge.sum()) / count

    def shortfall(self, exposure: Sequence[float]) -> float:
        loss = np.asarray(exposure) @ self.losses
        return float(self.weights(loss) @ loss)

    def requirement(
        self, account: Account, quantity: Sequence[float], market: Market
    ) -> tuple[float, list[float]]:
        values = [q * market.marks[p.asset] for p, q in zip(account.positions, quantity, strict=True)]
        scales = [self.volatility_scale(i, market) for i in range(len(market.marks))]
        exposure = [0.0] * len(scales)
        for position, value in zip(account.positions, values, strict=True):
            exposure[position.asset] += value * scales[position.asset]
        loss = sum(x * row for x, row in zip(exposure, self.losses, strict=True))
        weights = self.weights(loss)
        shortfall = (loss * weights).sum()
        charge = self.minimum_charge * sum(abs(value) for value in values)
        if charge > shortfall:
            return charge, [self.minimum_charge * abs(value) for value in values]
        unit = self.losses @ weights
        own = [v * (scales[p.asset] * unit[p.asset]) for p, v in zip(account.positions, values, strict=True)]
        return shortfall, own


Rule = Brackets | Distribution


@dataclass
class Event:
    """One liquidation: what it started from and the value closed of each position."""

    account: Account
    market: Market
    quantity: list[float]
    equity: float
    closed: list[float] = field(default_factory=list)
    closings: int = 0
    taken: list[float] = field(default_factory=list)  # values taken over: executed, but without a fee
    moved: list[float] = field(default_factory=list)  # values that left at the mark, at no cost by themselves
    levied: float = 0.0  # fees that are not in proportion to what was closed
    fund_pays: float = 0.0  # slippage of parts that were taken over
    lost: float = 0.0  # equity that went with them
    kept: float = 0.0  # equity that the fund kept when it took over the rest
    useless: int = 0
    peaked: bool = False  # a leg was closed to where g is largest, short of restoring the account
    closest: float = np.inf  # how nearly another decision would have been taken, USD

    def __post_init__(self) -> None:
        self.closed = self.closed or [0.0] * len(self.quantity)
        self.taken = self.taken or [0.0] * len(self.quantity)
        self.moved = self.moved or [0.0] * len(self.quantity)

    def slippage(self, closed: Sequence[float]) -> float:
        return sum(
            (value + taken) * position.half_spread + position.impact * (value + taken) ** 1.5
            for value, taken, position in zip(closed, self.taken, self.account.positions, strict=True)
        )

    def full_fee(self, closed: Sequence[float]) -> float:
        return sum(v * p.fee for v, p in zip(closed, self.account.positions, strict=True)) + self.levied

    def before_fee(self, closed: Sequence[float]) -> float:
        return self.equity - self.slippage(closed) + self.fund_pays - self.lost

    def fee(self, closed: Sequence[float]) -> float:
        """The fee is taken from what execution leaves, never below zero."""
        return min(self.full_fee(closed), max(self.before_fee(closed), 0.0))

    def equity_after(self, closed: Sequence[float]) -> float:
        return self.before_fee(closed) - self.fee(closed) - self.kept

    @property
    def fund(self) -> float:
        """What takeovers left the fund, net of what it paid for execution."""
        return self.lost - self.fund_pays + self.kept

    def after(self, p: int, amount: float) -> tuple[list[float], list[float]]:
        """Values closed and quantities held once `amount` more of position `p` is closed."""
        closed, quantity = list(self.closed), list(self.quantity)
        closed[p] += amount * self.market.marks[self.account.positions[p].asset]
        quantity[p] -= np.sign(quantity[p]) * amount
        if amount == abs(self.quantity[p]):
            quantity[p] = 0.0
        return closed, quantity

    def close(self, p: int, amount: float) -> None:
        self.closed, self.quantity = self.after(p, amount)
        self.closings += 1


def health(event: Event, rule: Rule, p: int) -> Callable[[float], float]:
    """``g(x) = E(x) - (1 + buffer) MM(x)`` of closing x of position `p`."""

    def g(amount: float) -> float:
        closed, quantity = event.after(p, amount)
        required, _ = rule.requirement(event.account, quantity, event.market)
        return event.equity_after(closed) - (1 + event.account.buffer) * required

    return g


def bisect(g: Callable[[float], float], low: float, high: float) -> float:
    """Smallest x with g(x) >= 0, given g(low) < 0 <= g(high) and one root between."""
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (low, middle) if g(middle) >= 0 else (middle, high)
    return high


def rises(g: Callable[[float], float], x: float) -> bool:
    """Whether g has a positive slope at x."""
    return bool(slope_of(g(Dual(x, 1.0))) > 0)  # type: ignore[arg-type]


def peak(g: Callable[[float], float], low: float, high: float, grain: float) -> float:
    """The x between with the largest g: the left end of where its slope changes its sign."""
    xs = [low + (high - low) * k / FINE for k in range(FINE + 1)]
    top = max(range(FINE + 1), key=lambda k: g(xs[k]))
    if top == FINE and rises(g, high - grain):
        return high
    if rises(g, xs[top]):
        low, high = xs[top], xs[min(top + 1, FINE)]
    else:
        low, high = xs[max(top - 1, 0)], xs[top]
    if low == high or not rises(g, low):
        return low
    while high - low > grain:
        middle = (low + high) / 2
        low, high = (middle, high) if rises(g, middle) else (low, middle)
    return low


def smallest_closing(g: Callable[[float], float], held: float) -> tuple[float, bool, float]:
    """Dense scan for the smallest x with g(x) >= 0, else the smallest x with the largest g.

    Returns the amount, whether it restores the account, and how far from another answer it was.
    """
    xs = [held * (k / GRID) for k in range(GRID + 1)]
    values = [g(x) for x in xs]
    if values[0] >= 0:
        return 0.0, True, values[0]
    best = peak(g, 0.0, xs[1], GRAIN * held) if values[1] <= values[0] else 0.0
    highest = g(best)
    if highest >= 0:
        return bisect(g, 0.0, best), True, highest
    for k in range(1, GRID + 1):
        candidate, value = xs[k], values[k]
        if values[k] < 0 and values[k] >= max(values[k - 1], values[min(k + 1, GRID)]):
            candidate = peak(g, xs[k - 1], xs[min(k + 1, GRID)], GRAIN * held)
            value = g(candidate)
        if value >= 0:
            interior = max(*values[:-1], value if candidate < held else -np.inf)
            return bisect(g, xs[k - 1], candidate), True, abs(interior)
        if value > highest:
            best, highest = candidate, value
    return best, False, min(abs(highest), highest - values[0] if best else np.inf)


TURNS = 10
LEAST = 1e-3


def close_all(event: Event, rule: Rule) -> None:
    del rule
    for p, held in enumerate(event.quantity):
        if held:
            event.close(p, abs(held))


def largest_untried(event: Event, rule: Rule, untried: list[int]) -> int:
    """The leg with the largest contribution; how clear that is goes to `closest`."""
    _, own = rule.requirement(event.account, event.quantity, event.market)
    first, *others = sorted(untried, key=lambda p: -own[p])
    if others:
        event.closest = min(event.closest, own[first] - own[others[0]])
    return first


def close_largest_contribution(event: Event, rule: Rule) -> None:
    """In turns: a leg that was cut as far as it helps may come again once another was cut."""
    positions = range(len(event.quantity))
    untried = [p for p in positions if event.quantity[p]]
    for _ in range(TURNS * len(positions)):
        if not untried or event.equity_after(event.closed) <= 0:
            break
        p = largest_untried(event, rule, untried)
        untried.remove(p)
        held = abs(event.quantity[p])
        amount, restored, distance = smallest_closing(health(event, rule, p), held)
        event.closest = min(event.closest, distance)
        if not restored and abs(amount - LEAST * held) < 1e-9 * held:
            event.closest = 0.0
        if not restored and amount <= LEAST * held:
            continue
        event.peaked |= amount < held and not restored
        event.close(p, amount)
        if restored:
            return
        untried = [q for q in positions if q != p and event.quantity[q]]
    close_all(event, rule)


Policy = Callable[[Event, Rule], None]


@dataclass
class Life:
    """What is recorded; `peaked` and `closest` as of the liquidations, or of a breach that was near."""

    terminal_equity: float
    lowest_equity: float
    lowest_ratio: float = np.inf
    first_step: int = -1
    closed_step: int = -1
    trigger: int = -1
    closings: int = 0
    fee: float = 0.0
    fee_waived: float = 0.0
    slippage: float = 0.0
    shortfall: float = 0.0
    closed_notional: float = 0.0
    peaked: bool = False
    closest: float = np.inf
    inside: int = 0
    fund: float = 0.0
    taken_notional: float = 0.0
    tie: float = np.inf  # how near equity and maintenance came to each other, USD
    required: float = np.inf  # maintenance where the ratio was lowest, USD

    def see(self, equity: float, required: float) -> None:
        """Keep the lowest ratio."""
        if equity / required < self.lowest_ratio:
            self.lowest_ratio, self.required = equity / required, required

    def ratio_error(self, ratio: float) -> float:
        """How far equity or maintenance would have to be off for such a lowest ratio, USD."""
        if np.isinf(self.required):
            return 0.0 if ratio == self.lowest_ratio else np.inf
        return float(abs(ratio - self.lowest_ratio) * self.required / (1 + abs(ratio)))


def live(account: Account, rule: Rule, policy: Policy, path: Sequence[Market]) -> Life:
    """Walk one path: a breach is equity <= maintenance at a step's marks, for the whole account."""
    quantity, cash = [p.quantity for p in account.positions], account.cash
    life = Life(cash + sum(quantity), cash + sum(quantity))
    for step, market in enumerate(path, 1):
        if life.closed_step > 0:
            break
        equity = _equity(account, quantity, cash, market)
        required, own = rule.requirement(account, quantity, market)
        life.tie = min(life.tie, abs(equity - required))
        life.closest = min(life.closest, life.tie)
        if required > 0:
            life.see(equity, required)
        if equity <= required:
            if life.first_step < 0:
                life.first_step, life.trigger = step, own.index(max(own))
            event = Event(account, market, quantity, equity)
            policy(event, rule)
            quantity, equity = event.quantity, _settle(life, event, step)
            cash = equity - sum(
                q * market.marks[p.asset] for p, q in zip(account.positions, quantity, strict=True)
            )
        life.lowest_equity = min(life.lowest_equity, equity)
        life.terminal_equity = equity
    return life


def _equity(account: Account, quantity: Sequence[float], cash: float, market: Market) -> float:
    return cash + sum(q * market.marks[p.asset] for p, q in zip(account.positions, quantity, strict=True))


def _settle(life: Life, event: Event, step: int) -> float:
    """Record a liquidation and return the equity left, which is never below zero once all is closed."""
    equity = event.equity_after(event.closed)
    life.fee += event.fee(event.closed)
    life.fee_waived += event.full_fee(event.closed) - event.fee(event.closed)
    life.slippage += event.slippage(event.closed)
    life.closed_notional += sum(event.closed) + sum(event.taken) + sum(event.moved)
    life.fund += event.fund
    life.taken_notional += sum(event.taken)
    life.closings += event.closings
    life.peaked |= event.peaked
    life.closest = min(life.closest, event.closest)
    if not any(event.quantity):
        life.closed_step = step
        life.shortfall += max(-equity, 0.0)
        return max(equity, 0.0)
    return equity
