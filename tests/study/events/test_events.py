"""The events table: tables of the day, the same paths everywhere, and refusals with their reason."""

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from stresskit.cli import main
from stresskit.config_file import load_run
from stresskit.errors import ConfigError
from stresskit.pipeline import run
from stresskit.results.studies import studies_of
from stresskit.simulate.blocks import live_block, workspace
from stresskit.study.bare_paths import bare_plan
from stresskit.study.events import Ask, event_table, keep
from stresskit.study.events.cells import books_of, laid_out, prepare_cells
from stresskit.study.events.dated import Dated
from stresskit.study.events.restated import restated, venue_symbol
from stresskit.study.events.run import told
from stresskit.study.events.stored import table_csv
from stresskit.study.events.table import markdown
from tests.study.dial.test_dial import CONFIGS

EVENTS = CONFIGS / "events"
MAJORS, BASKET, CARRY = (EVENTS / f"{n}.toml" for n in ("long-majors", "market-neutral-basket", "carry"))
SMALL = 100
PAIR = Ask(events=("oct_2025", "aug_2024"), venues=("binance",), paths=SMALL)


def cells_of(file, ask):
    books = books_of([load_run(file)], ask)
    return books, laid_out(books, ask)


def by_key(cells):
    return {(c.offered.venue, c.offered.mode, event): c for c in cells for event in c.events}


def test_the_brackets_are_those_of_the_day():
    _, cells = cells_of(MAJORS, Ask(venues=("binance", "okx", "hyperliquid"), paths=SMALL))
    found = by_key(cells)
    used = {event: found["binance", "cross", event].offered.dated for event in Ask().chosen_events()}
    assert {used[event].name for event in ("covid_2020", "ftx_2022", "aug_2024")} == {"binance-usdm-2023-08"}
    assert used["oct_2025"] == Dated("binance-usdm-2024-10", "2024-10")
    grids = {event: found["okx", "portfolio", event].offered.parameters.name for event in used}
    assert (grids["aug_2024"], grids["oct_2025"], grids["feb_2026"]) == (
        "okx-pm-2024-12",
        "okx-pm-2025-01",
        "okx-pm-2025-12",
    )
    assert found["hyperliquid", "portfolio", "oct_2025"].setting is not None
    assert found["hyperliquid", "portfolio", "aug_2024"].why_not == "hyperliquid-2024 has no such mode"


def test_every_mode_of_every_venue_is_a_cell_or_a_reason():
    for file, asks in ((MAJORS, 10), (BASKET, 10)):
        _, cells = cells_of(file, Ask(paths=SMALL))
        assert len({c.offered.venue for c in cells}) == asks
        assert all((c.setting is None) == bool(c.why_not) for c in cells)
        for venue, mode in {(c.offered.venue, c.offered.mode) for c in cells}:
            told = {e for c in cells if (c.offered.venue, c.offered.mode) == (venue, mode) for e in c.events}
            assert told == set(Ask().chosen_events())
    reasons = {(c.offered.venue, c.offered.mode): c.why_not for c in cells}
    assert "LTC/USDT:USDT" not in reasons["bybit", "cross"]
    assert "a symbol that bingx-2026-03 lists" in reasons["bingx", "cross"]


def test_a_grid_of_another_coin_is_no_refusal():
    _, cells = cells_of(CARRY, Ask(venues=("deribit",), paths=SMALL))
    found = by_key(cells)
    assert found["deribit", "portfolio", "oct_2025"].setting is not None
    assert "parameters are not public" in found["deribit", "portfolio_cross", "oct_2025"].why_not
    assert {c.why_not for c in cells if c.offered.mode == "portfolio"} == {""}


def test_the_book_is_restated_in_the_venues_dollar():
    listed = {"BTC/USDC:USDC", "ETH/USDT:USDT"}
    assert venue_symbol("BTC/USDT:USDT", listed) == "BTC/USDC:USDC"
    assert venue_symbol("ETH/USDT:USDT", listed) == "ETH/USDT:USDT"
    assert venue_symbol("BTC/USDT", listed) == "BTC/USDT"
    assert venue_symbol("SOL/USDT:USDT", listed) == "SOL/USDT:USDT"
    _, cells = cells_of(MAJORS, Ask(venues=("hyperliquid",), paths=SMALL))
    account = cells[0].setting.loaded.run.account
    assert [(one.asset, one.amount) for one in account.collateral] == [("USDC", 20_000)]


def marks(setting, event):
    plan = bare_plan(setting, event)
    space = workspace(plan, SMALL, 16)
    live_block(plan, 0, space)
    return space.marks.copy()


