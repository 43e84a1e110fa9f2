"""Stored answers of other commands about the synthetic run, made up: the shapes are those of the commands."""

import json
from pathlib import Path

import numpy as np

from tests.report.further_answers import MODES, Json, estimate, liquidated, sufficiency, worst
from tests.synthetic_facts import ASSETS, NAME

STRENGTHS = [0.0, 0.25, 0.5, 0.75, 1.0]
MOVES = [-0.3, -0.2, -0.1, -0.05, 0.0, 0.05, 0.1, 0.2, 0.3]
LEVELS = ("0.99", "0.975")
TESTS = (
    "kupiec",
    "first_failure",
    "independence",
    "conditional_coverage",
    "weibull",
    "dynamic_quantile_hits_and_var",
    "acerbi_szekely_z2",
)


def dial(accounts: tuple[str, ...] = ("account",), lives: tuple[str, ...] = MODES) -> Json:
    """`lives` of the surface: the modes, or ``account.mode`` with several accounts."""
    cells = [
        {"multiplier": m, "strength": s, "lives": {x: _figures(0.02 * m * (1 + 4 * s)) for x in lives}}
        for m in (1.0, 2.0)
        for s in STRENGTHS
    ]
    return {
        "kind": "dial",
        "name": NAME,
        "strengths": STRENGTHS,
        "paths": 2000,
        "scenario": {"name": "hedge_breaks", "kind": "correlation_breakdown", "toward": "every_leg_loses"},
        "accounts": {name: _turned() for name in accounts},
        "surface": {"strengths": STRENGTHS, "multipliers": [1.0, 2.0], "cells": cells},
    }


def _figures(p: float) -> Json:
    cost = "expected_liquidation_cost"
    return {"p_liquidation": estimate(p), "p_closed_out": estimate(p), cost: estimate(500.0 * p)}


def _turned() -> Json:
    curves = {
        mode: [_figures(0.01 * (i + 1) * (1 + 4 * s)) for s in STRENGTHS] for i, mode in enumerate(MODES)
    }
    modes = {mode: {key: [row[key] for row in rows] for key in rows[0]} for mode, rows in curves.items()}
    never = {
        "status": "none",
        "limit": 0.04,
        "value": None,
        "low": None,
        "high": None,
        "reason": "not passed",
    }
    found = {"status": "found", "limit": 0.04, "value": 0.625, "low": 0.5, "high": None, "reason": "open"}
    loose = {**never, "limit": None, "reason": "no expected_liquidation_cost in [limits]"}
    cost = "expected_liquidation_cost"
    basis = {
        "modes": modes,
        "paired": {},
        "breakdown": {
            "cross": {"p_liquidation": found, cost: loose},
            "portfolio": {"p_liquidation": {**never, "falls": []}, cost: loose},
        },
        "crossings": {"portfolio": {"status": "none", "points": [], "reason": "no material difference"}},
    }
    shares = [estimate(0.005 * (1 + 4 * s)) for s in STRENGTHS]
    seen = {
        "confidence": 0.99,
        "margin_period": "1d",
        "requirement": 3000.0,
        "stand_alone": 9000.0,
        "beyond_requirement": shares,
        "beyond_stand_alone": shares,
        "point": {"status": "found", "limit": 0.01, "value": 0.25, "low": 0.2, "high": 0.3},
    }
    return {
        "present": "cross",
        "hypothetical": ["portfolio"],
        "equal_collateral": basis,
        "illusion": {"portfolio": seen},
    }


def matrix(assets: int = 2, accounts: tuple[str, ...] = ("account",)) -> Json:
    told = {mode: _matrix(assets, 5.0 * (i + 1)) for i, mode in enumerate(MODES)}
    return {
        "kind": "matrix",
        "name": NAME,
        "assets": ASSETS[:assets],
        "accounts": dict.fromkeys(accounts, told),
    }


def _matrix(assets: int, now: float) -> Json:
    volatility = [1.0, 1.5, 2.0, 3.0]
    names = ASSETS[:assets]
    return {
        "hypothetical": False,
        "own_grid": now > 5.0,
        "moves": MOVES,
        "multipliers": volatility,
        "ratio": [[now * (1 + 4 * m) / v for v in volatility] for m in MOVES],
        "pairs": [
            {
                "assets": [a, b],
                "moves": MOVES,
                "ratio": [[now * (1 + 3 * m - 3 * n) for n in MOVES] for m in MOVES],
            }
            for i, a in enumerate(names)
            for b in names[i + 1 :]
        ],
        "reason": "a null ratio: nothing is asked",
    }


