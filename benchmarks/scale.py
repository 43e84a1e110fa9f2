"""``python -m benchmarks.scale sweep|cohort|account N``: a night of many runs, or of many accounts.

``sweep N``     a sweep of N runs of one position under brackets, one after the other.
``cohort N``    N accounts of ten positions on one set of paths, on two cores.
``account N``   what a further account of such a cohort costs in units of the paths alone, in N rounds.
"""

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

COINS = ("BTC", "ETH", "SOL", "XRP", "DOGE", "BNB", "LTC", "ADA", "AVAX", "LINK")
WORKERS = 2
FEW, MANY = 64, 320  # accounts; groups are of 64
HEAD = """
name = "scale"

[market]
source = "snapshot"
snapshot = "majors-2026-03"

[simulation]
horizon = "{horizon}"
paths = {paths}
seed = 1

[modes.cross]
rule = "brackets"
rulebook = "binance-usdm-2026-09"

[comparison]
equal_efficiency = false
"""
SINGLE = """
[account]
venue = "binance"
collateral = [{ asset = "USDT", amount = 10_000 }]
positions = [{ symbol = "BTC/USDT:USDT", notional_usd = 50_000, leverage = 10 }]
"""
COHORT = '\n[cohort]\nvenue = "binance"\npositions = "positions.csv"\n'


def sweep(runs: int, config: Path, out: Path) -> dict[str, Any]:
    """Seconds of a batch of so many seeds."""
    from stresskit.study.batch import collect, run_batch
    from stresskit.study.batch.run import Way

    text = config.read_text(encoding="utf-8") + SINGLE
    config.write_text(f"{text}\n[sweep.grid]\nsimulation.seed = {list(range(runs))}\n", encoding="utf-8")
    begun = time.perf_counter()
    batch = run_batch(collect([config]), out / "scale.batch", Way(out, WORKERS))
    assert batch.exit_code in (0, 1)
    return {"runs": runs, "seconds": round(time.perf_counter() - begun, 1)}


def positions(accounts: int, config: Path) -> None:
    """A cohort of so many accounts of ten positions beside the config."""
    draws = np.random.default_rng(1)
    rows = [
        f"a{n},{coin}/USDT:USDT,{size:.2f},10,{equity:.0f}"
        for n, equity in enumerate(draws.uniform(4_000, 40_000, accounts))
        for coin, size in zip(COINS, draws.normal(0, 8_000, len(COINS)), strict=True)
    ]
    header = "account,symbol,notional_usd,leverage,collateral"
    config.with_name("positions.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


def cohort(accounts: int, config: Path, out: Path) -> dict[str, Any]:
    """Seconds of a cohort, from its tables to its folder."""
    from stresskit.study.cohort import load_cohort, run_cohort

    config.write_text(config.read_text(encoding="utf-8") + COHORT, encoding="utf-8")
    positions(accounts, config)
    begun = time.perf_counter()
    found = run_cohort(load_cohort(config), out, WORKERS)
    seconds = time.perf_counter() - begun
    worst = found.metrics["ranking"][0]["p_liquidation"]["value"]
    return {"accounts": accounts, "seconds": round(seconds, 1), "worst_p_liquidation": worst}


def account(rounds: int, config: Path, out: Path) -> dict[str, Any]:
    """What a further account costs, in units of the paths alone.

    Cohorts of two sizes and the bare paths take turns; the cost is the difference of the cohorts' medians
    over that of their sizes, in CPU and in wall seconds.
    """
    from stresskit.study.cohort import load_cohort, run_cohort

    config.write_text(config.read_text(encoding="utf-8") + COHORT, encoding="utf-8")
    taken: dict[str, list[tuple[float, float]]] = {"few": [], "many": [], "paths": []}
    for _ in range(rounds + 1):  # the first one compiles and fills caches
        for name, size in (("few", FEW), ("many", MANY)):
            positions(size, config)
            taken[name].append(_timed(lambda: run_cohort(load_cohort(config), out, WORKERS, force=True)))
        bare = _bare(next(load_cohort(config).groups())[1])
        taken["paths"] += [_timed(bare) for _ in range(5)]
    cpu, wall = (
        {n: median(t[clock] for t in found[len(found) // (rounds + 1) :]) for n, found in taken.items()}
        for clock in (0, 1)
    )
    found: dict[str, Any] = {"rounds": rounds, "sizes": [FEW, MANY]}
    for name, spent in (("cpu", cpu), ("wall", wall)):
        further = (spent["many"] - spent["few"]) / (MANY - FEW)
        found[f"paths_{name}_ms"] = round(1e3 * spent["paths"], 2)
        found[f"further_account_{name}_ms"] = round(1e3 * further, 2)
        found[f"further_account_in_paths_{name}"] = round(further / spent["paths"], 3)
    return found


def _timed(do: Callable[[], object]) -> tuple[float, float]:
    """CPU and wall seconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    do()
    return time.process_time() - cpu, time.perf_counter() - wall


def _bare(loaded: Any) -> Callable[[], object]:
    """Draw the same paths for nobody."""
    from stresskit.pipeline.setting import prepare
    from stresskit.simulate.blocks import stream

    plan = replace(prepare(loaded).plan("baseline"), contenders=(), books=())

    def draw() -> None:
        for _ in stream(plan, loaded.run.simulation.paths, None, WORKERS):
            pass

    return draw


MEASURES = {"sweep": sweep, "cohort": cohort, "account": account}


def main() -> None:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(prog="benchmarks.scale", description=__doc__)
    parser.add_argument("what", choices=tuple(MEASURES))
    parser.add_argument("count", type=int)
    parser.add_argument("--paths", type=int, default=10_000)
    parser.add_argument("--horizon", default="1d")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "scale.toml"
        config.write_text(HEAD.format(paths=asked.paths, horizon=asked.horizon), encoding="utf-8")
        found = MEASURES[asked.what](asked.count, config, Path(folder) / "runs")
    peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(json.dumps({**found, "paths": asked.paths, "horizon": asked.horizon, "mib_peak": peak}))


if __name__ == "__main__":
    main()
