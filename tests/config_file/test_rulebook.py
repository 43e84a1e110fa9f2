"""A bad rulebook is refused with every problem at its line; an unknown one is named."""

import re

import pytest

from stresskit.config_file.rulebook import load_rulebook
from stresskit.errors import ConfigError, DataError
from stresskit.margin.rulebook import SHIPPED

TEXT = (SHIPPED / "binance-usdm-2026-09.toml").read_text()
BTC = 'symbols."BTC/USDT:USDT"'
FAULTS = {
    "a continuity break": (
        "[300_000, 0.005, 100, 300]",
        "[300_000, 0.005, 100, 0]",
        f"{BTC}.tiers.1: a continuous requirement: a deduction of 300, not 0",
    ),
    "a negative rate": (
        "[300_000, 0.005, 100, 300]",
        "[300_000, -0.005, 100, 300]",
        f"{BTC}.tiers.1: a maintenance rate above 0 and at most 1, not -0.005",
    ),
    "falling rates": (
        "[300_000, 0.005, 100, 300]",
        "[300_000, 0.003, 100, -300]",
        f"{BTC}.tiers.1: rising rates",
    ),
    "tiers out of order": (
        "[800_000, 0.0065, 75, 1_500]",
        "[200_000, 0.0065, 75, 1_500]",
        f"{BTC}.tiers.2: tiers in ascending order: 200000 does not follow 300000",
    ),
    "rising leverages": (
        "[800_000, 0.0065, 75, 1_500]",
        "[800_000, 0.0065, 175, 1_500]",
        f"{BTC}.tiers.2: falling leverages",
    ),
    "a first tier above zero": (
        "[0, 0.004, 150, 0]",
        "[10, 0.004, 150, 0]",
        f"{BTC}.tiers.0: a first tier that st",
    ),
    "a deduction under whole_position": (
        "[300_000, 0.005, 100, 300]",
        "[300_000, 0.005, 100, 300]",
        f"{BTC}.tiers.1: nothing to deduct",
    ),
    "a cap below the last tier": (
        "cap = 1_800_000_000",
        "cap = 1_000",
        f"{BTC}.cap: a size above the last tier",
    ),
    "a negative cap": ("cap = 1_800_000_000", "cap = -1", f"{BTC}.cap: a number above 0, not -1"),
    "a symbol that is none": ('"BTC/USDT:USDT"', '"BTCUSDT"', "symbols.BTCUSDT: a symbol such as"),
    "an inverse contract": (
        '"BTC/USDT:USDT"',
        '"BTC/USD:BTC"',
        'symbols."BTC/USD:BTC": a contract that is linear',
    ),
    "an unknown key": ("cap = 1_800_000_000", "caps = 1", f"{BTC}.caps: unknown key (did you mean 'cap'?)"),
    "an unknown scheme": ('scheme = "marginal"', 'scheme = "margnal"', "scheme: "),
    "a date that is none": (
        'as_of = "2026-09"',
        'as_of = "2026-13"',
        "as_of: a date as exact as it is known",
    ),
    "a fee in percent": ("rate = 0.0125", "rate = 1.25", "liquidation_fee.rate: a fraction between 0 and 1"),
    "rows that nobody knows": (
        "cap = 1_800_000_000",
        'cap = 1_800_000_000\nconfidence = "unknown"',
        f"{BTC}.confidence: high, medium or low",
    ),
    "an unknown collateral table": (
        'collateral = "multi_assets"',
        'collateral = "multi"',
        "offers.multi_assets.collateral: a table of [collateral]; there is multi_assets",
    ),
    "a ratio above one": (
        "[[0, 0.9999]]",
        "[[0, 1.1]]",
        "assets.USDT.ratios.0: a collateral ratio between 0 and 1",
    ),
}


def line_of(text, fragment):
    return text[: text.index(fragment)].count("\n") + 1


@pytest.mark.parametrize("what", FAULTS)
def test_refused_at_its_line(tmp_path, what):
    old, new, complaint = FAULTS[what]
    assert old in TEXT
    text = TEXT.replace(old, new, 1)
    if "whole_position" in what:
        text = text.replace('scheme = "marginal"  ', 'scheme = "whole_position"')
    (tmp_path / "mine.toml").write_text(text)
    with pytest.raises(DataError) as caught:
        load_rulebook("mine.toml", tmp_path)
    first = caught.value.problems[0]
    line = line_of(text, new) + new.count("\n")
    assert first.where.startswith(f"{tmp_path}/mine.toml:{line}:"), first
    assert re.search(re.escape(complaint), f"{first.key}: {first.expected}"), first


def test_all_problems_in_one_pass(tmp_path):
    text = TEXT.replace("[300_000, 0.005, 100, 300]", "[300_000, 0.005, 100, 0]", 1)
    text = text.replace("[50_000, 0.0065, 75, 75]", "[50_000, 0.0065, 75, 0]", 1)
    (tmp_path / "mine.toml").write_text(text)
    with pytest.raises(DataError) as caught:
        load_rulebook("mine.toml", tmp_path)
    keys = [problem.key for problem in caught.value.problems]
    assert keys == [f"{BTC}.tiers.1", 'symbols."SOL/USDT:USDT".tiers.1']
    places = [int(problem.where.split(":")[-2]) for problem in caught.value.problems]
    assert places == sorted(places)


def test_text_that_is_no_toml(tmp_path):
    (tmp_path / "mine.toml").write_text(TEXT.replace('venue = "binance"', "venue ="))
    with pytest.raises(DataError, match=r"mine\.toml:\d+:\d+: TOML"):
        load_rulebook("mine.toml", tmp_path)


def test_an_unknown_rulebook_is_named():
    with pytest.raises(ConfigError, match="did you mean 'binance-usdm-2026-09'"):
        load_rulebook("binance-usdm-2026-9")
