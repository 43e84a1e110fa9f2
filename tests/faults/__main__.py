"""``python -m tests.faults [--long]``: inject every kind of fault, print what was tried and what lost."""

import sys
import tempfile
import time
from pathlib import Path

import pytest

from tests.faults.bench import Bench
from tests.faults.kinds import KINDS


def main() -> int:
    long, total, lost, failed = "--long" in sys.argv[1:], 0, 0, 0
    print(f"{'fault':<28} {'tried':>7} {'lost':>5} {'s':>6}  outcome")
    with tempfile.TemporaryDirectory(prefix="stresskit-") as scratch:
        for kind in KINDS:
            begun, bench = time.monotonic(), Bench(Path(scratch) / kind.name.replace(" ", "-"))
            try:
                tried = kind.inject(bench, kind.many if long else kind.few)
                said = kind.outcome
            except pytest.skip.Exception as reason:
                tried, said = 0, f"SKIPPED: {reason}"
            except Exception as error:  # the list goes on
                tried, said, failed = 0, f"FAILED: {type(error).__name__}: {error}", failed + 1
            total, lost = total + tried, lost + bench.lost
            seconds = time.monotonic() - begun
            print(f"{kind.name:<28} {tried:>7,} {bench.lost:>5} {seconds:>6.0f}  {said}", flush=True)
    print(f"{total:,} inputs tried and faults injected, {lost} lost, {failed} without their outcome")
    return 1 if lost or failed else 0


if __name__ == "__main__":
    sys.exit(main())
