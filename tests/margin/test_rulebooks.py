"""The shipped rulebooks: what they say, that the recursion holds, and what using them refuses."""

import csv
import re
from datetime import date

import numpy as np
import pytest

from stresskit.config_file.rulebook import load_rulebook
from stresskit.margin import brackets
from stresskit.margin.rulebook import SHIPPED, shipped_rulebooks
from stresskit.margin.symbol import inverse
from tests.golden_cases import golden
from tests.shared_folder import shared

BOOKS = {name: load_rulebook(name) for name in shipped_rulebooks()}
TABLES = {name: book.tables for name, book in BOOKS.items()}
VENUES = {
    "binance", "bingx", "bybit", "deribit", "derive", "hyperliquid", "mexc", "okx", "paradex", "weex",
}  # fmt: skip
LISTED = [(name, symbol) for name, tables in TABLES.items() for symbol in tables.symbols]


def test_every_venue_is_there():
    assert {tables.venue for tables in TABLES.values()} == VENUES


@pytest.mark.parametrize("name", TABLES)
def test_names_its_venue_its_date_and_its_sources(name):
    tables = TABLES[name]
    assert name.startswith(tables.venue)
    assert tables.as_of.startswith(re.search(r"\d{4}(-\d\d)?$", name)[0])
    assert len(BOOKS[name].sha256) == 64
    parts = [tables, tables.liquidation_fee, tables.liquidation, *tables.offers.values()]
    parts += [*tables.collateral.values(), *filter(None, [tables.closing_fee])]
    assert all(part.source and part.confidence for part in parts)
    assert (SHIPPED / f"{name}.toml").read_text().startswith("# ")


@pytest.mark.parametrize("name", TABLES)
def test_names_our_terms_in_the_words_of_the_venue(name):
    assert {"initial", "maintenance", "maintenance_brackets"} <= set(TABLES[name].terms)
    assert set(TABLES[name].terms) <= {"initial", "maintenance", *brackets.TERMS}
    assert ("closing_fees" in TABLES[name].terms) == (TABLES[name].closing_fee is not None)


@pytest.mark.parametrize("name", TABLES)
def test_every_venue_offers_an_additive_mode(name):
    assert "brackets" in {offer.rule for offer in TABLES[name].offers.values()}


def test_no_venue_offers_a_distribution_rule():
    assert not any(offer.rule == "var" for tables in TABLES.values() for offer in tables.offers.values())


@pytest.mark.parametrize(("name", "symbol"), LISTED)
def test_the_recursion_of_the_deductions(name, symbol):
    found, deduction, before = TABLES[name].symbols[symbol], 0.0, None
    if not found.tiers:
        assert found.formula or TABLES[name].confidence_in(symbol) == "unknown"
        return
    for floor, rate, _, stated in found.tiers:
        if before is not None and TABLES[name].scheme == "marginal":
            deduction += floor * (rate - before)
        assert stated == pytest.approx(deduction, abs=1e-6 * max(floor, 1.0))
        before = rate


def as_numbers(row, columns):
    return [float(row[column]) if column else 0.0 for column in columns]


SHEETS = {
    ("binance-usdm-2023-08", "binance_{}_2023-08.csv"): "BTCUSDT DOGEUSDT ETHUSDT SOLUSDT XRPUSDT",
    ("binance-usdm-2024-10", "binance_{}_2024-10.csv"): "BTCUSDT DOGEUSDT ETHUSDT SOLUSDT XRPUSDT",
    ("binance-usdm-2026-09", "binance_{}.csv"): "ADAUSDT AVAXUSDT BNBUSDT BTCUSDC BTCUSDT DOGEUSDT ETHUSDC "
    "ETHUSDT LINKUSDT LTCUSDT SOLUSDC SOLUSDT SUIUSDT XRPUSDT",
    ("bybit-uta-2025-12", "bybit_{}.csv"): "ADAUSDT AVAXUSDT BNBUSDT BTCPERP_USDC BTCUSDT DOGEUSDT ETHUSDT "
    "LINKUSDT LTCUSDT SOLUSDT XRPUSDT",
    ("bingx-2026-03", "bingx_{}.csv"): "BTCUSDT DOGEUSDT ETHUSDT SOLUSDT XRPUSDT",
    ("weex-2026-03", "weex_{}.csv"): "PAXGUSDT XAUTUSDT",
}
ROWS = [(*key, pair) for key, pairs in SHEETS.items() for pair in pairs.split()]


