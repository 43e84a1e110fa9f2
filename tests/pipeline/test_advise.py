"""Advice: which of the venue's modes, whether the switch is allowed, what to close first."""

import json

import pytest

from stresskit.config_file import load_run
from stresskit.margin.venue import Offer
from stresskit.pipeline.advise import advise
from stresskit.pipeline.switching import Situation, switch
from tests.pipeline.conftest import CONFIGS
from tests.pipeline.test_calculator import FICTITIOUS

TEXT = (CONFIGS / "quickstart.toml").read_text()


def loaded(tmp_path, text=TEXT, *overrides):
    (tmp_path / "run.toml").write_text(text)
    return load_run(tmp_path / "run.toml", overrides)


def status(entry, name):
    return next(c["status"] for c in entry["conditions"] if c["name"] == name)


def offer(**keys):
    return Offer(title="New", rule="brackets", confidence="high", source="this test", **keys)


def situation(tmp_path, *overrides, isolated=False, equity=20_000.0, text=TEXT):
    return Situation(loaded(tmp_path, text, *overrides).run.books()[0], equity, isolated)


HEDGED = TEXT.replace('"ETH/USDT:USDT"', '"BTC/USDT:USDT"')


def test_all_conditions_met(tmp_path):
    found = switch(
        offer(minimum_equity=10_000, open_positions="kept"), situation(tmp_path), (9_000.0, 20_000.0)
    )
    assert found["admissible"] is True
    assert found["close_first"] == []
    assert {c["status"] for c in found["conditions"]} == {"met"}


@pytest.mark.parametrize(
    ("keys", "kind", "initial", "name", "expected", "admissible"),
    [
        ({"minimum_equity": 20_000.01}, {}, 1.0, "minimum equity", "not met", False),
        ({"minimum_equity": 20_000}, {}, 1.0, "minimum equity", "met", True),
        ({"minimum_equity": 50_000, "waiver": "VIP"}, {}, 1.0, "minimum equity", "not known", None),
        ({}, {}, 20_000.01, "initial margin there", "not met", False),
        ({}, {}, 20_000.0, "initial margin there", "met", True),
        ({}, {}, None, "initial margin there", "not known", None),
        ({"isolated_positions": "closed"}, {"isolated": True}, 1.0, "isolated positions", "not met", False),
        ({"isolated_positions": "kept"}, {"isolated": True}, 1.0, "isolated positions", "met", True),
        ({}, {"isolated": True}, 1.0, "isolated positions", "not known", None),
        ({"position_mode": "one_way"}, {"text": HEDGED}, 1.0, "position mode", "not met", False),
        ({"position_mode": "any"}, {"text": HEDGED}, 1.0, "position mode", "met", True),
        ({}, {"text": HEDGED}, 1.0, "position mode", "to check", True),
        ({"open_positions": "flat"}, {}, 1.0, "open positions", "not met", False),
        ({"open_positions": "kept"}, {}, 1.0, "open positions", "met", True),
        ({"eligibility": "VIP 9"}, {}, 1.0, "eligibility", "to check", True),
    ],
)
def test_one_condition(tmp_path, keys, kind, initial, name, expected, admissible):
    there = None if initial is None else (initial, 20_000.0)
    found = switch(offer(**keys), situation(tmp_path, **kind), there)
    assert status(found, name) == expected
    assert found["admissible"] is admissible


def test_what_to_close_first(tmp_path):
    flat = switch(offer(open_positions="flat"), situation(tmp_path), (1.0, 20_000.0))
    assert flat["close_first"] == ["BTC/USDT:USDT", "ETH/USDT:USDT"]
    one_way = switch(offer(position_mode="one_way"), situation(tmp_path, text=HEDGED), (1.0, 20_000.0))
    assert one_way["close_first"] == ["BTC/USDT:USDT"]


def test_a_hypothetical_mode_is_shown_and_never_advised(tmp_path):
    found = advise(loaded(tmp_path))
    assert found["modes"]["portfolio"]["hypothetical"]
    assert found["modes"]["portfolio"]["initial"] < found["modes"]["cross"]["initial"]
    assert (found["recommendation"]["mode"], found["recommendation"]["switch"]) == ("cross", False)
    assert any("portfolio would ask" in text for text in found["recommendation"]["reasons"])
    assert {"portfolio", "portfolio_pro", "portfolio_pro_span"} <= set(found["switches"])
    assert found["switches"]["portfolio_pro_span"]["reason"] == "not computed: its parameters are not public"
    json.dumps(found, allow_nan=False)


TWO_MODES = (
    FICTITIOUS
    + """
[offers.club]
title = "Club"
rule = "var"
minimum_equity = 15_000
open_positions = "kept"
risks = ["membership"]
confidence = "high"
source = "this test"
"""
)


def atlantis(tmp_path, tables=TWO_MODES):
    (tmp_path / "atlantis.toml").write_text(tables)
    return TEXT.replace('"binance"', '"atlantis"').replace("binance-usdm-2026-09", "atlantis.toml")


def test_the_lowest_initial_margin_among_what_is_admissible(tmp_path):
    found = advise(loaded(tmp_path, atlantis(tmp_path)))
    assert found["switches"]["club"]["admissible"] is True
    assert found["switches"]["club"]["mode"] == "portfolio"
    assert found["recommendation"]["mode"] == "portfolio"
    assert found["recommendation"]["switch"]
    assert any("liquidation is nearer" in text for text in found["recommendation"]["reasons"])


