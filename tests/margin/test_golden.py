"""Figures that venues published, and what follows from their tables."""

import numpy as np
import pytest

from stresskit.config_file.rulebook import load_rulebook
from stresskit.liquidation import CloseAll
from stresskit.margin.bracket_table import Margined, bracket_table
from stresskit.pipeline.margin_now import Desk, liquidation_mark
from stresskit.simulate.blocks import Contender
from tests.golden_cases import cases_like
from tests.reference.account import Account, Position
from tests.reference.random_accounts import book_of, table_of

CASES = [case for case in cases_like("cross_margin*.json") if case["venue"] == "binance"]
RULEBOOK = "binance-usdm-2026-09"


def cases(*kinds):
    return [pytest.param(case, id=case["id"]) for case in CASES if case["what"] in kinds]


def desk_of(wallet, positions):
    """The account at present marks; quantities in USD, as the engine holds them."""
    notional = [p["side"] * p["qty"] * p["mark"] for p in positions]
    unrealized = sum(p["side"] * p["qty"] * (p["mark"] - p["entry"]) for p in positions)
    held = tuple(Position(i, q, 0.0, 0.0, 0.0) for i, q in enumerate(notional))
    book = book_of(Account(held, wallet + unrealized - sum(notional), 0.0))
    table = table_of([((0.0, p["mmr"], p["cum"]),) for p in positions])
    return Desk(Contender(table, CloseAll(), book, 0), np.ones(len(positions)))


def held_in(inputs):
    """Positions of a case, at their entry where it names no mark, and the place of the one it is about."""
    positions = inputs.get("positions") or [inputs["position"]]
    names = [p.get("symbol") for p in positions]
    return [{"mark": p["entry"], **p} for p in positions], names.index(inputs.get("target"))


@pytest.mark.parametrize("case", cases("liq_price_linear_cross", "liq_price_linear_isolated"))
def test_liquidation_price(case):
    positions, target = held_in(case["inputs"])
    desk = desk_of(case["inputs"]["wallet_balance"], positions)
    mark = liquidation_mark(desk, target)
    price = mark * positions[target]["mark"]
    assert price == pytest.approx(case["expected"], rel=0, abs=case["tolerance"])
    if case["tolerance"] >= 0.005:
        assert f"{price:.2f}" == f"{case['expected']:.2f}"
    gross = np.abs(desk.contender.book.quantity).sum()
    assert desk.excess(target, mark) == pytest.approx(0.0, abs=1e-12 * gross)
    side = positions[target]["side"]
    assert desk.excess(target, mark * (1 + 1e-6 * side)) > 0 > desk.excess(target, mark * (1 - 1e-6 * side))


def maintenance(symbol, notional):
    tables = load_rulebook(RULEBOOK).tables
    table = bracket_table(tables, [Margined(symbol, 10.0)])
    book = book_of(Account((Position(0, notional, 0.0, 0.0, 0.0),), 0.0, 0.0))
    return Desk(Contender(table, CloseAll(), book, 0), np.ones(1)).maintenance()


@pytest.mark.parametrize("case", cases("maintenance_margin_tier"))
def test_maintenance_by_the_shipped_rulebook(case):
    symbol, notional = case["inputs"]["symbol"], float(case["inputs"]["notional"])
    for signed in (notional, -notional):
        assert maintenance(symbol, signed) == pytest.approx(case["expected"], abs=case["tolerance"])
        just_above = signed * (1 + 1e-9)
        assert maintenance(symbol, just_above) == pytest.approx(case["expected"], abs=1e-4)


def test_no_positive_price_no_liquidation_price():
    long = {"side": 1, "qty": 1.0, "entry": 100.0, "mark": 100.0, "mmr": 0.01, "cum": 0.0}
    assert liquidation_mark(desk_of(100.0, [long]), 0) is None
    assert liquidation_mark(desk_of(99.0, [long]), 0) == pytest.approx(1 / 99)
    hedge = [long, {**long, "side": -1}]
    desk = desk_of(50.0, hedge)
    assert liquidation_mark(desk, 1) is not None  # the short alone, its own asset moving
