"""Every planted fault still fits the code it spoils: once, and nowhere else."""

from pathlib import Path

import pytest

from tests.mutants.__main__ import chosen_of, main
from tests.mutants.faults import FAULTS, Fault

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_fits_once(fault: Fault) -> None:
    assert (ROOT / fault.file).read_text(encoding="utf-8").count(fault.old) == 1
    assert fault.new != fault.old
    assert all((ROOT / test.split("::")[0]).exists() for test in fault.tests)


def test_names_are_unique() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


def test_faults_are_chosen_by_name() -> None:
    assert chosen_of([FAULTS[3].name, FAULTS[1].name]) == [FAULTS[3], FAULTS[1]]
    assert chosen_of([]) == list(FAULTS)


def test_an_unknown_name_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["mutants", FAULTS[0].name, "nobody"])
    assert main() == 2
    assert "no planted fault is called 'nobody'" in capsys.readouterr().err
