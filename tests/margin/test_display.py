"""Displayed prices against our own: the same where the venue's formula is the rule."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresskit.margin.display import Held as Shown
from stresskit.margin.display import shown_price
from stresskit.margin.display.binance import coinm_price, usdm_price
from stresskit.pipeline.desk import liquidation_mark
from tests.reference.contracts import Held, Wealth, desk_of
from tests.reference.random_accounts import STEADY
from tests.reference.random_contracts import tables

PRICE = 2_500.0
sides = st.sampled_from([1, -1])


@settings(STEADY, max_examples=150)
@given(sides, tables(1e5, False), st.floats(1e3, 1e6), st.floats(0.01, 3.0))
def test_binance_linear(side, tiers, notional, wealth):
    """Substituting the bracket of the price found ends at the price at which the rule itself breaks."""
    size, wallet = notional / PRICE, wealth * notional
    ours = liquidation_mark(desk_of([Held(0, side * size, PRICE, tiers)], Wealth(wallet), [PRICE]), 0)
    shown = usdm_price(wallet, side, size, PRICE, PRICE, tiers)
    if ours is None:
        assert shown <= 0 or wealth <= tiers[-1][1] * 3
    else:
        assert shown == pytest.approx(ours * PRICE, rel=1e-9)


@settings(STEADY, max_examples=150)
@given(sides, tables(40.0, False), st.floats(1e3, 1e6), st.floats(0.01, 3.0))
def test_binance_inverse(side, tiers, face, wealth):
    coins = wealth * face / PRICE
    held = Held(0, side * face, PRICE, tiers, inverse=True, in_coin=True)
    ours = liquidation_mark(desk_of([held], Wealth(0.0, {0: coins}), [PRICE]), 0)
    if ours is not None:
        shown = coinm_price(coins, side, face, PRICE, PRICE, tiers)
        assert shown == pytest.approx(ours * PRICE, rel=1e-9)


def shown(**changes):
    given = Shown(
        side=1, size=2.0, entry=100.0, mark=100.0, leverage=10.0, wallet=20.0, others=0.0, maintenance=1.0,
        brackets=((0.0, 0.005, 0.0),), rate=0.005, deduction=0.0, fee=0.0006,
    )  # fmt: skip
    return given._replace(**changes)


@pytest.mark.parametrize(
    ("venue", "rule", "kind", "price"),
    [
        ("binance", "brackets", "linear", (20 - 200) / (2 * (0.005 - 1))),
        ("bybit", "isolated", "linear", 100 - (20 - 1) / 2),
        ("mexc", "isolated", "linear", 100 - (20 - 1) / 2),
        ("okx", "isolated", "linear", (100 - 10) / (1 - 0.0056)),
        ("hyperliquid", "brackets", "linear", 100 - (20 - 1) / (2 * (1 - 0.005))),
        ("weex", "brackets", "linear", 100 - (20 - 1) / (2 * (1 - 0.005))),
        ("bybit", "brackets", "linear", None),
        ("kraken", "brackets", "linear", None),
    ],
)
def test_each_venue_shows_its_own(venue, rule, kind, price):
    assert shown_price(venue, rule, kind, shown()) == (None if price is None else pytest.approx(price))


def test_no_price_where_none_is_positive_or_both_sides_cancel():
    assert shown_price("binance", "brackets", "linear", shown(wallet=500.0)) is None
    assert shown_price("weex", "brackets", "linear", shown(opposite=2.0)) is None
