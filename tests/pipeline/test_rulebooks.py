"""How a run uses its rulebooks: what they refuse, warn of and offer."""

import re
from datetime import date

import pytest

from stresskit.config_file import load_run
from stresskit.config_file.rulebook import load_rulebook
from stresskit.errors import ConfigError, DataError
from stresskit.pipeline import check, margin
from stresskit.pipeline.manifest import warnings
from stresskit.pipeline.rulebook_facts import doubts, facts
from stresskit.pipeline.rulebooks import newest_rulebooks, offered, offers
from stresskit.pipeline.setting import prepare
from tests.pipeline.conftest import CONFIGS

TEXT = (CONFIGS / "quickstart.toml").read_text()
VAR_ALONE = TEXT[: TEXT.index("[modes.cross]")] + TEXT[TEXT.index("[modes.portfolio]") :]


def loaded(tmp_path, text, *overrides):
    (tmp_path / "run.toml").write_text(text)
    return load_run(tmp_path / "run.toml", overrides)


def line_of(text, key):
    return next(n for n, line in enumerate(text.splitlines(), 1) if line.strip().startswith(key))


def test_a_rulebook_older_than_max_age_is_refused(tmp_path):
    text = TEXT.replace("binance-usdm-2026-09", "binance-usdm-2023-08")
    for max_age, refused in (("26w", True), ("9999d", False)):
        given = text.replace('liquidation = "close_all"', f'liquidation = "close_all"\nmax_age = "{max_age}"')
        if not refused:
            check(loaded(tmp_path, given))
            continue
        with pytest.raises(ConfigError) as caught:
            check(loaded(tmp_path, given))
        (problem,) = caught.value.problems
        assert problem.where.startswith(f"{tmp_path}/run.toml:{line_of(given, 'rulebook =')}:")
        assert re.search(
            r"not older than max_age = 182d; binance-usdm-2023-08 is as of 2023-08", problem.expected
        )


def test_an_old_rulebook_is_warned_of(tmp_path):
    text = TEXT.replace("binance-usdm-2026-09", "binance-usdm-2023-08")
    found = warnings(prepare(loaded(tmp_path, text)))
    assert any("binance-usdm-2023-08 is as of 2023-08" in text for text in found)
    assert not any("days ago: tables drift" in text for text in warnings(prepare(loaded(tmp_path, TEXT))))


def test_a_table_that_is_not_known_is_refused(tmp_path):
    text = TEXT.replace('"binance"', '"weex"').replace("binance-usdm-2026-09", "weex-2026-03")
    with pytest.raises(ConfigError) as caught:
        check(loaded(tmp_path, text))
    keys = [problem.key for problem in caught.value.problems]
    assert keys == ["account.positions.0.symbol", "account.positions.1.symbol"]
    expected = "knows: XAUT/USDT:USDT, PAXG/USDT:USDT; that of BTC/USDT:USDT is unknown (no public table)"
    assert expected in caught.value.problems[0].expected


def test_a_table_of_little_confidence_is_warned_of(tmp_path):
    text = TEXT.replace('"binance"', '"hyperliquid"').replace("binance-usdm-2026-09", "hyperliquid-2025")
    text = (
        text.replace("USDT:USDT", "USDC:USDC").replace("BTC/USDT", "BTC/USDC").replace("ETH/USDT", "ETH/USDC")
    )
    found = warnings(prepare(loaded(tmp_path, text.replace('"USDT"', '"USDC"'))))
    assert "hyperliquid-2025: confidence in its tables is low" in found


def test_doubts_name_the_symbol_that_differs():
    book = load_rulebook("bybit-uta-2025-12")
    found = list(doubts(book, ["BTC/USDT:USDT", "SOL/USDT:USDT"]))
    assert "bybit-uta-2025-12: confidence in its table of SOL/USDT:USDT is medium" in found
    assert not any("of BTC/USDT:USDT" in text for text in found)
    assert facts(book, ["BTC/USDT:USDT"])["symbols"]["BTC/USDT:USDT"]["as_of"] == "2024-12-25"


