"""What the synthetic run says about itself: manifest and calibration."""

from typing import Any

import numpy as np

NAME, RUN_ID = "synthetic", "0123456789ab"
ASSETS = ("BTC", "ETH", "SOL", "XRP", "DOGE", "ADA", "LINK", "AVAX", "LTC", "BNB")
ASSETS += ("1000000BABYDOGE", "QUITELONGNAMEOFACOIN", *(f"COIN{i}" for i in range(18)))  # thirty in all
EQUITY, LEG = 20_000.0, 50_000.0
SCENARIOS = {"baseline": 1.0, "hedge_breaks": 1.5}  # scale of the book's profit and loss


def calibration(assets: int) -> dict[str, Any]:
    """A ``calibration.json`` of the agreed keys."""
    one = np.ones(assets)
    correlation = np.full((assets, assets), 0.75) + 0.25 * np.eye(assets)
    marginals = {
        "mean": 0.0 * one,
        "omega": 1e-7 * one,
        "alpha": 0.05 * one,
        "gamma": 0.03 * one,
        "beta": 0.92 * one,
        "nu": 4.5 * one,
        "long_run_variance": 4e-5 * (1 + np.arange(assets)),
        "current_variance": 3e-5 * (1 + np.arange(assets)),
    }
    columns: dict[str, Any] = {name: values.tolist() for name, values in marginals.items()}
    laws = [{"law": "student_t", "nu": 4.5}] * assets
    return {
        "assets": list(ASSETS[:assets]),
        "step_s": 3600,
        "marginals": columns | {"kind": "gjr_garch", "innovations": laws},
        "dependence": {"kind": "student_t", "nu": 5.0, "correlation": correlation.tolist()},
        "first": "2021-01-01T00:00:00Z",
        "last": "2026-03-31T23:00:00Z",
        "observations": 45_960,
        "diagnostics": {"bound_hits": [], "repair_distance": 0.0},
    }


def manifest(paths: int, steps: int, seed: int, assets: int) -> dict[str, Any]:
    """A ``manifest.json`` of the agreed keys."""
    return {
        "schema_version": 1,
        "name": NAME,
        "run_id": RUN_ID,
        "status": "done",
        "config": _config(paths, steps, seed, assets),
        "hashes": {"config": "a" * 64, "data": "b" * 64, "package": "c" * 64},
        "snapshot": {
            "name": "majors-2026-03",
            "sha256": "d" * 64,
            "as_of": "2026-03-31",
            "source": "synthetic",
            "age_days": 236,
        },
        "rulebooks": [
            {
                "name": "binance-usdm-2026-09",
                "as_of": "2026-09-15",
                "source": "https://example.org/tiers",
                "sha256": "e" * 64,
                "confidence": "published",
            }
        ],
        "scenario_set": {
            "sha256": "f" * 64,
            "size": 10_000,
            "key": 20_260_331,
            "standard_error": {"portfolio": 120.0},
        },
        "seed": seed,
        "paths": paths,
        "steps": steps,
        "step_h": 1.0,
        "block": 512,
        "workers": 2,
        "versions": {
            "python": "3.11.7",
            "stresskit": "0.1.0",
            "numpy": "2.4.6",
            "scipy": "1.17.1",
            "numba": "0.61.0",
        },
        "machine": "x86_64, 2 cores",
        "timings": {"calibrate_s": 0.01, "simulate_s": 1.2, "measure_s": 0.1},
        "asset_steps_per_s": 6.5e7,
        "full_evaluation_share": {"baseline/portfolio": 0.004, "hedge_breaks/portfolio": 0.011},
        "floor_hits": dict.fromkeys(SCENARIOS, 0),
        "warnings": ["the snapshot's volatility state is older than 7 days"],
        "scenarios": {
            "baseline": {"kind": "baseline", "notes": {}},
            "hedge_breaks": {
                "kind": "correlation_breakdown",
                "notes": {
                    "repair_distance": 0.0,
                    "plausibility": "beyond the sample",
                    "sign_vector": [(-1) ** i for i in range(assets)],
                },
            },
        },
    }


def _config(paths: int, steps: int, seed: int, assets: int) -> dict[str, Any]:
    positions = [
        {"symbol": f"{asset}/USDT:USDT", "notional_usd": (-1) ** i * LEG, "leverage": 10}
        for i, asset in enumerate(ASSETS[:assets])
    ]
    return {
        "name": NAME,
        "market": {"source": "snapshot", "snapshot": "majors-2026-03"},
        "model": {
            "marginal": {"kind": "gjr_garch", "innovations": "student_t", "mean": "zero"},
            "dependence": {"kind": "student_t"},
            "initial_volatility": "long_run",
        },
        "simulation": {"horizon": f"{steps}h", "step": "1h", "paths": paths, "seed": seed},
        "account": {
            "venue": "binance",
            "collateral": [{"asset": "USDT", "amount": EQUITY}],
            "positions": positions,
        },
        "modes": {
            "cross": {
                "rule": "brackets",
                "rulebook": "binance-usdm-2026-09",
                "liquidation": "close_all",
            },
            "portfolio": {
                "rule": "var",
                "confidence": 0.99,
                "margin_period": "1d",
                "liquidation": "largest_contribution",
            },
        },
        "scenarios": {
            "baseline": {"kind": "baseline"},
            "hedge_breaks": {
                "kind": "correlation_breakdown",
                "toward": "every_leg_loses",
                "strength": 0.8,
            },
        },
        "limits": {
            "p_liquidation": 0.04,
            "p_shortfall": {"limit": 0.5, "mode": "portfolio", "scenario": "hedge_breaks"},
        },
    }
