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


def test_studies_have_the_answers_of_their_commands() -> None:
    from click.testing import CliRunner

    from stresskit.cli import main

    few = {"simulation.paths": 200}
    asked = {
        "reverse": (sk.reverse(QUICKSTART, set=few), []),
        "matrix": (sk.matrices(QUICKSTART, set=few), []),
        "margin": (sk.margins(QUICKSTART, set=few, what_if=["BTC -5%"]), ["--what-if", "BTC -5%"]),
        "advise": (sk.advise(QUICKSTART, set=few), []),
    }
    for command, (answer, options) in asked.items():
        words = [command, str(QUICKSTART), "--set", "simulation.paths=200", "--json", *options]
        shown = CliRunner().invoke(main, words)
        assert shown.exit_code == 0, shown.output
        assert json.loads(shown.stdout) == json.loads(json.dumps(answer))


@pytest.mark.parametrize(
    ("home", "ask"),
    [
        (
            "events.keep",
            lambda: sk.events(QUICKSTART, events=["ftx_2022"], venues=["okx"], paths=9, workers=1),
        ),
        ("worst.worst", lambda: sk.worst(QUICKSTART, level=0.05, evaluations=4, paths=9, workers=1)),
        ("frontier.frontier", lambda: sk.frontier(QUICKSTART, leverages=[2.0], workers=1)),
        ("remedy.remedies", lambda: sk.remedies(QUICKSTART, 0.01, paths=9, workers=1)),
        ("sufficiency.sufficiency", lambda: sk.sufficiency(QUICKSTART, paths=9)),
    ],
)
def test_studies_pass_on_what_is_asked(home: str, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Answer(dict[str, Any]):
        answer: Any = "found"

    seen: list[Any] = []
    monkeypatch.setattr(f"stresskit.study.{home}", lambda *args: seen.append(args) or Answer())
    assert ask() in ("found", {})
    ((loaded, *rest),) = seen
    assert (loaded[0] if isinstance(loaded, list) else loaded).run.name == "quickstart"
    told = repr(rest)
    assert "2.0" in told if home.startswith("frontier") else "paths=9" in told