def test_all_cells_of_a_row_see_the_same_prices():
    _, cells = cells_of(MAJORS, Ask(events=("oct_2025",), paths=SMALL))
    drawn = [marks(c.setting, "oct_2025") for c in cells if c.setting is not None]
    assert len(drawn) > 5
    assert all(np.array_equal(drawn[0], other) for other in drawn)


@pytest.fixture(scope="module")
def made():
    """Cross margin at one venue, closed at once: its kernels are those of other tests."""
    books, cells = cells_of(MAJORS, PAIR)
    cross = [c for c in cells if c.offered.mode == "cross"]
    for one in cross:
        one.offered = replace(one.offered, table={**one.offered.table, "liquidation": "close_all"})
        prepare_cells(one, PAIR)
    return cross, told(books, cross, PAIR, 1, None)


def test_a_cell_is_a_run_of_that_config(made, tmp_path):
    cells, answer = made
    (own,) = [c for c in cells if c.events == ["oct_2025"]]
    loaded = restated(own.book.loaded, own.offered, {"oct_2025": {"kind": "historical", "event": "oct_2025"}})
    metrics = run(loaded, tmp_path).metrics
    (cell,) = [c for c in answer["cells"] if c["event"] == "oct_2025"]
    for name in ("p_liquidation", "p_closed_out", "expected_liquidation_cost"):
        assert cell[name] == metrics["scenarios"]["oct_2025"]["modes"]["cross"][name]
    assert cell["ratio"] == metrics["margin"]["cross"]["ratio"]
    assert 0 < cell["p_liquidation"]["value"] < 1


def test_the_table_as_files(made):
    _, answer = made
    rows = list(csv.DictReader(io.StringIO(table_csv(answer))))
    assert [(row["event"], row["rulebook"], row["rulebook_held"]) for row in rows] == [
        ("aug_2024", "binance-usdm-2023-08", "True"),
        ("oct_2025", "binance-usdm-2024-10", "True"),
    ]
    assert float(rows[1]["p_liquidation_value"]) == answer["cells"][1]["p_liquidation"]["value"]
    page = markdown(answer)
    assert page.count("| 10 October 2025 auto-deleveraging |") == 3
    assert "binance cross" in page
    json.dumps(answer, allow_nan=False)


def command(*args):
    return CliRunner().invoke(main, ["events", *map(str, args)], prog_name="stresskit")


def test_refusals_are_named_and_stored(tmp_path):
    args = (BASKET, "--venue", "weex", "--venue", "deribit", "--paths", SMALL, "--out", tmp_path)
    done = command(*args)
    assert done.exit_code == 0, done.output
    assert "REFUSED  events-market-neutral-basket" in done.output
    assert "weex cross: a symbol whose table weex-2026-03 knows" in done.output
    told = json.loads(command(*args, "--json").stdout)
    assert told["cells"] == []
    assert {one["venue"] for one in told["refused"]} == {"weex", "deribit"}
    (folder,) = tmp_path.glob("*-events-*")
    assert (folder / "report" / "events.csv").read_text().count("\n") == 1 + 10 * len(told["refused"])


def test_the_report_of_a_run_finds_its_table(tmp_path):
    few = ["simulation.paths=64", "scenarios={baseline={kind='baseline'}}", "simulation.horizon='4d'"]
    loaded = load_run(MAJORS, [*few, "comparison.equal_efficiency=false"])
    ask = Ask(venues=("weex",), paths=SMALL)
    kept = keep([loaded], ask, tmp_path)
    assert keep([loaded], ask, tmp_path).reused
    assert [one.folder for one in studies_of(run(loaded, tmp_path), "events")] == [kept.folder]


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--event", "oct_2024"], "did you mean"),
        (["--venue", "binanse"], "did you mean"),
        (["--set", "simulation.horizon='1d'"], "a time at least"),
        (["--set", "account.positions=[]"], "account.positions"),
    ],
)
def test_what_cannot_be_asked_is_refused(args, says, tmp_path):
    done = command(MAJORS, *args, "--out", tmp_path)
    assert done.exit_code == 2, done.output
    assert says in done.output


def test_several_accounts_are_no_row():
    with pytest.raises(ConfigError, match="one account"):
        event_table([load_run(CONFIGS / "funding-carry.toml")], Ask(venues=("weex",)))


def test_two_books_of_one_name_are_no_table():
    with pytest.raises(ConfigError, match="a name of its own"):
        event_table([load_run(MAJORS), load_run(MAJORS)], Ask(venues=("weex",)))
