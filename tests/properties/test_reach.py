"""The bridge's bounds: no crossing is ruled out on less than the true variance of the excess.

The true one is that of the gradient with which a crossing is decided, and that of a gradient by
differences, which knows nothing of how the rules report their slopes.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresskit.config_file.parameters import load_unified
from stresskit.domain import Book, Float1D, Float2D, Tile, View, Wallet
from stresskit.margin.scenario_set import build_clearing
from stresskit.margin.tightened import Tightened, factor_at, tightened
from stresskit.margin.unified import unified_table
from stresskit.simulate import bridge, reach
from stresskit.simulate.loop import assess
from stresskit.simulate.scratch import empty_block, take_hands
from tests.reference.contracts import book_of, table_of
from tests.reference.interpreted import interpreted
from tests.reference.random_accounts import SCENARIOS, STEADY, Shape, case
from tests.reference.random_contracts import PRICES, accounts, wealths
from tests.reference.random_grids import grid_case, grid_seeds

brace, tight_reach = interpreted(reach.brace), interpreted(reach.tight_reach)
pull, step_variance = interpreted(bridge.pull), interpreted(bridge.step_variance)
UNIFIED = [load_unified(name).parameters for name in ("binance-pm-2026-01", "hyperliquid-pm-2025-12")]
FACTOR, NUDGE = 1.7, 1e-6
Requirement = Callable[..., float]
ROOM = 4 * bridge.ROUNDING


class Held(NamedTuple):
    """An account under a rule: `scenarios` of its set, `smooth` where nothing jumps at a tier's edge."""

    rule: Any
    book: Book
    variance: Float1D
    scenarios: int
    smooth: bool = True


def with_wallet(book: Book, rng: np.random.Generator, assets: int, spot: bool) -> Book:
    """Coins held and owed; with `spot` some are declared positions, whose legs have no quantity."""
    place = np.flatnonzero(rng.random(assets) < 0.6)
    value = rng.normal(size=place.size) * np.abs(book.quantity).sum()
    declared = value * (rng.random(place.size) < 0.5) if spot else np.zeros(place.size)
    loan = np.maximum(-value, 0.0) * rng.choice([0.0, 0.05, 0.2])
    legs = place[declared != 0.0]

    def longer(column: Float1D) -> Float1D:
        return np.concatenate([column, np.zeros(legs.size)])

    return book._replace(
        asset=np.concatenate([book.asset, legs]),
        wallet=Wallet(place, value * rng.choice([0.5, 1.0]), declared, loan, float(rng.choice([0.0, 1e3]))),
        **{name: longer(getattr(book, name)) for name in ("quantity", "half_spread", "impact", "fee")},
        face=longer(rng.choice([0.0, rng.uniform(0.2, 5.0)], book.asset.size)),
    )


@st.composite
def bracketed(draw: Any) -> Held:
    """Linear and inverse contracts, tables in USD and in coins, coins held and owed."""
    held, wealth = draw(accounts), draw(wealths())
    wealth = replace(wealth, loan_rate=draw(st.sampled_from([0.0, 0.05, 0.5])))
    book = book_of(held, wealth, PRICES)
    variance = np.array(draw(st.lists(st.floats(1e-6, 1e-2), min_size=3, max_size=3)))
    return Held(table_of(held, PRICES), book, variance, 0, not any(one.whole for one in held))


@st.composite
def distributed(draw: Any) -> Held:
    """A scenario set, its own or with a clearing house's two others; spot beside contracts."""
    seed, measured = draw(st.integers(0, 2**32 - 1)), draw(st.sampled_from(["own", "with add-ons"]))
    rng = np.random.default_rng(seed)
    shape = Shape(
        seed, int(rng.integers(1, 5)), int(rng.integers(1, 6)), 0.1, 2.0, 0.0, 0.0,
        float(rng.choice([0.005, 0.02])), 0.99, float(rng.choice([0.0, 0.005, 0.2])),
    )  # fmt: skip
    found = case(shape, "var", steps=2, paths=1)
    rule = found.rule
    if measured == "with add-ons":
        others = rng.standard_t(4, (2, shape.assets, SCENARIOS)) * 3 * shape.volatility
        others[0] = others[0, 0]
        rule = build_clearing(rule, *np.maximum(1.0 + others, 0.05))
    return Held(rule, with_wallet(found.book, rng, shape.assets, True), found.variance, SCENARIOS)


