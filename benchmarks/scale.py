"""``python -m benchmarks.scale sweep|cohort N``: a night of many runs, or of many accounts.

``sweep N``    a sweep of N runs of one position under brackets, one after the other.
``cohort N``   N accounts of ten positions on one set of paths; also what a further account costs in
               units of generating the paths once.
"""

import argparse
import json
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

COINS = ("BTC", "ETH", "SOL", "XRP", "DOGE", "BNB", "LTC", "ADA", "AVAX", "LINK")
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
    batch = run_batch(collect([config]), out / "scale.batch", Way(out, 2))
    assert batch.exit_code in (0, 1)
    return {"runs": runs, "seconds": round(time.perf_counter() - begun, 1)}


def cohort(accounts: int, config: Path, out: Path) -> dict[str, Any]:
    """Seconds of a cohort, and the cost of a further account."""
    from stresskit.study.cohort import load_cohort, run_cohort

    config.write_text(config.read_text(encoding="utf-8") + COHORT, encoding="utf-8")
    draws = np.random.default_rng(1)
    rows = [
        f"a{n},{coin}/USDT:USDT,{size:.0f},10,{equity:.0f}"
        for n, equity in enumerate(draws.uniform(4_000, 40_000, accounts))
        for coin, size in zip(COINS, draws.normal(0, 8_000, len(COINS)), strict=True)
    ]
    header = "account,symbol,notional_usd,leverage,collateral"
    config.with_name("positions.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    begun = time.perf_counter()
    found = load_cohort(config)
    read = time.perf_counter()
    run_cohort(found, out, 2)
    seconds = time.perf_counter() - read
    bare = _bare(next(found.groups())[1])
    return {
        "accounts": accounts,
        "read_s": round(read - begun, 1),
        "seconds": round(seconds, 1),
        "paths_once_s": round(bare, 4),
        "further_account_in_paths": round(seconds / accounts / bare, 3),
    }


def _bare(loaded: Any) -> float:
    """Seconds that the paths alone take, the best of three."""
    from dataclasses import replace

    from stresskit.pipeline.setting import prepare
    from stresskit.simulate.blocks import stream

    setting = prepare(loaded)
    plan = replace(setting.plan("baseline"), contenders=(), books=())
    taken = []
    for _ in range(3):
        begun = time.perf_counter()
        for _ in stream(plan, loaded.run.simulation.paths, None, 2):
            pass
        taken.append(time.perf_counter() - begun)
    return min(taken)


def main() -> None:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(prog="benchmarks.scale", description=__doc__)
    parser.add_argument("what", choices=("sweep", "cohort"))
    parser.add_argument("count", type=int)
    parser.add_argument("--paths", type=int, default=10_000)
    parser.add_argument("--horizon", default="1d")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "scale.toml"
        config.write_text(HEAD.format(paths=asked.paths, horizon=asked.horizon), encoding="utf-8")
        measure = sweep if asked.what == "sweep" else cohort
        found = measure(asked.count, config, Path(folder) / "runs")
    peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(json.dumps({**found, "paths": asked.paths, "horizon": asked.horizon, "mib_peak": peak}))


if __name__ == "__main__":
    main()
