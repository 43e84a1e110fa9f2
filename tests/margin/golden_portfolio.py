"""How each kind of golden case is computed by the package: one function a rule, every printed term."""

import math
from collections.abc import Callable
from statistics import NormalDist
from typing import Any

import numpy as np
from scipy.optimize import brentq

from stresskit.config.position import Position
from stresskit.config_file.parameters import load_grid
from stresskit.domain import Book, Breakdown, Wallet
from stresskit.liquidation import CloseAll
from stresskit.margin import initial_by_position
from stresskit.margin.clearing_addons import add_on, concentration_charge, dependence_charge
from stresskit.margin.grid.build import build_grid
from stresskit.margin.grid.cells import cells_of, profits
from stresskit.margin.grid.depeg import matched_volume
from stresskit.margin.grid.leg import Leg
from stresskit.margin.grid.parameters import GridParameters
from stresskit.margin.grid.slices import lines, sliced
from stresskit.margin.grid.table import (
    BASIS,
    BORROWING,
    DELTA_SHOCK,
    DEPEG,
    EXTREME,
    MINIMUM,
    PRICE,
    GridTable,
    initial,
)
from stresskit.margin.unified_ratios import borrow_ratio, borrowed, liquidation_threshold, uni_mmr
from stresskit.pipeline.margin_now import Desk, liquidation_mark
from stresskit.simulate.blocks import Contender
from tests.reference.random_accounts import table_of

Json = dict[str, Any]
OPTION_TERMS = {"mr2": 0.0, "mr3": 0.0, "mr5": 0.0}  # theta, vega and rates: a book without options has none


def book_with(values: list[float], cash: float, spot: list[bool]) -> Book:
    """Signed USD values, each in an asset of its own; spot lives in the wallet."""
    nothing, place = np.zeros(len(values)), np.flatnonzero(spot)
    held = np.array(values)[place]
    wallet = Wallet(place, held, held, np.zeros(place.size), 0.0)
    quantity = np.where(spot, 0.0, values)
    return Book(np.arange(len(values)), quantity, cash, nothing, nothing, nothing, 0.1, nothing, wallet)


def evaluate(
    table: Any, values: list[float], cash: float | None = None, spot: list[bool] | None = None
) -> tuple[float, Breakdown]:
    """Requirement of signed USD values; without `cash` nothing is owed."""
    book = book_with(values, -sum(values) if cash is None else cash, spot or [False] * len(values))
    desk = Desk(Contender(table, CloseAll(), book, 2 * len(values)), np.ones(len(values)))
    return desk.maintenance(), desk.breakdown


def parameters_of(inputs: Json, given: Json) -> GridParameters:
    name = inputs["parameters"]
    return GridParameters.model_validate(given[name]) if name in given else load_grid(name).parameters


def okx_position(unit: Json) -> Position:
    usd = unit["quote_usd"]
    return Position(
        symbol=f"{unit['asset']}/USDT:USDT",
        quantity=unit["quantity"],
        entry=unit["entry"] * usd,
        mark=unit["mark"] * usd,
    )


def okx_leg(unit: Json) -> Leg:
    return Leg(unit["asset"], index_ratio=unit["index"] / unit["mark"])


def okx_table(units: list[Json], given: Json) -> GridTable:
    """The shipped parameters, which must say what the source states."""
    parameters = parameters_of(units[0], given)
    for unit in units:
        found, stated = parameters.class_of(unit["asset"]), unit["stated"]
        assert found is not None
        assert found.extreme is not None
        assert found.basis is not None
        assert found.minimum_charge is not None
        assert [move for move in found.price.moves if move >= 0] == stated["mr1_moves"]
        assert found.extreme.moves == (-stated["mr6_move"], stated["mr6_move"])
        assert found.extreme.weights == (stated["mr6_factor"],) * 2
        assert found.basis.minimum == stated["mr4_rate"]
        assert found.minimum_charge.rate == stated["mr7_rate"]
        assert parameters.factors.initial == stated["imr_factor"]
    return build_grid(parameters, [okx_leg(unit) for unit in units])


