"""Random accounts under random markets, as the twin and as the kernels hold them."""

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stresskit.domain import Book, Marginals, Record, StudentT, Tile
from stresskit.liquidation import CloseAll, LargestContribution
from stresskit.margin import Rule
from stresskit.margin.brackets import BracketTable
from stresskit.margin.scenario_set import build_var
from stresskit.margin.var import Var
from stresskit.model.forecast import excess_weight
from stresskit.simulate.loop import live_through, start
from stresskit.simulate.scratch import empty_block, empty_record, no_coins, take_hands
from tests.reference.account import (
    Account,
    Brackets,
    Distribution,
    Market,
    Policy,
    Position,
    close_all,
    close_largest_contribution,
)

# The same examples every time, as far as Hypothesis can: it takes constants from all modules that happen to
# be imported. So what is asserted must hold for any examples; what is counted is counted of `settled` ones.
STEADY = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
SCENARIOS, MARGIN_STEPS = 1000, 24
POLICIES: dict[str, tuple[Policy, CloseAll | LargestContribution]] = {
    "close_all": (close_all, CloseAll()),
    "largest_contribution": (close_largest_contribution, LargestContribution()),
}


class Shape(NamedTuple):
    """What a case is drawn from; the rest follows from `seed`."""

    seed: int
    assets: int
    positions: int
    buffer: float
    wealth: float
    fee: float
    impact: float
    volatility: float
    confidence: float
    minimum_charge: float


THIN, COMFORTABLE = 1.001, 4.0
CHOICES = {
    "buffer": [0.0, 0.1, 0.5],
    "fee": [0.0, 0.0005, 0.0125, 0.05],
    "impact": [0.0, 1e-6, 3e-5],
    "volatility": [0.005, 0.02, 0.06],
    "confidence": [0.95, 0.99, 0.9873, 0.99955],
    "minimum_charge": [0.0, 0.005, 0.04],
}


def shapes() -> st.SearchStrategy[Shape]:
    """Books of 1-6 positions on 1-4 assets, from thin accounts to comfortable ones."""
    return st.builds(
        Shape,
        seed=st.integers(0, 2**32 - 1),
        assets=st.integers(1, 4),
        positions=st.integers(1, 6),
        wealth=st.floats(THIN, COMFORTABLE),
        **{name: st.sampled_from(values) for name, values in CHOICES.items()},
    )


# Where rounding weighs most: a steep peak, thirty closings one after the other, seven crossings.
HARD = (
    Shape(1, 2, 3, 0.5, 2.0, 0.0, 0.0, 0.06, 0.99955, 0.0),
    Shape(53475162, 1, 5, 0.0, 1.5, 0.0, 0.0, 0.02, 0.95, 0.005),
    Shape(416, 1, 6, 0.1, 1.21875, 0.0125, 0.0, 0.06, 0.95, 0.0),
)


def settled(count: int) -> list[Shape]:
    """Shapes of the same kinds, the same ones in every process, the hard ones among them."""
    rng = np.random.default_rng(2026)
    return [*HARD] + [
        Shape(
            seed=int(rng.integers(2**32)),
            assets=int(rng.integers(1, 5)),
            positions=int(rng.integers(1, 7)),
            wealth=float(1 + np.exp(rng.uniform(*np.log([THIN - 1, COMFORTABLE - 1])))),
            **{name: float(rng.choice(values)) for name, values in CHOICES.items()},
        )
        for _ in range(count - len(HARD))
    ]


def explore(check: Callable[[Shape], None], examples: int, tally: Counter[str]) -> Counter[str]:
    """Check settled shapes and as many that are drawn; what the check had counted of the settled ones."""
    for shape in settled(examples):
        check(shape)
    counted = tally.copy()
    settings(STEADY, max_examples=examples)(given(shapes())(check))()
    return counted


class Case(NamedTuple):
    """The same account, rule and paths twice: `account`, `twin`, `path` and `book`, `rule`, `tiles`."""

    account: Account
    twin: Brackets | Distribution
    book: Book
    rule: Rule
    tiles: list[Tile]
    variance: np.ndarray
    scenarios: int

    @property
    def paths(self) -> int:
        return self.tiles[0].marks.shape[2]

    def path(self, b: int) -> list[Market]:
        """Path `b` as the twin walks it."""
        return [
            Market(marks[:, b].tolist(), variance[:, b].tolist(), tile.multiplier)
            for tile in self.tiles
            for marks, variance in zip(tile.marks, tile.variance, strict=True)
        ]


def case(shape: Shape, kind: str, steps: int = 20, paths: int = 4) -> Case:
    """Build a case; `kind` is ``brackets`` or ``var``."""
    rng = np.random.default_rng(shape.seed)
    variance = rng.uniform(0.5, 2.0, shape.assets) * shape.volatility**2
    asset = rng.integers(0, shape.assets, shape.positions)
    quantity = rng.choice([-1.0, 1.0], shape.positions) * rng.lognormal(10, 1.5, shape.positions)
    if kind == "brackets":
        twin, rule = _brackets(rng, quantity)
    else:
        twin, rule = _distribution(rng, shape, variance)
    positions = tuple(
        Position(
            int(a), float(q), float(rng.uniform(0, 2e-3)), shape.impact * float(rng.uniform()), shape.fee
        )
        for a, q in zip(asset, quantity, strict=True)
    )
    account = Account(positions, 0.0, shape.buffer)
    required, _ = twin.requirement(account, quantity.tolist(), Market([1.0] * shape.assets, variance, 1.0))
    equity = max(shape.wealth * required, 1e-4 * account.gross())
    account = account._replace(cash=float(equity - quantity.sum()))
    tiles = _tiles(rng, shape, variance, steps, paths)
    return Case(account, twin, book_of(account), rule, tiles, variance, SCENARIOS if kind == "var" else 0)


