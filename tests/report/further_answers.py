"""Made-up answers of the page of further stress tests, and a made-up path: shapes are the commands'."""

from typing import Any

import numpy as np

from stresskit.report.figures.cohort_law import Law, Laws
from stresskit.report.replayed import GREW
from tests.synthetic_facts import ASSETS, NAME, SCENARIOS

Json = dict[str, Any]
MODES = ("cross", "portfolio")
EVERY = {"closed_notional": 0.0, **dict.fromkeys(GREW.values(), 0.0)}


def estimate(value: float, width: float = 0.1) -> Json:
    return {"value": value, "low": value * (1.0 - width), "high": value * (1.0 + width)}


def worst(assets: int = 2, accounts: tuple[str, ...] = ("account",)) -> Json:
    names = ASSETS[:assets]
    pair = {"calm": 0.85, "worst": 0.549, "low": 0.549, "high": 0.957}
    pairs = {f"{a}/{b}": {**pair, "percentile": 0.01} for i, a in enumerate(names) for b in names[i + 1 :]}
    judged = {"calm": estimate(0.02), "worst": estimate(0.05), "difference": estimate(0.03)}
    lost = {key: estimate(1000.0 * one["value"]) for key, one in judged.items()}

    def one(seen: Json) -> Json:
        return {"assets": names, "pairs": pairs, "searched": seen, "verified": seen, "evaluations": 9}

    modes = {mode: {"p_liquidation": one(judged)} for mode in MODES}
    modes["portfolio"]["requirement_shortfall"] = one(lost)
    told = {"hypothetical": ["portfolio"], "without_history": ["BTC/NEW"], "modes": modes}
    none = {"hypothetical": [], "modes": None, "reason": "fewer than two assets: no correlation matters"}
    return {
        "kind": "worst",
        "name": NAME,
        "ball": {"level": 0.01, "history": "rolling correlations of hourly returns, 1w windows"},
        "paths": 5000,
        "accounts": dict.fromkeys(accounts, told if assets > 1 else none),
    }


def sufficiency(accounts: tuple[str, ...] = ("account",)) -> Json:
    def one(share: float) -> Json:
        return {
            "uncovered": estimate(share),
            "uncovered_path": estimate(min(5.0 * share, 1.0)),
            "fund_draw": estimate(2000.0 * share),
            "largest_draw": 40_000.0 * share,
            "peak_to_trough": estimate(1.4, 0.02),
            "five_day_rise": estimate(0.3),
            "mean_requirement": 4000.0,
        }

    told = {name: {"cross": one(0.2 * k), "portfolio": one(0.004 * k)} for k, name in enumerate(SCENARIOS, 1)}
    about = {"kind": "sufficiency", "name": NAME, "margin_period": "1d", "looks": 5, "paths": 1000}
    return {**about, "accounts": dict.fromkeys(accounts, told)}


def liquidated(lives: tuple[str, ...] = MODES, steps: int = 120) -> Json:
    """What ``reverse --simulate`` adds: a fall of BTC and a rise of ETH within `lives`."""
    ramp = np.arange(steps + 1) / steps
    found, ranked = {}, {}
    for k, life in enumerate(lives, 1):
        paths = {"BTC": -0.3 * ramp**k, "ETH": 0.2 * ramp}
        at = {asset: float(path[80]) for asset, path in paths.items()}
        told = {"at_liquidation": at, "last_day": {a: x / 3.0 for a, x in at.items()}, "hours": 80.0}
        moves = {asset: path.tolist() for asset, path in paths.items()}
        half = {asset: (path / 2.0).tolist() for asset, path in paths.items()}
        found[life] = {
            **told,
            "paths": 13 * k,
            "mean_path": half,
            "modal": {**told, "path": 26, "moves": moves},
        }
        years = {"value": 9.5, "low": 5.17, "high": 17.5}
        step = {
            "value": 1787.0,
            "low": None,
            "high": None,
            "reason": "the law of one step itself: no interval",
        }
        ranked[life] = [
            {"kind": "modal", "move": at, "hours": 80.0, "years": years},
            {
                "kind": "mean",
                "move": at,
                "hours": 80.0,
                "years": {**years, "value": 0.5, "low": 0.4, "high": 0.6},
            },
            {"kind": "one_step", "move": at, "hours": 1.0, "years": step},
        ]
    return {"scenario": "baseline", "lives": found, "ranked": ranked}


def path(*changes: dict[str, float], shut: bool = False, lives: int = 2) -> Json:
    """A path of ten hours on which something happens hour after hour."""
    so_far, steps = dict(EVERY), []
    for hour in range(11):
        if 0 < hour <= len(changes):
            so_far = {name: so_far[name] + changes[hour - 1].get(name, 0.0) for name in so_far}
        gone = shut and hour >= len(changes)
        steps.append(
            {
                "t_h": float(hour),
                "equity": 20_000.0 - 900.0 * hour,
                "maintenance": 0.0 if gone else 700.0,
                "open": [0.0, 0.0] if gone else [50_000.0, -40_000.0],
                "so_far": dict(so_far),
            }
        )
    marks = {"BTC": [1.0 - 0.01 * h for h in range(11)], "ETH": [1.0 + 0.02 * h for h in range(11)]}
    return {"marks": marks, "lives": {f"life {k}": {"steps": steps} for k in range(lives)}}


def acted() -> Json:
    """A path on which everything happens that can, and at last all is shut."""
    return path(*({name: 5.0} for name in EVERY), {"closed_notional": 5.0}, shut=True)


def laws() -> list[Laws]:
    """P(liquidation) of fifty accounts under two modes in two scenarios."""
    places = np.maximum(np.arange(50.0) - 20.0, 0.0) / 1e3
    shown = [
        tuple(Law(mode, slot, k * (slot + 1) * places) for slot, mode in enumerate(MODES)) for k in (1.0, 4.0)
    ]
    return [Laws("calm", shown[0], 0.02), Laws("stressed", shown[1], None)]
