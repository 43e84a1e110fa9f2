"""A grid's drift is the gradient of its requirement in the marks: the bridge goes by it."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from stresskit.simulate.loop import assess
from stresskit.simulate.scratch import take_hands
from tests.properties.test_reach import KINDS, by_differences, pull, seen_by
from tests.reference.random_accounts import STEADY


def test_the_marks_move_a_grid_as_its_drift_says():
    off = []

    @settings(STEADY, max_examples=2000)
    @given(KINDS["scenario_grid"], st.integers(0, 2**32 - 1))
    def look(held, seed):
        view = seen_by(held, np.random.default_rng(seed))
        hands = take_hands(held.book, held.variance, held.scenarios)
        assess(held.rule, held.book, view, hands.breakdown)
        slopes = np.zeros(held.variance.size)
        pull(held.book, view, hands.breakdown, view.marks, slopes)
        found = by_differences(held, view, hands, assess)
        gross = np.abs(view.quantity) @ view.marks[held.book.asset] + np.abs(held.book.wallet.value).sum()
        off.append(np.abs(found - slopes).max() > 1e-5 * (gross + 1.0))

    look()
    assert not any(off)  # none of these accounts stands so close to a kink that a difference crosses it