GRID = '[modes.grid]\nrule = "scenario_grid"\nparameters = "okx-pm-2024-12"\n'
UNIFIED = (
    '[modes.unified]\nrule = "unified"\nparameters = "binance-pm-2026-01"\n'
    'rulebook = "binance-usdm-2026-09"\n'
)


@pytest.mark.parametrize("mode", [GRID, UNIFIED])
def test_parameters_older_than_max_age_are_refused(tmp_path, mode, monkeypatch):
    monkeypatch.setattr("stresskit.pipeline.rulebooks.today", lambda: date(2026, 11, 22))
    text = TEXT.replace("[scenarios.baseline]", mode + 'max_age = "200d"\n\n[scenarios.baseline]')
    with pytest.raises(ConfigError) as caught:
        check(loaded(tmp_path, text))
    (problem,) = caught.value.problems
    line = line_of(text, "parameters =")
    assert problem.where.startswith(f"{tmp_path}/run.toml:{line}:")
    assert re.search(r"not older than max_age = 200d; .* is as of 202", problem.expected)
    assert prepare(loaded(tmp_path, text.replace('"200d"', '"9999d"')))


def test_where_both_sides_of_a_contract_share_a_tier_hedge_mode_is_refused(tmp_path):
    gold = TEXT.replace("binance-usdm-2026-09", "mine.toml").replace("ETH/USDT:USDT", "BTC/USDT:USDT")
    own = (CONFIGS.parent / "stresskit/margin/rulebooks/binance-usdm-2026-09.toml").read_text()
    for shared in (True, False):
        tiers = 'scheme = "marginal"\ntiers_of = "pair"\n#' if shared else 'scheme = "marginal"'
        (tmp_path / "mine.toml").write_text(own.replace('scheme = "marginal"', tiers, 1))
        if not shared:
            check(loaded(tmp_path, gold))
            continue
        with pytest.raises(ConfigError, match="counts long and short together, we do not"):
            check(loaded(tmp_path, gold))
    assert load_rulebook("weex-2026-03").tables.tiers_of == "pair"


def test_a_rulebook_of_ones_own_is_read_beside_the_config(tmp_path):
    source = load_rulebook("binance-usdm-2026-09")
    own = (CONFIGS.parent / "stresskit/margin/rulebooks/binance-usdm-2026-09.toml").read_text()
    (tmp_path / "mine.toml").write_text(own)
    setting = prepare(loaded(tmp_path, TEXT.replace("binance-usdm-2026-09", "mine.toml")))
    assert setting.accounts[0].modes["cross"].rulebook.sha256 == source.sha256
    (tmp_path / "mine.toml").write_text(
        own.replace("[300_000, 0.005, 100, 300]", "[300_000, 0.005, 100, 3]", 1)
    )
    line = line_of((tmp_path / "mine.toml").read_text(), "[300_000, 0.005, 100, 3]")
    with pytest.raises(DataError, match=rf"mine\.toml:{line}:\d+: .* a deduction of 300, not 3"):
        check(loaded(tmp_path, TEXT.replace("binance-usdm-2026-09", "mine.toml")))


def test_what_the_venue_does_not_offer_is_hypothetical(tmp_path):
    modes = prepare(loaded(tmp_path, TEXT)).accounts[0].modes
    assert {name: mode.hypothetical for name, mode in modes.items()} == {"cross": False, "portfolio": True}


def test_without_a_rulebook_the_newest_shipped_ones_say_what_a_venue_offers(tmp_path):
    given = loaded(tmp_path, VAR_ALONE)
    account = given.run.books()[0]
    found = offers(account, {})
    assert {"cross", "portfolio", "portfolio_pro"} <= set(found)
    assert not offered(given.run.modes["portfolio"], found)
    assert {book.tables.as_of for book in newest_rulebooks("binance")} == {"2026-09", "2021-02"}
    assert newest_rulebooks("nowhere") == []


