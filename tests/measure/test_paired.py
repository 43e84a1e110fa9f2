from math import comb

import numpy as np
import pytest

from stresskit.measure.paired import difference_of, paired_difference, paired_table


def hits(text):
    return np.array([letter == "x" for letter in text], dtype=bool)


def test_table_counts_the_four_cells():
    found = paired_table(hits("xxx.......") | hits("...x......"), hits("xx..x....."))
    cells = {key: found[key] for key in ("both", "only_mode", "only_baseline", "neither")}
    assert cells == {"both": 0.2, "only_mode": 0.2, "only_baseline": 0.1, "neither": 0.5}
    assert found["difference"]["value"] == 0.1


def test_no_discordant_path_leaves_an_interval():
    found = paired_difference(hits("x" + "." * 999), hits("x" + "." * 999))
    assert found.value == 0.0
    assert found.low == -found.high
    assert found.high == pytest.approx(2.77 / 1002, rel=1e-2)


def test_swapping_the_modes_turns_the_sign():
    one, other = difference_of(30, 4, 500), difference_of(4, 30, 500)
    assert (one.value, one.low, one.high) == pytest.approx((-other.value, -other.high, -other.low))


@pytest.mark.parametrize("n", [1, 2, 5, 100])
def test_interval_holds_the_value_and_stays_in_range(n):
    for only_mode in range(n + 1):
        for only_baseline in range(n + 1 - only_mode):
            value, low, high, _ = difference_of(only_mode, only_baseline, n)
            assert -1.0 <= low <= value <= high <= 1.0


@pytest.mark.parametrize("more", [0.0, 0.01, 0.05, 0.2, 0.5])
@pytest.mark.parametrize("less", [0.0, 0.01, 0.05, 0.2])
def test_exact_coverage(more, less):
    """Sum the trinomial law over the tables whose interval holds the true difference."""
    n, same, covered = 60, 1.0 - more - less, 0.0
    for i in range(n + 1):
        for j in range(n + 1 - i):
            _, low, high, _ = difference_of(i, j, n)
            if low <= more - less <= high:
                covered += comb(n, i) * comb(n - i, j) * more**i * less**j * same ** (n - i - j)
    assert 0.93 <= covered <= 1.0 + 1e-9


def test_interval_narrows_with_the_square_root():
    wide, narrow = (difference_of(5 * k, 3 * k, 1000 * k) for k in (10, 1000))
    assert (wide.high - wide.low) / (narrow.high - narrow.low) == pytest.approx(10, rel=0.03)


def test_no_path_is_undefined():
    assert paired_difference(hits(""), hits("")) == (None, None, None, "no path")
    assert paired_table(hits(""), hits(""))["difference"]["reason"] == "no path"


def test_unequal_lengths_are_refused():
    with pytest.raises(ValueError, match="cannot be paired"):
        paired_difference(hits("x"), hits("xx"))
