"""What a killed run left is cleared away; what a living one holds is not."""

import subprocess
import sys
from pathlib import Path

import pytest

from stresskit.errors import ConfigError
from stresskit.results import RunFolder, claim
from stresskit.results.claim import Claim, Held, clear_leftovers

HOLD = """
import sys
from pathlib import Path
from stresskit.results import RunFolder
with RunFolder(Path(sys.argv[1]), "one", "0" * 12) as folder:
    print(folder.path.name, flush=True)
    sys.stdin.read()
"""


def test_a_killed_run_is_cleared_and_a_living_one_stays(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        name = run.stdout.readline().strip()
        assert clear_leftovers(tmp_path, {"one"}) == []
        run.kill()
        run.wait()
    assert (tmp_path / name).is_dir()
    assert clear_leftovers(tmp_path, {"other"}) == []
    assert clear_leftovers(tmp_path, {"one"}) == [name]
    assert list(tmp_path.iterdir()) == []


def test_finished_and_foreign_folders_stay(tmp_path: Path) -> None:
    kept = [tmp_path / name for name in ("one-0", ".hidden", ".one-0.aa", ".one-0.aa.partial.txt")]
    for path in kept:
        path.mkdir()
    old = tmp_path / ".one-0.aa.old"
    old.mkdir()
    assert clear_leftovers(tmp_path, {"one"}) == [old.name]
    assert sorted(tmp_path.iterdir()) == sorted(kept)


def test_a_folder_is_held_once(tmp_path: Path) -> None:
    with RunFolder(tmp_path, "one", "0" * 12) as folder, pytest.raises(BlockingIOError):
        Claim(folder.path)
    held = Claim(tmp_path)
    held.release()
    Claim(tmp_path).release()


@pytest.mark.skipif(claim.fcntl is None, reason="nothing is claimed on Windows")
def test_what_another_holds_is_a_problem_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    with Held(folder, "a folder of one's own"):
        with pytest.raises(ConfigError) as refused:
            Held(folder, "a folder of one's own")
        assert str(refused.value.problems[0]) == f"{folder}: a folder of one's own"
    with Held(folder, "a folder of one's own"):
        pass