def book_of(account: Account) -> Book:
    """The account as the kernels hold it."""
    column = {
        name: np.array([getattr(p, name) for p in account.positions], float) for name in Position._fields
    }
    asset = column.pop("asset").astype(np.int64)
    linear = np.zeros(asset.size)
    return Book(
        asset,
        **column,
        cash=float(account.cash),
        buffer=float(account.buffer),
        face=linear,
        wallet=no_coins(),
    )


def _brackets(rng: np.random.Generator, quantity: np.ndarray) -> tuple[Brackets, BracketTable]:
    """Convex tiers whose edges lie around the position's notional."""
    rows = []
    for held in np.abs(quantity):
        count = int(rng.integers(1, 5))
        floors = [0.0, *np.sort(held * rng.lognormal(0, 0.7, count - 1))]
        rates = np.sort(rng.uniform(0.003, 0.06, count))
        row = [(0.0, float(rates[0]), 0.0)]
        for floor, rate in zip(floors[1:], rates[1:], strict=True):
            _, before, deduction = row[-1]
            row.append((float(floor), float(rate), float(floor * (rate - before) + deduction)))
        rows.append(tuple(row))
    return Brackets(tuple(rows)), table_of(rows)


def table_of(rows: list[tuple[tuple[float, float, float], ...]]) -> BracketTable:
    """Tiers as the kernels hold them."""
    width = max(map(len, rows))
    padded = [[*row, *[(np.inf, 0.0, 0.0)] * (width - len(row))] for row in rows]
    columns = (np.array([[tier[k] for tier in row] for row in padded]) for k in range(3))
    floor, rate, deduction = columns
    others = (np.zeros(len(rows)) for _ in ("in_coin", "size_rate", "closing_fee", "jumps"))
    return BracketTable(floor, rate, deduction, np.full(len(rows), 0.1), *others)


def _distribution(rng: np.random.Generator, shape: Shape, variance: np.ndarray) -> tuple[Distribution, Rule]:
    n = shape.assets
    alpha, gamma, beta = rng.uniform(0, 0.1, n), rng.uniform(0, 0.1, n), rng.uniform(0, 0.84, n)
    common = rng.standard_t(4, SCENARIOS) * rng.uniform(0, 2)
    returns = np.sqrt(variance * MARGIN_STEPS)[:, None] / 2 * (common + rng.standard_t(4, (n, SCENARIOS)))
    relative = np.maximum(1 + returns, 0.05)
    ones = np.ones(n)
    laws = (StudentT(5.0),) * n
    marginals = Marginals(0 * ones, variance, alpha, gamma, beta, laws, variance, variance)
    weight = excess_weight(marginals, MARGIN_STEPS)
    spec = Var(
        rule="var",
        scenarios=SCENARIOS,
        confidence=shape.confidence,
        minimum_charge=shape.minimum_charge,
    )
    twin = Distribution(
        1 - relative,
        shape.confidence,
        shape.minimum_charge,
        tuple(variance.tolist()),
        tuple((alpha + gamma / 2 + beta).tolist()),
        MARGIN_STEPS,
    )
    return twin, build_var(spec, relative, variance, weight)


def _tiles(
    rng: np.random.Generator, shape: Shape, variance: np.ndarray, steps: int, paths: int
) -> list[Tile]:
    """Two tiles of fat-tailed moves and jumps, the second under a volatility multiplier."""
    state = variance[:, None] * rng.lognormal(0, 0.5, (steps, shape.assets, paths))
    move = shape.volatility * (
        rng.standard_t(3, (steps, 1, paths)) + rng.standard_t(3, (steps, shape.assets, paths))
    )
    jump = np.where(rng.random(move.shape) < 0.03, rng.uniform(-0.6, 0.6, move.shape), 0.0)
    marks = np.cumprod(np.maximum(1 + move + jump, 0.05), axis=0)
    half = steps // 2
    return [
        Tile(marks[:half].copy(), state[:half].copy(), 1.0),
        Tile(marks[half:].copy(), state[half:].copy(), float(rng.uniform(0.8, 2.5))),
    ]


def kernel_lives(found: Case, policy: CloseAll | LargestContribution, *, always: bool) -> Record:
    """Every path of a case by the kernels."""
    block = empty_block(found.book.asset.size, found.variance.size, found.paths)
    record = empty_record(found.paths)
    hands = take_hands(found.book, found.variance, found.scenarios)
    start(found.rule, found.book, block, hands, record)
    step = 0
    for tile in found.tiles:
        live_through(found.rule, policy, found.book, tile, step, always, block, hands, record)
        step += len(tile.marks)
    return record
