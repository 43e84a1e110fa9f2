"""``stresskit venues``: list, show, diff; text and JSON, exit codes, help with an example."""

import json

import pytest
from click.testing import CliRunner

from stresskit.cli import main
from stresskit.margin.rulebook import SHIPPED, shipped_rulebooks

OLD, NEW = "binance-usdm-2023-08", "binance-usdm-2024-10"


def call(*args):
    with pytest.raises(SystemExit) as stopped:
        main.main(["venues", *args])
    return stopped.value.code


def said(capsys, *args, code=0):
    assert call(*args) == code
    return capsys.readouterr()


def test_lists_every_rulebook(capsys):
    rows = json.loads(said(capsys, "--json").out)
    assert sorted(row["name"] for row in rows) == shipped_rulebooks()
    by_name = {row["name"]: row for row in rows}
    assert by_name["weex-2026-03"]["symbols"] == ["XAUT/USDT:USDT", "PAXG/USDT:USDT"]
    assert "BTC/USDT:USDT" in by_name["weex-2026-03"]["unknown"]
    assert by_name["okx-2026-05"]["offers"]["portfolio"] == "scenario_grid"
    text = said(capsys).out
    assert all(name in text for name in shipped_rulebooks())


def test_shows_one_rulebook_a_venue_or_a_file(capsys, tmp_path):
    (book,) = json.loads(said(capsys, "show", NEW, "--json").out)
    assert book["tables"]["symbols"]["BTC/USDT:USDT"]["tiers"][1] == [50_000, 0.005, 100, 50]
    text = said(capsys, "show", "mexc").out
    assert "50,000                      0.10 %               500          0" in text
    assert "fee in the trigger  0.04 %, confidence high" in text
    (tmp_path / "mine.toml").write_text((SHIPPED / f"{OLD}.toml").read_text())
    assert "RULEBOOK mine" in said(capsys, "show", str(tmp_path / "mine.toml")).out
    names = [book["name"] for book in json.loads(said(capsys, "show", "binance", "--json").out)]
    assert names == ["binance-coinm-2021-02", "binance-usdm-2026-09"]


def test_every_rulebook_can_be_shown_and_compared(capsys):
    for name in shipped_rulebooks():
        assert name in said(capsys, "show", name).out
        json.loads(said(capsys, "diff", name, NEW, "--json").out)
        said(capsys, "diff", name, NEW)


def test_bitcoin_at_ten_times_between_two_dates(capsys):
    found = json.loads(said(capsys, "diff", OLD, NEW, "--json").out)
    sizes = {row["leverage"]: row for row in found["symbols"]["changed"]["BTC/USDT:USDT"]["sizes"]}
    assert (sizes[10]["a"], sizes[10]["b"]) == (40e6, 230e6)
    rates = {row["above"]: row for row in found["symbols"]["changed"]["BTC/USDT:USDT"]["rates"]}
    assert (rates[40e6]["a"], rates[40e6]["b"]) == (0.1, 0.02)
    assert found["fields"]["as_of"] == {"a": "2023-08", "b": "2024-10"}
    xrp = {row["leverage"]: row for row in found["symbols"]["changed"]["XRP/USDT:USDT"]["sizes"]}
    assert (xrp[10]["a"], xrp[10]["b"]) == (3e6, 8e6)
    text = said(capsys, "diff", OLD, NEW).out
    line = next(line for line in text.splitlines() if line.strip().startswith("10x"))
    assert line.split() == ["10x", "40,000,000", "230,000,000"]


def test_what_came_and_went(capsys):
    found = json.loads(said(capsys, "diff", NEW, "binance-usdm-2026-09", "--json").out)
    assert "portfolio_pro" in found["offers"]["added"]
    assert found["offers"]["changed"]["portfolio"]["minimum_equity"] == {"a": None, "b": 50_000}
    assert "SUI/USDT:USDT" in found["symbols"]["added"]
    assert found["symbols"]["removed"] == []


def test_tables_in_other_units_are_not_compared(capsys):
    found = json.loads(said(capsys, "diff", NEW, "mexc-2025", "--json").out)
    change = found["symbols"]["changed"]["BTC/USDT:USDT"]
    assert change["unit"] == {"a": "quote", "b": "contracts"}
    assert "sizes" not in change


def test_an_unknown_name_is_usage_and_a_bad_file_is_data(capsys, tmp_path):
    assert "did you mean 'bybit'?" in said(capsys, "show", "bibit", code=2).err
    (tmp_path / "bad.toml").write_text((SHIPPED / f"{OLD}.toml").read_text().replace("cap = ", "cap = -", 1))
    assert "bad.toml:" in said(capsys, "show", str(tmp_path / "bad.toml"), code=3).err
    assert "belongs after show" in said(capsys, "--json", "show", "bybit", code=2).err


def test_help_has_an_example():
    for args in (["venues"], ["venues", "show"], ["venues", "diff"]):
        text = CliRunner().invoke(main, [*args, "--help"], standalone_mode=False).output
        assert "stresskit venues " in text.split("Options:")[0] + text.split("Commands:")[-1]
