"""``python -m tests.mutants [NAME ...]``: plant each fault in a copy of the package and run its tests.

A fault whose tests still pass has survived: the tests do not guard what they claim to. Exits 1 if
any survived or could not be planted, or if the tests fail without a fault; 2 if a name is no fault's.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.mutants.faults import FAULTS, Fault

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("stresskit", "tests", "configs", "pyproject.toml", "README.md", "LICENSE", "requirements.lock")
PASSED, FAILED = 0, 1


def copy_tree(target: Path) -> None:
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target / name)


def run_tests(folder: Path, tests: tuple[str, ...], cache: Path) -> int:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "STRESSKIT_CACHE_DIR": str(cache)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False).returncode


def plant(fault: Fault, folder: Path) -> str:
    """Plant the fault and return the sound text, or raise if it does not fit exactly once."""
    path = folder / fault.file
    sound = path.read_text(encoding="utf-8")
    if sound.count(fault.old) != 1:
        raise ValueError(f"{fault.name}: its text stands {sound.count(fault.old)} times in {fault.file}")
    path.write_text(sound.replace(fault.old, fault.new), encoding="utf-8")
    return sound


def chosen_of(names: list[str]) -> list[Fault]:
    """The faults of these names; all of them without any.

    Raises
    ------
    KeyError
        If no fault is called like one of the names.
    """
    every = {fault.name: fault for fault in FAULTS}
    return [every[name] for name in names] if names else list(FAULTS)


def main() -> int:
    try:
        chosen = chosen_of(sys.argv[1:])
    except KeyError as unknown:
        print(
            f"no planted fault is called {unknown}; their names stand in tests/mutants/faults",
            file=sys.stderr,
        )
        return 2
    survived = []
    with tempfile.TemporaryDirectory() as name:
        folder, cache = Path(name) / "tree", Path(name) / "cache"
        copy_tree(folder)
        every = tuple(dict.fromkeys(test for fault in chosen for test in fault.tests))
        if run_tests(folder, every, cache) != PASSED:
            print("the tests fail without a fault")
            return 1
        for fault in chosen:
            sound = plant(fault, folder)
            code = run_tests(folder, fault.tests, cache)
            (folder / fault.file).write_text(sound, encoding="utf-8")
            verdict = {FAILED: "caught", PASSED: "SURVIVED"}.get(code, f"pytest ended with {code}")
            print(f"{verdict:<10} {fault.name}", flush=True)
            survived += [fault.name] if code != FAILED else []
    print(f"{len(chosen) - len(survived)} of {len(chosen)} planted faults caught")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
