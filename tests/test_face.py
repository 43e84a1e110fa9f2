"""``import stresskit as sk``."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import stresskit as sk
from stresskit.errors import ConfigError
from tests.config.examples import document

QUICKSTART = Path(__file__).parents[1] / "configs/quickstart.toml"


def test_importing_it_imports_nothing_heavy() -> None:
    code = "import stresskit, sys, json; print(json.dumps([m for m in sys.modules if '.' not in m]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numpy", "numba", "pandas", "pydantic", "click", "matplotlib"} & set(json.loads(done.stdout))


def test_its_names() -> None:
    assert set(sk.__all__) <= set(dir(sk))
    assert sk.Run.__name__ == "Run"
    assert sk.Results.__name__ == "Results"
    with pytest.raises(AttributeError, match="no attribute 'simulate_it'"):
        sk.simulate_it  # noqa: B018


def test_run_passes_values_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[Any] = []
    monkeypatch.setattr("stresskit.pipeline.run", lambda *args: asked.append(args))
    sk.run(QUICKSTART, set={"simulation.paths": 7, "account.positions.0.leverage": 2.0}, seed=3, out=tmp_path)
    ((loaded, out, workers, force, progress),) = asked
    assert (loaded.run.simulation.paths, loaded.run.simulation.seed) == (7, 3)
    assert loaded.run.books()[0].positions[0].leverage == 2.0
    assert (out, force, progress) == (tmp_path, False, None)
    assert workers >= 1
    sk.run(sk.Run.model_validate(document()), seed=5, workers=2, force=True)
    loaded, _, workers, force, _ = asked[1]
    assert (loaded.run.simulation.seed, workers, force) == (5, 2, True)


def test_a_bad_value_is_named_as_it_was_given() -> None:
    with pytest.raises(
        ConfigError,
        match=r"set simulation.paths='x': simulation.paths: a whole number .* or \"auto\", not \"x\"",
    ):
        sk.run(QUICKSTART, set={"simulation.paths": "x"})
    with pytest.raises(ConfigError, match="set 'a b': a key path such as"):
        sk.run(QUICKSTART, set={"a b": 1})


def test_report_is_a_function_and_a_package() -> None:
    code = (
        "import stresskit as sk, stresskit.report.build as b\n"
        "b.report = lambda *a: a\n"
        "print(sk.report('x', 'y'))\n"
        "from stresskit.report import report\n"
        "print(sk.report('z'), callable(report))\n"
    )
    first = "import stresskit as sk; print(callable(sk.report))\n"
    done = subprocess.run([sys.executable, "-c", first + code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["True", "('x', PosixPath('y'), 'a4')", "('z', None, 'a4') True"]
