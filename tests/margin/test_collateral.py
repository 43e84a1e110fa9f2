"""What balances count for: slices, loans, exchange at the ratio, and the index of a stablecoin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stresskit.margin.collateral import counted_quantity, exchanged, usd_index
from stresskit.margin.deductions import deductions

TIERS = [(0.0, 0.98), (10.0, 0.95), (20.0, 0.0)]


@pytest.mark.parametrize(
    ("amount", "counted"), [(0.0, 0.0), (4.0, 3.92), (10.0, 9.8), (15.0, 14.55), (20.0, 19.3), (90.0, 19.3)]
)
def test_each_slice_counts_at_its_own_ratio(amount, counted):
    assert counted_quantity(amount, TIERS) == pytest.approx(counted, rel=1e-14)


@given(st.floats(-1e6, 0.0))
def test_what_is_owed_counts_in_full(amount):
    assert counted_quantity(amount, TIERS) == amount


@given(st.lists(st.floats(0.0, 50.0), min_size=3, max_size=3))
def test_collateral_is_concave_where_ratios_fall(amounts):
    low, middle, high = (counted_quantity(a, TIERS) for a in sorted(amounts))
    x, y, z = sorted(amounts)
    assert low <= middle <= high
    assert middle * (z - x) >= low * (z - y) + high * (y - x) - 1e-9


@pytest.mark.parametrize("rows", [[], [(1.0, 0.9)], [(0.0, 0.9), (0.0, 0.8)]])
def test_rows_start_at_zero_and_ascend(rows):
    with pytest.raises(ValueError, match="start at 0 and ascend"):
        counted_quantity(1.0, rows)


def test_a_deficit_is_exchanged_at_the_ratio():
    assert exchanged(97.5, 0.975) == pytest.approx(100.0)
    with pytest.raises(ValueError, match="above 0 and at most 1"):
        exchanged(1.0, 0.0)


def test_a_coin_quoted_in_a_stablecoin_off_its_peg():
    assert usd_index(100_000.0, 97_000.0, 100_000.0) == pytest.approx(97_000.0)
    assert usd_index(2_500.0, 100_000.0, 100_000.0) == 2_500.0


def test_deductions_make_the_lines_meet():
    floors, rates = [0.0, 300_000.0, 800_000.0, 3e6], [0.004, 0.005, 0.0065, 0.01]
    assert deductions(floors, rates) == pytest.approx([0.0, 300.0, 1_500.0, 12_000.0])