def okx_unit(inputs: Json, given: Json) -> Json:
    table, position = okx_table([inputs], given), okx_position(inputs)
    mmr, breakdown = evaluate(table, [position.notional])
    terms = breakdown.terms
    return {
        **OPTION_TERMS,
        "delta": position.notional,
        "upl": position.unrealized,
        "mr1": terms[PRICE],
        "mr4": terms[BASIS],
        "mr6": terms[EXTREME],
        "mr6_worst_pnl": -terms[EXTREME] / inputs["stated"]["mr6_factor"],
        "mr7": terms[MINIMUM],
        "mr9": terms[DEPEG],
        "mmr": mmr,
        "imr": evaluate(initial(table), [position.notional])[0],
    }


def okx_account(inputs: Json, given: Json) -> Json:
    table = okx_table(inputs["units"], given)
    assert table.borrowing == inputs["stated"]["borrow_mmr"]
    assert table.initial_borrowing == inputs["stated"]["borrow_imr"]
    positions = [okx_position(unit) for unit in inputs["units"]]
    equity = inputs["usdt"] * inputs["quote_usd"] + sum(p.unrealized for p in positions)
    values = [p.notional for p in positions]
    total, breakdown = evaluate(table, values, equity - sum(values))
    lent = float(breakdown.terms[BORROWING])
    total_initial, breakdown = evaluate(initial(table), values, equity - sum(values))
    return {
        "equity": equity,
        "deriv_mmr": total - lent,
        "borrow_mmr": lent,
        "borrow_imr": float(breakdown.terms[BORROWING]),
        "total_mmr": total,
        "total_imr": total_initial,
        "margin_ratio": equity / (total + inputs["liquidation_fee_of_liability"] * borrowed(equity)),
    }


def okx_minimum(inputs: Json, _given: Json) -> Json:
    rows = [(edge or math.inf, factor) for edge, factor in inputs["tiers"]]
    table = np.array(lines(rows[:-1], rows[-1][1])).T.copy()
    adjusted = sliced(table[0], table[1], inputs["mr7_raw"])[0]
    shipped = load_grid("okx-pm-2024-12").parameters.class_of("BTC")
    assert shipped is not None
    assert shipped.minimum_charge is not None
    assert [list(row) for row in shipped.minimum_charge.multipliers] == inputs["tiers"][:-1]
    return {"mr7_adjusted": adjusted, "mmr": max(inputs["mr_other"], adjusted)}


def okx_depeg(inputs: Json, _given: Json) -> Json:
    rows = inputs["tiers"]
    table = np.array(lines([tuple(row) for row in rows[:-1]], rows[-1][1])).T.copy()
    volume = matched_volume(inputs["hedge_volume"], -2.0 * inputs["hedge_volume"], 0.0)[0]
    return {"mr9": sliced(table[0], table[1], volume)[0]}


def deribit_account(inputs: Json, given: Json) -> Json:
    parameters, index = parameters_of(inputs, given), inputs["index"]
    legs = [
        Leg(p["name"], "inverse", "USD", "BTC", p["expiry_days"], price=index) for p in inputs["positions"]
    ]
    legs = [leg._replace(asset="BTC") for leg in legs]
    coins = [p["coins"] for p in inputs["positions"]]
    found = parameters.class_of("BTC")
    assert found
    cells = [cell for cell in cells_of(found.price) if cell.volatility == "same"]
    vectors = profits(legs, cells, parameters.netting.inverse_in) * np.array(coins)[:, None]
    table = build_grid(parameters, legs)
    mm, breakdown = evaluate(table, [c * index for c in coins])
    terms = breakdown.terms / index
    im = evaluate(initial(table), [c * index for c in coins])[0] / index
    return {
        "perp_vector": vectors[0],
        "fut_vector_minus16": vectors[1][0],
        "fut_vector_plus16": vectors[1][-1],
        "aggregated": np.minimum(vectors.sum(axis=0), 0.0),
        "roll_shock": terms[BASIS],
        "delta_shock": terms[DELTA_SHOCK],
        "risk_matrix_margin": im,
        "im": im + inputs["open_orders_margin"] + inputs["mmp_margin"],
        "mm": mm / index,
    }


