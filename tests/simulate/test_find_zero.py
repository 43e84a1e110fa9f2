"""The search for the crossing of a nearly flat excess: between brackets, and never beyond one step's reach.

One long position whose upper bracket asks nearly all of each further dollar: there its excess is flat,
below the edge of the bracket it is steep. A tangent at the flat part points far beyond the zero.
"""

import numpy as np
import pytest

from stresskit.domain import Tile
from stresskit.simulate.crossing import FARTHEST, LEAST_MARK, find_zero, strike
from stresskit.simulate.scratch import take_hands
from tests.reference.account import Account, Position
from tests.reference.random_accounts import book_of, table_of

SIZE, EDGE, LOW, SD = 101_000.0, 100_000.0, 0.01, 0.01


class Line:
    """The excess of the position by its mark, and the search along it from a mark of 1."""

    def __init__(self, flat, excess, size=SIZE):
        self.rate, self.size = 1 - flat, size
        self.book = book_of(Account((Position(0, size, 0.0, 0.0, 0.0),), 0.0, 0.1))
        self.rule = table_of([((0.0, LOW, 0.0), (EDGE, self.rate, EDGE * (self.rate - LOW)))])
        self.cash = 0.0
        self.cash = excess - self.excess(1.0)
        self.slope = size - (self.rate if abs(size) > EDGE else LOW) * abs(size)

    def excess(self, mark):
        held = abs(self.size) * mark
        asked = LOW * min(held, EDGE) + self.rate * max(held - EDGE, 0.0)
        return self.cash + self.size * mark - asked

    def search(self, farthest):
        hands = take_hands(self.book, np.array([SD * SD]), 0)
        hands.sway[:, 0] = self.slope, SD * SD * self.slope, 1.0, 0.0
        variance = (SD * self.slope) ** 2
        hit, equity, required = find_zero(self.rule, self.book, self.cash, variance, farthest, hands)
        return hit, equity - required, hands.seen.marks[0]


@pytest.mark.parametrize("flat", [1e-3, 1e-5, 1e-7])
def test_a_flat_excess_does_not_run_away_from_its_zero(flat):
    line = Line(flat, 50.0)
    zero = EDGE / SIZE - (50.0 - flat * (SIZE - EDGE)) / ((1 - LOW) * SIZE)
    tangent = 1.0 - 50.0 / line.slope  # where Newton's method goes unbracketed
    assert tangent < (LEAST_MARK if flat < 1e-3 else zero - 0.1)
    hit, left, mark = line.search(100.0)
    assert hit
    assert mark == pytest.approx(zero, abs=1e-7)
    assert -1e-3 < left <= 0.0


def test_where_there_is_no_zero_the_marks_stay_within_reach():
    """A short position far from a breach: the search ends at its farthest, and finds nothing."""
    line = Line(1e-5, 5_000.0, -1_000.0)
    farthest = 100.0
    hit, left, mark = line.search(farthest)
    assert not hit
    assert left > 4_000
    assert mark - 1 == pytest.approx(farthest / abs(line.slope), rel=1e-9)
    assert mark - 1 <= farthest / abs(line.slope) * (1 + 1e-12)


@pytest.mark.parametrize("size", [1_000.0, -1_000.0, 150_000.0])
@pytest.mark.parametrize("ends", [(5.0, 5.0), (30.0, -10.0), (0.01, -40.0)])
def test_a_crossing_moves_no_mark_farther_than_a_step_can(size, ends):
    """The excess at the end is not that of the line, as if variances had risen: no zero is near."""
    line = Line(1e-5, 5_000.0, size)
    hands, (before, after) = take_hands(line.book, np.array([SD * SD]), 0), ends
    lean, variance = SD * SD * line.slope, (SD * line.slope) ** 2
    hands.sway[:2, 0] = line.slope, lean
    tile = Tile(np.full((1, 1, 1), 1.002), np.full((1, 1, 1), SD * SD), 1.0)
    strike(line.rule, line.book, tile, 0, line.cash, 0, hands, before, after, variance)
    reach = 2 * (before + abs(after)) + (FARTHEST + 2.0) * np.sqrt(variance)
    assert abs(hands.seen.marks[0] - 1.0) <= 0.002 + reach / abs(line.slope)
