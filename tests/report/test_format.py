import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stresskit.report import format as f

T, M = f.THIN, f.MINUS


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1.00"),
        (0.96, "0.960"),
        (12345.678, f"12{T}300"),
        (999.5, f"1{T}000"),
        (-1234.0, f"{M}1{T}230"),
        (0.000123456, "0.000123"),
        (0.0000123456, "1.23×10⁻⁵"),
        (1e12, f"1{T}000{T}000{T}000{T}000"),
    ],
)
def test_three_significant_figures(value: float, text: str) -> None:
    assert f.significant(value) == text


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="cannot print"):
        f.significant(value)


@given(st.floats(min_value=-1e11, max_value=1e11, allow_nan=False).filter(lambda x: abs(x) >= 1e-4))
def test_reading_back_is_within_half_a_unit_of_the_third_figure(value: float) -> None:
    read = float(f.significant(value).replace(T, "").replace(M, "-"))
    assert abs(read - value) <= 0.00501 * abs(value)


def test_a_figure_is_never_rounded_onto_a_threshold_it_misses() -> None:
    assert f.against(0.04998, 0.05, fraction=True) == (f"4.998{T}%", f"5{T}%")
    assert f.against(0.05, 0.05, fraction=True) == (f"5.00{T}%", f"5{T}%")
    assert f.against(1999.99, 2000.0, fraction=False) == (f"1{T}999.99{T}USD", f"2{T}000{T}USD")
    assert f.percent(0.9996) == f"99.96{T}%"
    assert f.percent(0.999999) == f"99.9999{T}%"
    assert f.percent(1.0) == f"100{T}%"
    assert f.ratio(0.9996) == "0.9996"
    assert f.ratio(1.0) == "1.00"


def test_probabilities_at_the_ends_show_what_the_interval_allows() -> None:
    assert f.chance({"value": 0.0, "low": 0.0, "high": 0.0000369}) == f"0 (< 0.00369{T}%)"
    assert f.chance({"value": 1.0, "low": 0.9981, "high": 1.0}) == f"100{T}% (> 99.8{T}%)"
    assert f.chance({"value": 0.05, "low": 0.048, "high": 0.052}) == f"5.00{T}% (4.80 to 5.20{T}%)"


def test_undefined_is_a_dash() -> None:
    nothing = {"value": None, "low": None, "high": None, "reason": "no path"}
    assert f.chance(nothing) == f.with_interval(nothing, f.usd) == f.optional(None, f.usd) == "–"
    assert f.bounds(nothing, f.usd) == ""


def test_units_and_signs() -> None:
    assert f.usd(1234.0) == f"1{T}230{T}USD"
    assert f.money(-0.001) == "0"
    assert f.gain(5.0) == f"+5.00{T}USD"
    assert f.move(-0.35) == f"{M}35.0{T}%"
    assert f.points(0.0123) == f"+1.23{T}pp"
    assert f.points(0.0) == f"0{T}pp"
    assert f.multiple(10.0) == "10.0×"
    assert f.hours(47.0) == f"47.0{T}h"
    assert f.hours(48.0) == f"2.00{T}d"
    assert f.duration(240.0) == f"10{T}d"
    assert f.duration(1.0) == f"1{T}h"
    assert f.level_name("0.975") == f"97.5{T}%"
    assert f.stated(100_000) == f"100{T}000"
    assert (
        f.with_interval({"value": 10.0, "low": 9.0, "high": 11.0}, f.usd)
        == f"10.0{T}USD (9.00 to 11.0{T}USD)"
    )
    assert f.bounds({"value": 0.0, "low": -0.01, "high": 0.02}, f.points) == f"{M}1.00 to +2.00{T}pp"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0 h"), (24.0, "24 h"), (47.0, "47 h"), (48.0, "2 d"), (52.0, "52 h"), (240.0, "10 d")],
)
def test_a_point_in_time_is_in_days_where_it_is_whole_ones(value: float, text: str) -> None:
    assert f.at(value) == text.replace(" ", T)