def derive_account(inputs: Json, given: Json) -> Json:
    parameters, stable, spot = parameters_of(inputs, given), inputs["stable"], inputs["spot"]
    legs, values = [], []
    if inputs["perps"]:
        weakest = min(inputs["spot_conf"], inputs["perp_conf"])
        legs.append(Leg("COIN", index_ratio=spot / inputs["perp_px"], confidence=weakest))
        values.append(inputs["perps"] * inputs["perp_px"])
    for n, held in enumerate(inputs["collateral"]):
        haircuts = (held["mm_haircut"], held["im_haircut"])
        legs.append(Leg(f"HELD{n}", "spot", confidence=held["conf"], haircuts=haircuts))
        values.append(held["amount"] * held["price"] / stable)
    coins = sum(value for leg, value in zip(legs, values, strict=True) if leg.kind == "spot")
    mtm = inputs["upnl"] + inputs["funding"] + coins
    table = build_grid(parameters, legs, stable=stable)
    spot_legs = [leg.kind == "spot" for leg in legs]
    mm, breakdown = evaluate(table, values, spot=spot_legs)
    im = evaluate(initial(table), values, spot=spot_legs)[0]
    return {
        "mm": mtm + inputs["cash"] - mm,
        "im": mtm + inputs["cash"] - im,
        "portfolio_mtm": mtm,
        "worst_regular": -breakdown.terms[PRICE],
        "worst_tail": -breakdown.terms[EXTREME],
        "worst_skew": 0.0,  # spot does not move, and a book without options has no expiry
        "basis_contingency": 0.0,
    }


def standard_margin(inputs: Json, _given: Json) -> Json:
    """The smallest whole amount of cash that is accepted, and the next one below it."""
    notional = np.full(inputs["perp_qty"], float(inputs["price"]))
    table = table_of([((0.0, inputs["mm_req"], 0.0),)] * inputs["perp_qty"])
    table = table._replace(initial_rate=np.full(notional.size, inputs["im_req"]))
    asked = float(initial_by_position(table, notional, np.zeros(notional.size)).sum())
    return {"im": asked, "accept_cash": math.ceil(asked - 1e-9), "reject_cash": math.ceil(asked - 1e-9) - 1}


def paradex_minimum_delta(inputs: Json, given: Json) -> Json:
    table = build_grid(parameters_of(inputs, given), [Leg("BTC", quote="USD")] * len(inputs["deltas"]))
    charge = evaluate(table, [d * inputs["spot"] for d in inputs["deltas"]])[1].terms[MINIMUM]
    net, gross = sum(inputs["deltas"]), sum(map(abs, inputs["deltas"]))
    return {"net": net, "gross": gross, "hedged": (gross - abs(net)) / 2, "charge": charge}


def linear_cells(inputs: Json, _given: Json) -> Json:
    source = {"confidence": "high", "source": "the golden case"}
    moves = [-move for move in inputs["moves"]]
    parameters = GridParameters.model_validate({
        "venue": "dederi", "product": "portfolio margin", "as_of": "2026", **source, "offered": False,
        "terms": {"price": "loss", "outside": "contingency"},
        "netting": {"charges_of": "index", **source},
        "factors": {"maintenance": 1.0, "initial": 1.0, **source},
        "classes": [{"others": True, "price": {"moves": moves}, **source,
                     "contracts": {"maintenance": inputs["contingency_rate"], **source}}],
    })  # fmt: skip
    leg = Leg("ETH", index_ratio=inputs["index_contingency"] / inputs["future_px"])
    value = inputs["future_qty"] * inputs["future_px"]
    total, breakdown = evaluate(build_grid(parameters, [leg]), [value])
    losses = -value * profits([leg], cells_of(parameters.classes[0].price), "usd")[0]
    assert breakdown.terms[PRICE] == max(losses)
    return {"loss": losses, "contingency": total - max(losses)}