def test_a_switch_that_is_not_admissible_is_not_advised(tmp_path):
    text = atlantis(tmp_path, TWO_MODES.replace("15_000", "1_500_000"))
    found = advise(loaded(tmp_path, text))
    assert found["recommendation"]["mode"] == "cross"
    assert any("Club asks less, but" in text for text in found["recommendation"]["reasons"])


def test_modes_that_the_config_does_not_name_are_computed(tmp_path):
    text = atlantis(tmp_path)
    text = text[: text.index("[modes.portfolio]")] + text[text.index("[scenarios.baseline]") :]
    found = advise(loaded(tmp_path, text))
    assert found["modes"]["club"]["hypothetical"] is False
    assert found["recommendation"]["mode"] == "club"


def test_the_verdict_of_a_run_decides(tmp_path):
    given = loaded(tmp_path, atlantis(tmp_path))
    metrics = {"verdict": {"mode": "cross", "reasons": ["it lives"]}}
    found = advise(given, metrics)["recommendation"]
    assert (found["mode"], found["basis"], found["reasons"][0]) == ("cross", "run", "it lives")
    metrics["verdict"]["mode"] = "portfolio"
    assert advise(given, metrics)["recommendation"]["mode"] == "portfolio"
    rich = TWO_MODES.replace("15_000", "1_500_000")
    found = advise(loaded(tmp_path, atlantis(tmp_path, rich)), metrics)["recommendation"]
    assert found["mode"] == "cross"
    assert "the switch is not admissible" in found["reasons"][1]


def test_several_accounts_each_with_its_venue(tmp_path):
    (tmp_path / "atlantis.toml").write_text(TWO_MODES)
    text = TEXT.replace("[account]", '[[accounts]]\nname = "one"\nmodes = ["cross", "portfolio"]')
    block = text[text.index("[[accounts]]") : text.index("[modes.cross]")]
    other = (
        block.replace('"one"', '"two"').replace('"cross", ', '"deep", ').replace('"binance"', '"atlantis"')
    )
    deep = '[modes.deep]\nrule = "brackets"\nrulebook = "atlantis.toml"\nliquidation = "close_all"\n\n'
    text = text.replace("[modes.cross]", other + "[modes.cross]").replace(
        "[modes.portfolio]", deep + "[modes.portfolio]"
    )
    found = advise(loaded(tmp_path, text))["accounts"]
    assert found["one"]["recommendation"]["mode"] == "cross"
    assert found["two"]["recommendation"]["mode"] == "portfolio"
    assert found["two"]["modes"]["portfolio"]["hypothetical"] is False


def test_where_only_the_settlement_currency_counts_the_equity_is_smaller(tmp_path):
    """A coin that carries the portfolio mode is worth nothing to the cross mode of the same venue."""
    text = (CONFIGS / "venues" / "hyperliquid-carry.toml").read_text()
    found = advise(loaded(tmp_path, text))
    assert found["modes"]["portfolio"]["equity"] == pytest.approx(61_000.0)
    assert found["modes"]["cross"]["equity"] == pytest.approx(1_000.0)
    cross = found["switches"]["cross"]
    assert cross["wallet"] == "only USDC counts as collateral there"
    assert cross["admissible"] is False
    assert status(cross, "initial margin there") == "not met"
    assert (found["recommendation"]["mode"], found["recommendation"]["switch"]) == ("portfolio", False)
    assert any("Cross margin asks less, but" in text for text in found["recommendation"]["reasons"])


OFFERS = {  # present mode, and what else its venue offers that can be computed
    "binance-portfolio-margin": ("cross", {"portfolio_margin"}),
    "bybit-portfolio": ("cross", {"portfolio"}),
    "deribit-calendar-spread": ("portfolio", {"standard"}),
    "derive-two-coins": ("portfolio", {"standard"}),
    "hyperliquid-carry": ("portfolio", {"cross"}),
    "okx-cash-and-carry": ("portfolio", set()),
    "paradex-two-coins": ("portfolio", set()),
}


@pytest.mark.parametrize("name", sorted(OFFERS))
def test_every_venue_family_is_advised(name, tmp_path):
    """Grids and unified accounts among the modes: admissible or not with every reason, none invented."""
    found = advise(loaded(tmp_path, (CONFIGS / "venues" / f"{name}.toml").read_text()))
    present, others = OFFERS[name]
    assert found["present"] == present
    assert others <= {entry["mode"] for entry in found["switches"].values()}
    for entry in found["switches"].values():
        names = {condition["name"] for condition in entry["conditions"]}
        assert {"minimum equity", "isolated positions", "position mode", "open positions"} <= names
        assert (entry["mode"] is None) == ("reason" in entry)
        if entry["mode"] is None:
            assert entry["admissible"] is not True
    chosen = found["recommendation"]
    assert not found["modes"][chosen["mode"]]["hypothetical"]
    assert chosen["mode"] in {present, *others}
    json.dumps(found, allow_nan=False)


def test_the_grid_of_another_venue_is_hypothetical(tmp_path):
    """An account at Binance may look at OKX's rule; it is never told to take it."""
    text = (CONFIGS / "venues" / "binance-portfolio-margin.toml").read_text()
    okx = '[modes.of_okx]\nrule = "scenario_grid"\nparameters = "okx-pm-2025-12"\n\n[scenarios.baseline]'
    found = advise(loaded(tmp_path, text.replace("[scenarios.baseline]", okx)))
    assert found["modes"]["of_okx"]["hypothetical"]
    assert "of_okx" not in {entry["mode"] for entry in found["switches"].values()}
    assert found["recommendation"]["mode"] != "of_okx"
