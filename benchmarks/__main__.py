"""``python -m benchmarks``: all tables. Options say how long it may take and which tables are made.

Everything is interleaved and given as medians; ratios are medians of pairs within a round. Contenders
must agree on VaR and ES before they are timed. A busy machine spoils rates more than ratios.
"""

import os

# Before numpy is imported: threads are given to contenders by the tables, not taken by the linear algebra.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
from pathlib import Path
from typing import Any

from benchmarks.contenders import compare
from benchmarks.liquidation import compare_liquidation
from benchmarks.looking import compare_looking
from benchmarks.models import compare_models
from benchmarks.refits import compare_refits
from benchmarks.reports import compare_reports
from benchmarks.stress import compare_modes, compare_runs
from benchmarks.table import machine, write
from benchmarks.workload import SIZES

TABLES = ("contenders", "models", "runs", "modes", "liquidation", "refits", "reports")


def measure(tables: list[str], paths: int, rounds: int) -> dict[str, Any]:
    """All figures of the chosen tables."""
    found: dict[str, Any] = {"machine": machine(), "paths": paths, "rounds": rounds}
    if "contenders" in tables:
        cases = [(size, threads) for threads in (1, 2) for size in SIZES]
        found["contenders"] = [compare(size, paths, rounds, threads) for size, threads in cases]
    if "models" in tables:
        found["models"] = compare_models(paths // 2, rounds)
    if "runs" in tables:
        found["runs"] = compare_runs(paths, rounds)
    if "modes" in tables:
        found["modes"] = compare_looking(paths // 5, rounds) | compare_modes(paths // 5, rounds)
    if "liquidation" in tables:
        found["liquidation"] = compare_liquidation(paths // 5, rounds)
    if "refits" in tables:
        found["refits"] = compare_refits(max(paths // 500, 5), max(rounds // 3, 1))
    if "reports" in tables:
        found["reports"] = compare_reports(max(paths // 20, 400), rounds)
    return found


def main() -> None:
    """Measure and write."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__, formatter_class=raw)
    parser.add_argument("--quick", action="store_true", help="a tenth of the paths, three rounds")
    parser.add_argument("--paths", type=int, help="paths of the fastest contenders (51,200)")
    parser.add_argument("--rounds", type=int, help="rounds (9)")
    parser.add_argument("--tables", nargs="+", choices=TABLES, default=list(TABLES))
    parser.add_argument("--out", type=Path, default=Path("runs/benchmarks"))
    options = parser.parse_args()
    paths = options.paths or (5_120 if options.quick else 51_200)
    rounds = options.rounds or (3 if options.quick else 9)
    print(write(measure(options.tables, paths, rounds), options.out), end="")


if __name__ == "__main__":
    main()
