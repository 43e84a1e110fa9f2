"""What goes wrong has its exit code and one clear line; only our own faults are called internal."""

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from stresskit.cli import main
from stresskit.cli.exits import exit_code_of, terminable
from stresskit.errors import ConfigError, DataError, Problem

QUICKSTART = str(Path(__file__).parents[2] / "configs/quickstart.toml")
TWO = [Problem("a.toml:1:2", "key", "a thing"), Problem("", "other", "another")]


def failing(error: BaseException) -> object:
    def fail(*_: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (ConfigError(TWO), 2, "a.toml:1:2: key: a thing\nother: another\n"),
        (DataError(TWO), 3, "a.toml:1:2: key: a thing\nother: another\n"),
        (KeyboardInterrupt(), 130, "\ninterrupted\n"),
        (click.Abort(), 130, "interrupted\n"),
        (click.FileError("x", "gone"), 2, "Error: Could not open file 'x': gone\n"),
    ],
)
def test_exit_codes(error: BaseException, code: int, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stresskit.pipeline.margin", failing(error))
    done = CliRunner().invoke(main, ["margin", QUICKSTART])
    assert (done.exit_code, done.stdout, done.stderr) == (code, "", text)


def test_our_own_faults_are_one_line_and_a_log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("stresskit.pipeline.margin", failing(ZeroDivisionError("first\nsecond")))
    done = CliRunner().invoke(main, ["margin", QUICKSTART])
    (log,) = tmp_path.glob("stresskit-*.log")
    assert done.exit_code == 5
    assert done.stderr == f"internal error: ZeroDivisionError: first (traceback in {log})\n"
    assert "Traceback" in log.read_text(encoding="utf-8")


def test_the_traceback_is_shown_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRESSKIT_TRACEBACK", "1")
    monkeypatch.setattr("stresskit.pipeline.margin", failing(ZeroDivisionError("first")))
    done = CliRunner().invoke(main, ["margin", QUICKSTART])
    assert done.exit_code == 5
    assert "Traceback (most recent call last)" in done.stderr
    assert done.stderr.endswith("internal error: ZeroDivisionError: first (traceback above)\n")


@pytest.mark.parametrize("args", [["run"], ["run", "a", "b"], ["margin", QUICKSTART, "--workers", "1"]])
def test_usage(args: list[str]) -> None:
    done = CliRunner().invoke(main, args)
    assert done.exit_code == 2
    assert done.stderr.startswith("Usage: ")


def test_codes_of_commands_pass_through() -> None:
    assert exit_code_of(lambda: 1) == 1
    assert exit_code_of(lambda: None) == 0


def test_embedded_use_raises() -> None:
    with pytest.raises(ConfigError):
        main(["margin", "absent.toml"], standalone_mode=False)


def test_a_reader_that_leaves_is_no_broken_limit() -> None:
    code = (
        "import stresskit.pipeline, stresskit.cli.validate as v, subprocess, sys\n"
        "v._problems = lambda *_: (0, [])\n"
        "from stresskit.cli import main\n"
        "main(['validate', *['x'] * 100_000])\n"
    )
    command = f'"{sys.executable}" -c "{code}" | head -1; exit ${{PIPESTATUS[0]}}'
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (141, "x: ok\n", "")


def test_a_request_to_end_is_an_interruption() -> None:
    import signal

    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), terminable():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize(
    ("code", "words"),
    [(28, "No space left on device"), (13, "Permission denied"), (30, "Read-only file system")],
)
def test_a_full_or_closed_disk_is_no_fault_of_ours(
    code: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run stops with a word on the place, and leaves nothing that looks like a run."""
    from stresskit.results.writer import ColumnWriter

    monkeypatch.setattr(ColumnWriter, "append", failing(OSError(code, words, "/disk/x.npy")))
    small = ["--set", "simulation.paths=10", "--set", "simulation.horizon=1h", "--no-report"]
    done = CliRunner().invoke(main, ["run", QUICKSTART, "--out", str(tmp_path), *small])
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr == f"/disk/x.npy: {words}; nothing half-written was kept\n"
    assert list(tmp_path.iterdir()) == []


def test_an_output_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for command in (["run"], ["batch"]):
        done = CliRunner().invoke(main, [*command, QUICKSTART, "--out", str(tmp_path / "file")])
        assert done.exit_code == 2
        assert "a folder to write to" in done.stderr
