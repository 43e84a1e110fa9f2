"""How each kind of cross-margin case is computed: by the displayed formula, and by the rule itself."""

from pathlib import Path

import numpy as np
import pytest

from stresskit.config_file.rulebook import load_rulebook
from stresskit.margin import initial_by_position
from stresskit.margin.bracket_table import Margined, bracket_table
from stresskit.margin.collateral import counted_quantity, exchanged
from stresskit.margin.deductions import funding_cap, next_deduction
from stresskit.margin.display import bingx, bybit, hyperliquid, mexc, okx, weex
from stresskit.margin.display.algebra import inverse_price, linear_price, linear_wallet
from stresskit.pipeline.desk import bankruptcy_mark, liquidation_mark
from tests.reference.contracts import Held, Wealth, desk_of


def by_rule(held, wealth, target=0, marks=None):
    """Price that `liquidation_mark` finds, and that the rule itself calls a breach."""
    marks = marks or [h.entry for h in held]
    desk = desk_of(held, wealth, marks)
    mark = liquidation_mark(desk, target)
    asset = held[target].asset
    gross = sum(h.notional(marks[h.asset]) for h in held)
    assert desk.excess(asset, mark) == pytest.approx(0.0, abs=1e-11 * gross)
    return mark * marks[asset]


def linear_cross(i):
    positions = i["positions"]
    held = [
        Held(k, p["side"] * p["qty"], p["entry"], ((0.0, p["mmr"], p["cum"]),))
        for k, p in enumerate(positions)
    ]
    target = next(k for k, p in enumerate(positions) if p["symbol"] == i["target"])
    found = by_rule(held, Wealth(i["wallet_balance"]), target, [p["mark"] for p in positions])
    me, others = positions[target], [p for p in positions if p["symbol"] != i["target"]]
    profit = sum(p["side"] * p["qty"] * (p["mark"] - p["entry"]) for p in others)
    required = sum(p["qty"] * p["mark"] * p["mmr"] - p["cum"] for p in others)
    shown = linear_price(
        i["wallet_balance"], me["side"], me["qty"], me["entry"], me["mmr"], me["cum"], profit - required
    )
    assert shown == pytest.approx(found, rel=1e-10)
    return shown


def linear_isolated(i):
    p = i["position"]
    held = Held(0, p["side"] * p["qty"], p["entry"], ((0.0, p["mmr"], p["cum"]),))
    found = by_rule([held], Wealth(i["wallet_balance"]))
    shown = linear_price(i["wallet_balance"], p["side"], p["qty"], p["entry"], p["mmr"], p["cum"])
    assert shown == pytest.approx(found, rel=1e-10)
    return shown


def wallet_from_price(i):
    args = (i["side"], i["qty"], i["entry"], i["mmr"], i["cum"])
    wallet = linear_wallet(i["liq_price"], *args)
    assert linear_price(wallet, *args) == pytest.approx(i["liq_price"], rel=1e-12)
    return wallet


def inverse_cross(i):
    face = i["contracts"] * i["contract_size_usd"]
    held = Held(
        0, i["side"] * face, i["entry"], ((0.0, i["mmr"], i["cum_coin"]),), inverse=True, in_coin=True
    )
    found = by_rule([held], Wealth(0.0, {0: i["wallet_balance_coin"]}))
    shown = inverse_price(i["wallet_balance_coin"], i["side"], face, i["entry"], i["mmr"], i["cum_coin"])
    assert shown == pytest.approx(found, rel=1e-10)
    return shown


def inverse_maintenance(i):
    face = i["contracts"] * i["contract_size_usd"]
    tiers = ((0.0, i["mmr"], i["cum_coin"]),)
    held = Held(0, face, i["mark"], tiers, inverse=True, in_coin=True)
    return desk_of([held], Wealth(1e6), [i["mark"]]).maintenance() / i["mark"]


def by_tier(i):
    tables = load_rulebook(i["rulebook"], Path()).tables
    table = bracket_table(tables, [Margined(i["symbol"], 1.0)])
    for signed in (i["notional"], -i["notional"]):
        desk = desk_of([Held(0, signed, 1.0, ((0.0, 0.0, 0.0),))], Wealth(1.0), [1.0])
        desk.contender = type(desk.contender)(table, desk.contender.policy, desk.contender.book, 0)
        desk.maintenance()
        found = float(desk.breakdown.terms[0])
        assert desk.breakdown.terms[1] == pytest.approx(i["notional"] * table.closing_fee[0])
    return found


