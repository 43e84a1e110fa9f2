"""What makes the distribution rule a measure of risk."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresskit.domain import View
from stresskit.simulate.loop import assess
from stresskit.simulate.scratch import empty_breakdown
from tests.reference.random_accounts import STEADY, case, shapes

REQUIRED = settings(STEADY, max_examples=80)


def required(found, quantity, market, book=None, rule=None):
    book, rule = book or found.book, rule or found.rule
    view = View(
        np.asarray(quantity, float), *(np.array(x, float) for x in (*market[:2], [market.multiplier]))
    )
    breakdown = empty_breakdown(book.asset.size, found.variance.size, found.scenarios)
    return assess(rule, book, view, breakdown)


def rounding(found, quantity, market):
    """A few ulps of the largest loss that any scenario holds."""
    gross = np.abs(quantity * np.array(market.marks)[found.book.asset]).sum()
    scale = max(found.twin.volatility_scale(i, market) for i in range(found.variance.size))
    return 1e-14 * gross * scale * np.abs(found.rule.scenarios.losses).max()


@REQUIRED
@given(shapes())
def test_not_more_than_the_stand_alone_sum(shape):
    found = case(shape, "var", steps=2, paths=1)
    market, quantity = found.path(0)[1], found.book.quantity
    alone = [
        required(found, quantity * (np.arange(quantity.size) == p), market) for p in range(quantity.size)
    ]
    whole = required(found, quantity, market)
    assert whole >= 0
    assert whole <= sum(alone) + rounding(found, quantity, market)


@REQUIRED
@given(shapes(), st.floats(1e-3, 1e3))
def test_twice_the_book_twice_the_requirement(shape, size):
    found = case(shape, "var", steps=2, paths=1)
    market, quantity = found.path(0)[1], found.book.quantity
    whole, scaled = required(found, quantity, market), required(found, size * quantity, market)
    assert scaled == pytest.approx(size * whole, rel=1e-12, abs=size * rounding(found, quantity, market))


@REQUIRED
@given(shapes(), st.floats(0.0, 1.0))
def test_splitting_a_position_changes_nothing(shape, share):
    found = case(shape, "var", steps=2, paths=1)
    market, quantity = found.path(0)[1], found.book.quantity
    asset = np.append(found.book.asset, found.book.asset[0])
    split = np.append(quantity, (1 - share) * quantity[0])
    split[0] *= share
    whole = required(found, quantity, market)
    parted = required(found, split, market, book=found.book._replace(asset=asset))
    assert parted == pytest.approx(whole, rel=1e-12, abs=rounding(found, quantity, market))
