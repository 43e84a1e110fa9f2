"""A grid's drift is the gradient of its requirement in the marks: the bridge goes by it."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from stresskit.simulate.loop import assess
from stresskit.simulate.scratch import take_hands
from tests.properties.test_reach import KINDS, between_slopes, by_differences, pull, seen_by
from tests.reference.random_accounts import STEADY


def test_the_marks_move_a_grid_as_its_drift_says():
    @settings(STEADY, max_examples=2000)
    @given(KINDS["scenario_grid"], st.integers(0, 2**32 - 1))
    def look(held, seed):
        view = seen_by(held, np.random.default_rng(seed))
        hands = take_hands(held.book, held.variance, held.scenarios)
        assess(held.rule, held.book, view, hands.breakdown)
        slopes = np.zeros(held.variance.size)
        pull(held.book, view, hands.breakdown, view.marks, slopes)
        below, above = by_differences(held, view, hands, assess)
        gross = np.abs(view.quantity) @ view.marks[held.book.asset] + np.abs(held.book.wallet.value).sum()
        assert between_slopes(slopes, below, above, gross)

    look()