def deribit(i):
    """Both margins come from one formula; the shipped table must hold the case's coefficients."""
    name = "BTC/USDC:USDC" if i["price"] == 100_000 else "SOL/USDC:USDC"
    tables = load_rulebook("deribit-2025", Path()).tables
    formula = tables.symbols[name].formula
    assert formula.per_coin == i["k"]
    table = bracket_table(tables, [Margined(name, 50.0, i["price"])])
    notional = np.array([i["pos"] * i["price"]])
    if i["base"] == formula.initial:
        return float(initial_by_position(table, notional, np.zeros(1))[0])
    assert i["base"] == formula.maintenance
    held = Held(0, i["pos"], i["price"], ((0.0, i["base"], 0.0),), in_coin=True, size_rate=i["k"])
    desk = desk_of([held], Wealth(1e9), [i["price"]])
    assert desk.contender.rule.size_rate == pytest.approx(table.size_rate, rel=1e-15)
    return desk.maintenance()


def on_hyperliquid(i):
    args = (i["side"], i["qty"], i["price"], i["account_value"], i["max_leverage"])
    held = Held(0, i["side"] * i["qty"], i["price"], ((0.0, 0.5 / i["max_leverage"], 0.0),))
    shown = hyperliquid.price(*args)
    assert by_rule([held], Wealth(i["account_value"])) == pytest.approx(shown, rel=1e-8)
    return shown


def on_okx(i):
    held = Held(0, i["side"] * i["qty"], i["entry"], ((0.0, i["mmr"], 0.0),), fee=i["taker"])
    shown = okx.isolated_price(i["side"], i["qty"], i["entry"], i["margin"], i["mmr"], i["taker"])
    assert by_rule([held], Wealth(i["margin"])) == pytest.approx(shown, rel=1e-10)
    return shown


def inverse_bankruptcy(i):
    """With the fee by the venue's formula, without it as where our equity is gone."""
    args = (i["side"], i["qty_usd"], i["entry"], i["balance_coin"])
    held = Held(0, i["side"] * i["qty_usd"], i["entry"], ((0.0, 0.005, 0.0),), inverse=True)
    desk = desk_of([held], Wealth(0.0, {0: i["balance_coin"]}), [i["entry"]])
    ours = bankruptcy_mark(desk, 0) * i["entry"]
    assert bybit.inverse_cross_bankruptcy(*args, 0.0) == pytest.approx(ours, rel=1e-12)
    return bybit.inverse_cross_bankruptcy(*args, i["fee"])


def tiered_collateral(i):
    return i["price"] * counted_quantity(i["qty"], [(floor, ratio) for floor, _, ratio in i["tiers"]])


RULES = {
    "liq_price_linear_cross": linear_cross,
    "liq_price_linear_isolated": linear_isolated,
    "wallet_from_liq_price": wallet_from_price,
    "liq_price_inverse_cross": inverse_cross,
    "maintenance_margin_inverse": inverse_maintenance,
    "maintenance_margin_tier": by_tier,
    "cum_recursion": lambda i: next_deduction(i["floor"], i["mmr_n"], i["mmr_prev"], i["cum_prev"]),
    "collateral_value": lambda i: counted_quantity(i["usd_value"], [(0.0, i["ratio"])]),
    "auto_exchange_amount": lambda i: exchanged(i["deficit"], i["ratio"]),
    "liq_price_bybit_isolated_linear": lambda i: bybit.isolated_linear(
        i["side"], i["qty"], i["entry"], i["leverage"], i["mmr"], i["mm_deduction"], i["extra_margin"]
    ),
    "bankruptcy_price_inverse_cross": inverse_bankruptcy,
    "liq_price_bybit_inverse_cross": lambda i: bybit.inverse_cross(
        i["side"], i["qty_usd"], i["entry"], i["balance_coin"], i["mmr"], i["fee"]
    ),
    "inverse_im": lambda i: bybit.inverse_initial(i["qty_usd"], i["entry"], i["leverage"]),
    "tiered_collateral_value": tiered_collateral,
    "liq_price_mexc": lambda i: mexc.isolated_price(i["side"], i["qty"], i["entry"], i["leverage"], i["mmr"]),
    "margin_rate": lambda i: weex.margin_rate(
        i["position_margin"], i["upnl"], i["face_value"], i["contracts"], i["price"]
    ),
    "standard_margin_rate": lambda i: bingx.standard_margin_rate(i["nav"], i["total_im"], i["adj"]),
    "deribit_margin": deribit,
    "liq_price_okx_isolated": on_okx,
    "liq_price_hyperliquid": on_hyperliquid,
    "funding_cap": lambda i: funding_cap(i["mmr"], i["mult"]),
}