def reverse(accounts: tuple[str, ...] = ("account",), lives: tuple[str, ...] = MODES) -> Json:
    found = {
        "status": "found",
        "move": {"BTC": -0.14, "ETH": 0.091},
        "distance": 6.0,
        "mahalanobis": 9.0,
        "years": 1790.0,
        "loss": 19500.0,
        "requirement_after": 548.0,
    }
    none = {"status": "none", "reason": "no single step was found that liquidates", "move": None}
    modes = {"hypothetical": ["portfolio"], "modes": {"cross": found, "portfolio": none}}
    about = {"kind": "reverse", "name": NAME, "step": "1h", "accounts": dict.fromkeys(accounts, modes)}
    return {**about, "liquidated": liquidated(lives)}


def remedy(accounts: tuple[str, ...] = ("account",)) -> Json:
    """As ``advise --target`` prints it: within the advice."""
    leg = {"symbol": "ETH/USDT:USDT", "kind": "cut", "share": 0.24, "usd": 12_000.0, "order_cost": 5.0}
    none = {
        "symbol": "BTC/USDT:USDT",
        "kind": "add",
        "share": None,
        "usd": None,
        "reason": "none on the grid",
    }
    answer = {"met": False, "top_up": {"usd": 3_000.0}, "legs": [none, leg], "now": {}, "hypothetical": False}
    found = {"kind": "remedy", "name": NAME, "target": 0.04, "scenarios": ["baseline"], "paths": 1000}
    return {"venue": "binance", "remedy": {**found, "accounts": {key: {"cross": answer} for key in accounts}}}


def backtest(days: int = 500) -> Json:
    rng = np.random.default_rng(1)
    pnl, place = rng.standard_t(4, days) * 1000.0, rng.uniform(0.001, 0.999, days)
    first = np.datetime64("2022-01-01")
    when = [str(first + np.timedelta64(i, "D")) for i in range(days)]
    judged = {level: _judged(days, 1.0 - float(level)) for level in LEVELS}
    series = {
        "level": 0.99,
        "time": when,
        "pnl": pnl.tolist(),
        "var": [3000.0] * days,
        "place": place.tolist(),
    }
    book = {
        "name": NAME,
        "exposure": {"BTC": 50_000.0},
        "marginal": "gjr_garch/student_t",
        "dependence": "student_t",
        "first": when[0],
        "last": when[-1],
        "model": {**judged, "law": {"kolmogorov_smirnov": {"statistic": 0.02, "p_value": 0.4, "degrees": 0}}},
        "history": judged,
        "series": series,
    }
    prices = {"file": "daily_close.csv", "sha256": "a" * 64, "step_s": 86400}
    return {
        "kind": "backtest",
        "prices": prices,
        "window": 1000,
        "refit": 20,
        "draws": 20_000,
        "books": [book],
    }


def _judged(days: int, p: float) -> Json:
    tests = {
        name: {"statistic": 1.0, "p_value": 0.01 * (i + 3), "degrees": 1} for i, name in enumerate(TESTS)
    }
    tests["first_failure"] = {"statistic": None, "p_value": None, "degrees": 1, "reason": "no failure"}
    return {
        "days": days,
        "failures": 9,
        "expected": days * p,
        "zone": "yellow",
        "tests": tests,
        "exceptions": [],
    }


def events() -> Json:
    names, columns = ("covid_2020", "oct_2025"), [{"venue": "binance", "mode": "cross", "title": "x"}]
    columns += [{"venue": "okx", "mode": "portfolio_margin", "title": "y"}]
    cells = [
        {
            "book": NAME,
            "event": name,
            "venue": c["venue"],
            "mode": c["mode"],
            "rulebook": {"name": "of-the-day", "as_of": "2020-01", "held": i == 0},
            "p_liquidation": estimate(0.6 / (i + 1)),
        }
        for name in names
        for i, c in enumerate(columns)
    ]
    books = [{"name": NAME, "description": "a book"}]
    known = [{"name": name, "title": name, "day": "2020-03-12"} for name in names]
    return {"kind": "events", "events": known, "books": books, "columns": columns, "cells": cells[:-1]}


def frontier() -> Json:
    rows = [
        {
            "account": "account",
            "mode": mode,
            "capital": 20_000.0 / k,
            "hypothetical": mode == "portfolio",
            "opens": k < 3,
            "p_liquidation": estimate(0.02 * k * (i + 1)),
            "expected_liquidation_cost": estimate(10.0 * k),
        }
        for i, mode in enumerate(MODES)
        for k in (1, 2, 3, 4)
    ]
    return {"name": NAME, "scenarios": {"baseline": rows}}


def every(assets: int = 2) -> list[Json]:
    """One answer of each kind."""
    answers = [dial(), matrix(assets), reverse(), backtest(), remedy(), events()]
    return [*answers, worst(assets), sufficiency()]


def stored(folder: Path, answers: list[Json]) -> list[Path]:
    """The answers as files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{answer.get('kind', 'remedy')}.json" for answer in answers]
    for file, answer in zip(files, answers, strict=True):
        file.write_text(json.dumps(answer), encoding="utf-8")
    return files
