"""A sample in pieces has the figures of the same sample in one array, to the bit."""

import numpy as np
import pytest

from stresskit.measure.contributions import contributions, divided
from stresskit.measure.mean import mean
from stresskit.measure.ordered import upper_parts
from stresskit.measure.pieces import PIECE, Pieces
from stresskit.measure.tail import tail_figures

SIZE = 2 * PIECE + 1_000
LEVELS = (0.95, 0.99)


class Column:
    """A column that notes how much of it is read at once."""

    def __init__(self, values: np.ndarray) -> None:
        self.values, self.most = values, 0

    def pieces(self) -> Pieces:
        def read(some: object) -> np.ndarray:
            found = self.values[some]
            self.most = max(self.most, found.size)
            return found

        return Pieces(len(self.values), read)


@pytest.fixture(scope="module")
def legs() -> np.ndarray:
    draws = np.random.default_rng(4)
    found = draws.standard_t(4, (SIZE, 2)) * [1.0, 2.0]
    found[::7] = np.round(found[::7])  # equal losses, too
    return found


def test_tails_and_means_hold_a_piece_and_the_tail(legs: np.ndarray) -> None:
    column = Column(legs[:, 0])
    assert tail_figures(column.pieces(), LEVELS) == tail_figures(legs[:, 0], LEVELS)
    assert mean(column.pieces()) == mean(legs[:, 0])
    assert column.most == PIECE


def test_what_the_tail_holds_is_what_a_sort_gives(legs: np.ndarray) -> None:
    least = {0.95: 0.94, 0.99: 0.985}
    placed = upper_parts(Column(legs[:, 0]).pieces(), least, placed=True)
    for level, found in upper_parts(Column(legs[:, 0]).pieces(), least).items():
        by_sort = np.argsort(legs[:, 0], kind="stable")[-found.losses.size :]
        beyond = found.losses > found.losses[0]
        assert found.order is None
        assert np.array_equal(placed[level].order[beyond], by_sort[beyond])
        assert np.array_equal(placed[level].losses, found.losses)
        assert np.array_equal(found.losses, legs[by_sort, 0])


def test_contributions_never_read_a_whole_column(legs: np.ndarray) -> None:
    columns = [Column(legs[:, 0]), Column(legs[:, 1])]
    whole = Column(legs.sum(axis=1))
    found = divided(whole.pieces(), lambda i: columns[i].pieces(), 2, LEVELS)
    for level in LEVELS:
        assert repr(found[level]) == repr(contributions(legs, level))
    assert max(column.most for column in (whole, *columns)) == PIECE


def test_a_loss_that_is_no_number_is_seen_in_any_piece(legs: np.ndarray) -> None:
    losses = legs[:, 0].copy()
    losses[PIECE + 5] = np.nan
    with pytest.raises(ValueError, match="not finite"):
        tail_figures(Column(losses).pieces(), LEVELS)