def bracket_account(inputs: Json, _given: Json) -> Json:
    rows, floor, rate, deduction = [], 0.0, 0.0, 0.0
    for edge, following in inputs["tiers"]:
        deduction += floor * (following - rate) if rows else 0.0
        rows.append((floor, following, deduction))
        floor, rate = edge, following
    table = table_of([tuple(rows)])
    return {"mm": evaluate(table, [inputs["notional"]])[0], "im": inputs["notional"] / inputs["leverage"]}


def bracket_liquidation_price(inputs: Json, _given: Json) -> Json:
    """The other position's requirement is that of a position that does not move."""
    other = inputs["other_mm"] / inputs["mm_rate"]
    values = [inputs["qty"] * inputs["mark"], other]
    table = table_of([((0.0, inputs["mm_rate"], 0.0),)] * 2)
    book = book_with(values, inputs["equity"] - sum(values), [False] * 2)
    mark = liquidation_mark(Desk(Contender(table, CloseAll(), book, 0), np.ones(2)), 0)
    assert mark is not None
    return {"liq_price": mark * inputs["mark"]}


def unimmr(inputs: Json, _given: Json) -> Json:
    return {"uniMMR": uni_mmr(inputs["adjusted_equity"], inputs["mm"])}


def hyperliquid(inputs: Json, _given: Json) -> Json:
    def at(price: float) -> tuple[float, float]:
        dollars = inputs["perp_btc"] * (price - inputs["entry"])
        maintenance = inputs.get("maintenance", 0.0) * abs(inputs["perp_btc"]) * price
        collateral = inputs["spot_btc"] * price * liquidation_threshold(0.5)
        return borrowed(dollars), borrow_ratio(20.0, maintenance, dollars, collateral)

    owed, ratio = at(inputs["price"])
    if "maintenance" not in inputs:
        return {"borrowed": owed}
    price = brentq(lambda price: at(price)[1] - 0.95, inputs["price"], 10 * inputs["price"], xtol=1e-9)
    return {"ratio": ratio, "liq_price": price}


def clearing_addon(inputs: Json, _given: Json) -> Json:
    exposure = np.array(inputs["exposures"]) * np.array(inputs["sds"])
    n = exposure.size

    def shortfall(level: float, correlation: Any, held: Any) -> float:
        normal = NormalDist()
        return math.sqrt(held @ correlation @ held) * normal.pdf(normal.inv_cdf(level)) / (1 - level)

    historical = np.full((n, n), inputs["rho"]) + (1 - inputs["rho"]) * np.eye(n)
    base = shortfall(0.99, historical, exposure)
    sets = [shortfall(0.995, c, exposure) for c in (historical, np.ones((n, n)), np.eye(n))]
    singles = sorted((shortfall(0.995, np.eye(1), exposure[[i]]) for i in range(n)), reverse=True)
    rest = exposure * (np.argsort(np.argsort(-abs(exposure))) >= 2)
    dependence = dependence_charge(base, *sets)
    concentration = concentration_charge(base, *[*singles, 0.0][:2], shortfall(0.99, historical, rest))
    return {"base": base, "dependence": dependence, "total": base + add_on(dependence, concentration)}


RULES: dict[str, Callable[[Json, Json], Json]] = {
    function.__name__: function
    for function in (
        okx_unit, okx_account, okx_minimum, okx_depeg, deribit_account, derive_account, standard_margin,
        paradex_minimum_delta, linear_cells, bracket_account, bracket_liquidation_price, unimmr, hyperliquid,
        clearing_addon,
    )
}  # fmt: skip
