"""The requirement of a whole book: kernel against the plain-Python rules."""

import numpy as np
import pytest
from hypothesis import given, settings

from stresskit.domain import View
from stresskit.simulate.loop import assess
from stresskit.simulate.scratch import empty_breakdown, view_at
from tests.reference.account import Brackets
from tests.reference.random_accounts import STEADY, Shape, case, shapes

SHAPE = Shape(3, 2, 3, 0.1, 2.0, 0.0125, 1e-6, 0.02, 0.99, 0.005)


def evaluate(found, view):
    breakdown = empty_breakdown(found.book.asset.size, found.variance.size, found.scenarios)
    return assess(found.rule, found.book, view, breakdown), breakdown


def view_of(found, market):
    multiplier = np.array([market.multiplier])
    return View(found.book.quantity.copy(), np.array(market.marks), np.array(market.variance), multiplier)


def largest_term(found, market, value):
    """The largest single amount that goes into a contribution: what its rounding is measured against."""
    if isinstance(found.twin, Brackets):
        return value.sum()
    scale = max(found.twin.volatility_scale(i, market) for i in range(found.variance.size))
    return value.sum() * scale * np.abs(found.rule.scenarios.losses).max()


@pytest.mark.parametrize("kind", ["brackets", "var"])
@settings(STEADY, max_examples=150)
@given(shapes())
def test_total_and_contributions_are_those_of_the_twin(kind, shape):
    found = case(shape, kind, steps=6, paths=1)
    for market in found.path(0):
        view = view_of(found, market)
        value = np.abs(view.quantity * view.marks[found.book.asset])
        rounding = 1e-14 * largest_term(found, market, value)
        expected, own = found.twin.requirement(found.account, found.book.quantity.tolist(), market)
        total, breakdown = evaluate(found, view)
        assert total == pytest.approx(expected, rel=1e-12, abs=rounding)
        assert breakdown.contribution == pytest.approx(own, rel=1e-12, abs=rounding)
        assert breakdown.contribution.sum() == pytest.approx(total, rel=1e-12, abs=rounding)
        assert breakdown.terms[breakdown.binding[0]] == total
        if kind == "var":
            assert breakdown.terms[1] == pytest.approx(found.rule.minimum_charge * value.sum(), rel=1e-13)
            assert total == breakdown.terms.max()


@pytest.mark.parametrize("kind", ["brackets", "var"])
def test_nothing_held_needs_nothing(kind):
    found = case(SHAPE, kind)
    view = view_at(found.book, found.variance)
    view.quantity[:] = 0.0
    assert evaluate(found, view)[0] == 0.0


def test_the_venue_sees_the_volatility_and_not_less_than_the_long_run():
    found = case(SHAPE._replace(minimum_charge=0.0), "var")
    calm = evaluate(found, view_at(found.book, found.variance))[0]
    assert evaluate(found, view_at(found.book, 0.01 * found.variance))[0] == calm
    assert evaluate(found, view_at(found.book, found.variance, multiplier=0.5))[0] == calm
    doubled = evaluate(found, view_at(found.book, found.variance, multiplier=2.0))[0]
    assert doubled == pytest.approx(2 * calm, rel=1e-13)
    stirred = evaluate(found, view_at(found.book, 4 * found.variance))[0]
    assert calm < stirred < doubled  # the forecast reverts within the margin period