@st.composite
def unified(draw: Any) -> Held:
    """The brackets' accounts where dollars and coins are haircut too."""
    found, parameters = draw(bracketed()), draw(st.sampled_from(UNIFIED))
    coins = [("BTC", "ETH", "DOGE")[place] for place in found.book.wallet.asset]
    return found._replace(rule=unified_table(found.rule, parameters, coins))


@st.composite
def gridded(draw: Any) -> Held:
    """Venues' grids; coins owed beside the spot of the book."""
    found = grid_case(*draw(grid_seeds()))
    wallet, rate = found.book.wallet, draw(st.sampled_from([0.0, 0.05]))
    signs = np.array(draw(st.lists(st.sampled_from([-1.0, 1.0]), min_size=3, max_size=3)))[
        : wallet.value.size
    ]
    loan = rate * np.where(signs < 0, wallet.value, 0.0)
    wallet = wallet._replace(value=signs * wallet.value, spot=signs * wallet.spot, loan=loan)
    variance = np.array(draw(st.lists(st.floats(1e-6, 1e-2), min_size=3, max_size=3)))
    return Held(found.table, found.book._replace(wallet=wallet), variance, 2 * len(found.legs))


KINDS = {
    "brackets": bracketed(),
    "distribution": distributed(),
    "unified": unified(),
    "scenario_grid": gridded(),
}


def seen_by(held: Held, rng: np.random.Generator) -> View:
    """Some of the book closed, at some marks, variances and multiplier."""
    n, book = held.variance.size, held.book
    return View(
        book.quantity * rng.choice([0.0, 0.5, 1.0], book.quantity.size),
        np.exp(rng.choice([0.0, 0.1, 0.7]) * rng.standard_normal(n)),
        held.variance * np.exp(rng.standard_normal(n)),
        np.array([rng.uniform(0.5, 3.0)]),
        np.array([book.cash + rng.normal() * np.abs(book.quantity).sum()]),
    )


def correlation(w: Float1D, rng: np.random.Generator) -> Float2D:
    """Of one factor and what is left of it; at times of that alone, or such that all that `w` holds loses."""
    load = rng.choice([-1.0, 1.0], w.size) * rng.uniform(0, 1, w.size)
    kind = rng.integers(4)
    if kind < 3:
        load = np.where(w < 0.0, -1.0, 1.0) if kind < 2 else np.sign(load)
    return np.outer(load, load) + np.diag(1.0 - load**2)


def twin_of(rule: Any, book: Book, view: View, breakdown: Any) -> float:
    """The requirement, of a tightened rule by that of the rule inside: no kernel that no other test needs."""
    if not isinstance(rule, Tightened):
        return assess(rule, book, view, breakdown)
    factor = interpreted(factor_at)(rule, view)
    total = factor * assess(rule.rule, book, view, breakdown)
    breakdown.drift[:] *= factor
    return total


def by_differences(held: Held, view: View, hands: Any, asked: Requirement) -> tuple[Float1D, Float1D]:
    """Slopes of the excess in the returns, below the marks and above, moving one mark at a time."""

    def excess(marks: Float1D) -> float:
        at = view._replace(marks=marks)
        wallet = held.book.wallet
        equity = view.quantity @ marks[held.book.asset] + wallet.value @ marks[wallet.asset]
        return float(equity) - asked(held.rule, held.book, at, hands.breakdown)

    sides, now = np.eye(view.marks.size) * NUDGE, excess(view.marks)
    below = [(now - excess(view.marks * (1 - side))) / NUDGE for side in sides]
    return np.array(below), np.array([(excess(view.marks * (1 + side)) - now) / NUDGE for side in sides])


