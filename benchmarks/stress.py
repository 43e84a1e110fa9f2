"""Whole stress runs against bare generation, and what each margin mode adds to it."""

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.engines import product, prototype, prototype_here
from benchmarks.measure import Timed, rounds_of, summary
from benchmarks.workload import STEPS
from stresskit.config_file import load_run
from stresskit.pipeline import run
from stresskit.pipeline.setting import prepare
from stresskit.simulate.blocks import Plan, stream

CONFIGS = Path(__file__).resolve().parents[1] / "configs"
COINS = ("BTC", "ETH", "SOL", "XRP", "DOGE", "BNB", "LTC", "ADA", "AVAX", "LINK")
COLLATERAL = {2: 17_500, 10: 13_000}  # about 5 % of the paths are liquidated, nearly all under `var`
HEAD = """
name = "bench"
[market]
source = "snapshot"
snapshot = "majors-2026-03"
[simulation]
horizon = "10d"
step = "1h"
paths = {paths}
seed = 1
between_steps = "{between}"
[comparison]
equal_efficiency = false
[account]
venue = "binance"
collateral = [{{ asset = "USDT", amount = {collateral} }}]
positions = [{positions}]
[modes.cross]
rule = "brackets"
rulebook = "binance-usdm-2026-09"
liquidation = "close_all"
[modes.portfolio]
rule = "var"
confidence = 0.99
margin_period = "1d"
liquidation = "largest_contribution"
[scenarios.baseline]
kind = "baseline"
"""


def config_text(assets: int, paths: int, between: str) -> str:
    """A hedged book of 100,000 USD over two or ten coins, long and short by turns."""
    size = 100_000 // assets
    rows = [
        f'{{ symbol = "{coin}/USDT:USDT", notional_usd = {size if k % 2 == 0 else -size}, leverage = 10 }}'
        for k, coin in enumerate(COINS[:assets])
    ]
    return HEAD.format(paths=paths, between=between, collateral=COLLATERAL[assets], positions=", ".join(rows))


def _whole(assets: int, paths: int, between: str, folder: Path) -> tuple[Callable[[], Any], float]:
    """One run from config to sealed folder, and the share of the paths liquidated in a mode at least."""
    path = folder / f"{assets}-{between}.toml"
    path.write_text(config_text(assets, paths, between))

    def call() -> Any:
        return run(load_run(path), folder / "runs", 1, force=True)

    results = call()
    hit = [results.column("baseline", mode, "first_step") >= 0 for mode in ("cross", "portfolio")]
    return call, float((hit[0] | hit[1]).mean())


def compare_runs(paths: int, rounds: int) -> dict[str, Any]:
    """Asset-steps a CPU second of whole runs as a share of the prototype's bare generation."""
    rows: dict[str, Any] = {}
    bare = prototype if prototype_here() else product
    with tempfile.TemporaryDirectory() as folder:
        for assets in (2, 10):
            work = float(assets * STEPS * paths)
            timed, shares = {"bare": Timed(bare(assets, paths), work)}, {}
            for between in ("bridge", "none"):
                call, shares[between] = _whole(assets, paths, between, Path(folder))
                timed[between] = Timed(call, work)
            found = summary(rounds_of(timed, rounds), "bare")
            for between, share in shares.items():
                rows[f"K={assets}, bridge {'on' if between == 'bridge' else 'off'}"] = {
                    **found[between],
                    "liquidated": share,
                }
    return {"reference": bare.__name__, "rows": rows}


def _live(plan: Plan, paths: int) -> Callable[[], None]:
    def call() -> None:
        for _ in stream(plan, paths, None, 1):
            pass

    return call


def _plans(path: Path, between: str) -> Iterator[tuple[str, Plan]]:
    """Bare generation of a config's first scenario, then the same with each of its modes alone."""
    sets = ["comparison.equal_efficiency=false", f'simulation.between_steps="{between}"']
    setting = prepare(load_run(path, sets))
    plan = setting.plan(next(iter(setting.stressed)))
    yield "bare", replace(plan, contenders=(), books=())
    for (one, contender), spec in zip(setting.lives(), _rules(setting), strict=True):
        yield f"{one.name}: {spec}", replace(plan, contenders=(contender,), books=())


def _rules(setting: Any) -> list[str]:
    modes = [mode.spec for account in setting.accounts for mode in account.modes.values()]
    return [" ".join([spec.rule, getattr(spec, "parameters", "")]).strip() for spec in modes]


def compare_modes(paths: int, rounds: int, configs: list[Path] | None = None) -> dict[str, dict[str, float]]:
    """What each mode of the shipped configs adds to bare generation of the same plan, in CPU time."""
    rows = {}
    for path in configs or [CONFIGS / "quickstart.toml", *sorted((CONFIGS / "venues").glob("*.toml"))]:
        for between in ("none", "bridge"):
            timed = {name: Timed(_live(plan, paths), 1.0) for name, plan in _plans(path, between)}
            found = summary(rounds_of(timed, rounds, time.process_time), "bare")
            for name, one in found.items():
                if name != "bare":
                    label = f"{path.stem}/{name}, bridge {'on' if between == 'bridge' else 'off'}"
                    rows[label] = {"added": 1 / one["ratio"] - 1}
    return rows