def test_a_fee_that_the_rulebook_does_not_know_must_be_given(tmp_path):
    own = (CONFIGS.parent / "stresskit/margin/rulebooks/binance-usdm-2026-09.toml").read_text()
    own = own.replace('rate = 0.0125\nconfidence = "medium"', 'confidence = "unknown"', 1)
    (tmp_path / "mine.toml").write_text(own)
    with pytest.raises(ConfigError, match=r"liquidation_fee: a fee in \[execution\]: mine does not know it"):
        check(loaded(tmp_path, TEXT.replace("binance-usdm-2026-09", "mine.toml")))
    check(
        loaded(tmp_path, TEXT.replace("binance-usdm-2026-09", "mine.toml"), "execution.liquidation_fee=0.01")
    )


BYBIT = TEXT.replace('"binance"', '"bybit"').replace("binance-usdm-2026-09", "bybit-uta-2025-12")


def test_the_fee_inside_the_trigger_is_the_rulebooks_or_the_accounts_own(tmp_path):
    def fees(*overrides):
        modes = prepare(loaded(tmp_path, BYBIT, *overrides)).accounts[0].modes
        return modes["cross"].contender.rule.closing_fee.tolist()

    assert fees() == [0.00055, 0.00055]
    assert fees("modes.cross.closing_fee=0.0003") == [0.0003, 0.0003]


def test_a_fee_inside_the_trigger_that_nobody_knows_is_refused(tmp_path):
    own = (CONFIGS.parent / "stresskit/margin/rulebooks/bybit-uta-2025-12.toml").read_text()
    (tmp_path / "mine.toml").write_text(
        own.replace('rate = 0.00055\nconfidence = "medium"', 'confidence = "unknown"', 1)
    )
    text = BYBIT.replace("bybit-uta-2025-12", "mine.toml")
    with pytest.raises(ConfigError, match=r"modes\.cross\.closing_fee: the account's fee to close"):
        check(loaded(tmp_path, text))
    check(loaded(tmp_path, text, "modes.cross.closing_fee=0.0003"))
    with pytest.raises(ConfigError, match=r"modes\.cross\.closing_fee: no fee: the venue counts none"):
        check(loaded(tmp_path, TEXT, "modes.cross.closing_fee=0.0003"))


VENUES = {
    "bybit-uta-2025-12": ("BTC/USDT:USDT", "ETH/USDT:USDT", "USDT"),
    "bingx-2026-03": ("BTC/USDT:USDT", "ETH/USDT:USDT", "USDT"),
    "mexc-2025": ("BTC/USDT:USDT", "BTC/USDT:USDT", "USDT"),
    "deribit-2025": ("BTC/USD:BTC", "ETH/USD:ETH", "USDC"),
    "derive-2026-01": ("BTC/USDC:USDC", "ETH/USDC:USDC", "USDC"),
    "hyperliquid-2024": ("BTC/USDC:USDC", "ETH/USDC:USDC", "USDC"),
    "hyperliquid-2025": ("BTC/USDC:USDC", "XRP/USDC:USDC", "USDC"),
    "binance-usdm-2023-08": ("BTC/USDT:USDT", "XRP/USDT:USDT", "USDT"),
    "binance-usdm-2024-10": ("BTC/USDT:USDT", "SOL/USDT:USDT", "USDT"),
}


@pytest.mark.parametrize("name", VENUES)
def test_every_venues_additive_mode_is_real_and_selectable(tmp_path, name):
    one, two, asset = VENUES[name]
    text = TEXT.replace('"binance"', f'"{name.split("-")[0]}"').replace("binance-usdm-2026-09", name)
    text = text.replace('"BTC/USDT:USDT",', f'"{one}", mark = 60000,').replace(
        '"ETH/USDT:USDT",', f'"{two}", mark = {60000 if one == two else 3000},'
    )
    text = text.replace('"USDT"', f'"{asset}"') + "\n[execution]\nliquidation_fee = 0.005\n"
    modes = prepare(loaded(tmp_path, text)).accounts[0].modes
    assert {mode: found.hypothetical for mode, found in modes.items()} == {"cross": False, "portfolio": True}
    found = margin(loaded(tmp_path, text))["cross"]
    assert found["title"]
    assert 0 < found["maintenance"] < found["initial"] < found["equity"]
    if one != two:  # long and short of one contract: no price kills it
        assert found["positions"][0]["liquidation_price"] > 0