@pytest.mark.parametrize(("name", "sheet", "pair"), ROWS)
def test_restates_the_reference_sheet_exactly(name, sheet, pair):
    text = shared("reference/tiers/" + sheet.format(pair)).read_text()
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    rate = "mmr" if "mmr" in rows[0] else "mmr_inferred"
    deduction = next((c for c in ("cum", "mm_deduction", "maint_amount_inferred") if c in rows[0]), None)
    columns = ("notional_floor", rate, "max_leverage", deduction)
    base, quote = re.fullmatch(r"([A-Z]+?)(?:PERP_)?(USD[TC])", pair).groups()
    found = TABLES[name].symbols[f"{base}/{quote}:{quote}"]
    assert [list(tier) for tier in found.tiers] == [as_numbers(row, columns) for row in rows]
    assert found.cap == float(rows[-1]["notional_cap"])


def test_mexc_counts_contracts_on_the_whole_position():
    tables = TABLES["mexc-2025"]
    found = tables.symbols["BTC/USDT:USDT"]
    assert tables.scheme == "whole_position"
    assert [tier[:3] for tier in found.tiers] == [
        (0, 0.001, 500), (50_000, 0.004, 200), (120_000, 0.005, 100), (320_000, 0.01, 50),
        (2_280_000, 0.02, 20), (15_500_000, 0.05, 10),
    ]  # fmt: skip
    assert found.cap == 17_000_000
    assert found.size(100_000.0, 100_000.0, False) == pytest.approx(10_000)
    assert found.size(100_000.0, None, False) is None
    assert found.largest_leverage(found.size(600_000.0, 100_000.0, False)) == 200


@pytest.mark.parametrize("case", ["deribit_im_BTC_25", "deribit_mm_BTC_25", "deribit_im_SOL_25"])
def test_deribit_formula(case):
    found = golden("rulebooks.json", case)
    given = found["inputs"]
    formula = TABLES["deribit-2025"].symbols[given["symbol"]].formula
    rate = getattr(formula, given["margin"])
    own = (rate + formula.per_coin * given["coins"]) * given["coins"] * given["price"]
    assert own == pytest.approx(found["expected"], abs=found["tolerance"])


@pytest.mark.parametrize("case", ["binance_mm_btc_5m", "binance_mm_btc_300k", "bybit_mm_btc_9m"])
def test_maintenance_of_a_tier(case):
    found = golden("rulebooks.json", case)
    given = found["inputs"]
    symbol = TABLES[given["rulebook"]].symbols[given["symbol"]]
    tier = [row for row in symbol.tiers if row[0] < given["notional"] or row[0] == 0][-1]
    own = given["notional"] * tier[1] - tier[3]
    assert own == pytest.approx(found["expected"], abs=found["tolerance"])


def test_collateral_in_slices():
    found = golden("rulebooks.json", "bybit_tiered_collateral")
    ratios = TABLES["bybit-uta-2025-12"].collateral["unified"].assets["BTC"].ratios
    edges = [row[0] for row in ratios] + [np.inf]
    held = found["inputs"]["quantity"]
    slices = np.clip(held, edges[:-1], edges[1:]) - edges[:-1]
    assert slices @ [row[1] for row in ratios] == pytest.approx(found["expected"], abs=found["tolerance"])


def test_hyperliquid_asks_half_of_the_initial_margin():
    for name in ("hyperliquid-2024", "hyperliquid-2025"):
        for symbol in TABLES[name].symbols.values():
            assert all(2 * rate * leverage == pytest.approx(1) for _, rate, leverage, _ in symbol.tiers)


def test_inverse_contracts_settle_in_their_base():
    assert inverse("BTC/USD:BTC")
    assert inverse("BTC/USD:BTC-260327")
    assert not inverse("BTC/USDT:USDT")
    assert not inverse("BTC/USDC:USDC")


def test_age_counts_from_the_first_day_of_what_is_known():
    assert BOOKS["binance-usdm-2023-08"].age_days(date(2023, 8, 31)) == 30
    assert BOOKS["mexc-2025"].age_days(date(2025, 12, 31)) == 364
    assert BOOKS["bingx-2026-03"].age_days(date(2026, 3, 4)) == 1


def test_leverage_falls_with_the_size():
    found = TABLES["binance-usdm-2026-09"].symbols["BTC/USDT:USDT"]
    assert [found.largest_leverage(q) for q in (1, -300_000, 300_001, 5e6, 1.7e9)] == [150, 150, 100, 50, 1]
    linear = TABLES["deribit-2025"].symbols["BTC/USDC:USDC"]
    assert linear.largest_leverage(0.0) == 50
    assert linear.largest_leverage(400.0) == pytest.approx(25)