def between_slopes(w: Float1D, below: Float1D, above: Float1D, gross: float) -> bool:
    """Whether the gradient `w` lies between the slopes to either side, which differ at a kink only."""
    blur = 1e-5 * (gross + 1.0)
    low, high = np.minimum(below, above) - blur, np.maximum(below, above) + blur
    return bool((low <= w).all() and (w <= high).all())


def check(held: Held, seed: int, tightest: list[float], asked: Requirement) -> None:
    """The excess's variance over a step, by both gradients, against both bounds."""
    rng = np.random.default_rng(seed)
    view, n = seen_by(held, rng), held.variance.size
    hands = take_hands(held.book, held.variance, held.scenarios)
    block = empty_block(held.book.asset.size, n, 1)
    block.quantity[:, 0] = view.quantity
    asked(held.rule, held.book, view, hands.breakdown)
    (w, lean, root), over = np.zeros((3, n)), float(rng.uniform(0.5, 3.0))
    pull(held.book, view, hands.breakdown, view.marks, w)
    tile = Tile(np.ones((1, n, 1)), np.ones((1, n, 1)), over)
    between = bridge.Bridge(
        view.marks[:, None],
        view.variance[:, None],
        float(view.multiplier[0]),
        correlation(w, rng),
        0,
        np.zeros(1, int),
    )
    brace(between, held.rule, held.book, tile, 0, block.quantity, block.reach, hands.steep)
    tight = tight_reach(between, held.rule, held.book, tile, 0, block, 0, hands)
    assert tight <= block.reach[0] ** 2 * (1 + ROOM)
    true = step_variance(between.correlation, view.variance, over, w, lean, root)
    assert true <= tight, (true, tight)
    tightest.append(true / tight if tight else 0.0)
    if held.smooth:
        below, above = by_differences(held, view, hands, asked)
        rough = step_variance(between.correlation, view.variance, over, (below + above) / 2, lean, root)
        gross = np.abs(view.quantity) @ view.marks[held.book.asset] + np.abs(held.book.wallet.value).sum()
        blur = 1e-16 / NUDGE * 50 * gross * over * np.sqrt(view.variance).sum()
        assert np.sqrt(max(rough, 0.0)) <= np.sqrt(tight) + blur, (rough, tight)
        assert between_slopes(w, below, above, gross), (w, below, above)


def compare(kind: str, dear: bool, asked: Requirement, examples: int, figures: list[str]) -> None:
    """Check so many accounts of a kind; `dear`: under a venue that multiplies what it asks."""
    tightest: list[float] = []

    @settings(STEADY, max_examples=examples)
    @given(KINDS[kind], st.integers(0, 2**32 - 1))
    def holds(held: Held, seed: int) -> None:
        if dear:
            trigger = float(np.random.default_rng(seed).choice([0.0, 1.0]))
            held = held._replace(rule=tightened(held.rule, FACTOR, trigger, held.variance))
        check(held, seed, tightest, asked)

    holds()
    said = f"{kind}, tightened" if dear else kind
    figures.append(
        f"variance over its bound, {said}: median {np.median(tightest):.2f}, most {max(tightest):.2f}"
    )


@pytest.mark.parametrize("dear", [False, True], ids=["plain", "tightened"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_bound_is_below_the_variance_of_the_excess(kind: str, dear: bool, figures: list[str]) -> None:
    compare(kind, dear, twin_of, 40, figures)


@pytest.mark.long
@pytest.mark.parametrize("dear", [False, True], ids=["plain", "tightened"])
@pytest.mark.parametrize("kind", KINDS)
def test_nor_is_it_of_the_compiled_rules(kind: str, dear: bool, figures: list[str]) -> None:
    compare(kind, dear, assess, 2000, figures)
