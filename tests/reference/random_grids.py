"""Random books under shipped parameters, and under a set in which every contingency is at work."""

from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from stresskit.config_file.parameters import load_grid
from stresskit.domain import Book, View, Wallet
from stresskit.margin.grid.build import build_grid
from stresskit.margin.grid.leg import Leg
from stresskit.margin.grid.parameters import GridParameters
from stresskit.margin.grid.table import GridTable
from tests.reference.grid import Twin

SAID = {"confidence": "low", "source": "made up for the tests"}
EVERYTHING = GridParameters.model_validate({
    "venue": "nowhere", "product": "every contingency", "as_of": "2026", "offered": False, **SAID,
    "terms": dict(zip(
        ("price", "extreme", "basis", "delta_shock", "depeg", "minimum", "outside", "borrowing"), "abcdefgh",
        strict=True)),
    "netting": {"scope": "settlement", "inverse_in": "coin", "spot_in_use": True, **SAID},
    "factors": {"maintenance": 0.8, "initial": 1.1, **SAID},
    "borrowing": {"maintenance": 0.02, "initial": 0.1, **SAID},
    "classes": [
        {"assets": [asset], **SAID,
         "price": {"moves": [-2 * move, -move, 0.0, move, 2 * move], "volatility": ["up", "down"]},
         "extreme": {"moves": [-0.6, 1.0, 3.0], "scaled_to": 2.2 * move, "dampener_usd": 4000.0},
         "basis": {"minimum": 0.004, "annualised": 0.06, **SAID},
         "delta_shock": {"threshold_usd": 60_000, "per_coin": 1e-2, "largest": 0.1, "inferred": True, **SAID},
         "depeg": {"tiers": [[10_000, 0.005], [40_000, 0.01]], "above": 0.03, **SAID},
         "minimum_charge": {"rate": 0.02, "multipliers": [[500, 1], [3000, 2.5]], "above": 6, **SAID},
         "minimum_delta": {"net": 0.01, "hedged": 0.004, **SAID},
         "contracts": {"maintenance": 0.003, "initial": 0.002, **SAID},
         "offset": {"share": share, "largest_usd": 3000.0, **SAID}}
        for asset, move, share in (("BTC", 0.06, 0.4), ("ETH", 0.09, 0.0), ("LTC", 0.1, 1.0))
    ],
})  # fmt: skip
DERIBIT = ("deribit-pm-btc-2024-06", "deribit-pm-btc-2026-09")
SETS: dict[str, GridParameters] = {"everything": EVERYTHING} | {
    name: load_grid(name).parameters
    for name in ("okx-pm-2024-12", "okx-pm-2025-01", "paradex-pm-2026-01", "derive-pm2-2026-01", *DERIBIT)
}
ASSETS = ("BTC", "ETH", "LTC")
KINDS = (
    ("linear", "USDT", "USDT"),
    ("linear", "USDC", "USDC"),
    ("inverse", "USD", ""),
    ("spot", "USDT", "USDT"),
)


class GridCase(NamedTuple):
    """One book twice: `twin` and `legs`, and `table` and `book`; `values` are the legs' USD."""

    twin: Twin
    legs: tuple[Leg, ...]
    values: np.ndarray
    table: GridTable
    book: Book

    def view(self, values: np.ndarray, cash: float | None = None) -> View:
        """The account with other values of its contracts, at marks of one; nothing is owed."""
        held = np.where([leg.kind == "spot" for leg in self.legs], 0.0, values)
        money = -float(held.sum()) if cash is None else cash
        n = len(ASSETS)
        return View(held, np.ones(n), np.ones(n), np.ones(1), np.array([money]))


def grid_seeds() -> st.SearchStrategy[tuple[str, int]]:
    return st.tuples(st.sampled_from(sorted(SETS)), st.integers(0, 2**32 - 1))


def grid_case(name: str, seed: int) -> GridCase:
    """A book of 1 to 6 legs that the parameter set knows."""
    rng, parameters = np.random.default_rng(seed), SETS[name]
    known = [asset for asset in ASSETS if parameters.class_of(asset) is not None]
    legs = []
    for _ in range(int(rng.integers(1, 7))):
        asset = str(rng.choice(known))
        kind, quote, settle = KINDS[int(rng.choice(4, p=[0.45, 0.2, 0.25, 0.1]))]
        dated = kind != "spot" and rng.random() < 0.3
        days = float(rng.integers(1, 200)) if dated else None
        ratio = float(rng.uniform(0.97, 1.03)) if kind != "spot" else 1.0
        legs.append(
            Leg(asset, kind, quote, settle or asset, days, ratio, price=float(rng.choice([1.0, 2.0])))
        )
    prices = {asset: 1.0 + 2.0 * n for n, asset in enumerate(ASSETS)}
    legs = [leg._replace(price=prices[leg.asset]) for leg in legs]
    spot = {leg.asset: float(rng.lognormal(10, 1.2)) for leg in legs if leg.kind == "spot"}
    count = {asset: sum(leg.kind == "spot" and leg.asset == asset for leg in legs) for asset in ASSETS}
    values = rng.choice([-1.0, 1.0], len(legs)) * rng.lognormal(10, 1.2, len(legs))
    values = np.array(
        [
            spot[leg.asset] / count[leg.asset] if leg.kind == "spot" else v
            for leg, v in zip(legs, values, strict=True)
        ]
    )
    return assembled(parameters, tuple(legs), values, spot)


def assembled(
    parameters: GridParameters, legs: tuple[Leg, ...], values: np.ndarray, spot: dict[str, float]
) -> GridCase:
    """The case of these legs; inverse contracts have a face, spot lives in the wallet."""
    place = np.array([ASSETS.index(leg.asset) for leg in legs])
    coins = np.array([ASSETS.index(asset) for asset in spot], dtype=np.int64)
    held = np.array(list(spot.values()), dtype=float)
    wallet = Wallet(coins, held, held, np.zeros(coins.size), 0.0)
    quantity = np.where([leg.kind == "spot" for leg in legs], 0.0, values)
    face = np.array([float(leg.kind == "inverse") for leg in legs])
    nothing = np.zeros(len(legs))
    money = float(-quantity.sum())
    book = Book(place, quantity, money, nothing, nothing, nothing, 0.1, face, wallet)
    table = build_grid(parameters, legs)
    return GridCase(Twin(parameters, legs), legs, values, table, book)


def evaluated(case: GridCase, view: View, assess: Any, empty_breakdown: Any) -> tuple[float, Any]:
    """Requirement and breakdown by the kernels."""
    breakdown = empty_breakdown(len(case.legs), len(ASSETS), 2 * len(case.legs))
    return assess(case.table, case.book, view, breakdown), breakdown
