"""Every kind of fault, a few times; ``make faults`` does it often and prints the list."""

from pathlib import Path

import pytest

from tests.faults.bench import Bench
from tests.faults.kinds import KINDS, Kind

ELSEWHERE = {"text mutated", "worker killed", "kernel cache damaged", "batch killed (kill -9)"}


# An interruption may leave an iterator over a folder to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.mark.parametrize("kind", [k for k in KINDS if k.name not in ELSEWHERE], ids=lambda kind: kind.name)
def test_a_few(kind: Kind, tmp_path: Path) -> None:
    bench = Bench(tmp_path / "bench")
    assert kind.inject(bench, kind.few) == kind.few
    assert bench.lost == 0


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_many(kind: Kind, tmp_path: Path) -> None:
    bench = Bench(tmp_path / "bench")
    kind.inject(bench, kind.many)
    assert bench.lost == 0
