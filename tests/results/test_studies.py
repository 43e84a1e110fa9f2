"""A study is found by the runs that it belongs to, and computed once."""

import json
from pathlib import Path

from stresskit.results import Results
from stresskit.results.studies import keep_study, studies_of

OWN = {"config": "a", "data": "b", "package": "c"}
OTHER = {**OWN, "config": "z"}


def run_of(folder: Path, hashes: dict[str, str]) -> Results:
    """A finished run as far as studies look at it."""
    return Results(folder / "run-1", {}, {"hashes": hashes}, {})


def test_an_answer_is_computed_once(tmp_path):
    asked = []

    def compute():
        asked.append(1)
        return {"answer": len(asked)}

    first = keep_study(tmp_path, "dial", "pair", "k1", [OWN], compute)
    assert (first.answer, first.reused) == ({"answer": 1}, False)
    again = keep_study(tmp_path, "dial", "pair", "k1", [OWN], compute)
    assert (again.answer, again.folder, again.reused) == ({"answer": 1}, first.folder, True)
    assert keep_study(tmp_path, "dial", "pair", "k1", [OWN], compute, force=True).answer == {"answer": 2}
    (first.folder / "dial.json").write_text("{}")  # the seal is broken
    assert keep_study(tmp_path, "dial", "pair", "k1", [OWN], compute).answer == {"answer": 3}
    assert json.loads((first.folder / "manifest.json").read_text())["of"] == [OWN]


def test_a_study_is_that_of_its_runs_alone(tmp_path):
    one = keep_study(tmp_path, "events", "books", "k1", [OTHER, OWN], lambda: {"n": 1})
    keep_study(tmp_path, "events", "books", "k2", [OTHER], lambda: {"n": 2})
    keep_study(tmp_path, "dial", "books", "k3", [OWN], lambda: {"n": 3})
    keep_study(tmp_path / "far", "events", "books", "k4", [OWN], lambda: {"n": 4})
    assert [s.answer["n"] for s in studies_of(run_of(tmp_path, OWN), "events")] == [1]
    assert [s.answer["n"] for s in studies_of(run_of(tmp_path, OTHER), "events")] == [1, 2]
    assert [s.answer["n"] for s in studies_of(run_of(tmp_path, OWN), "events", tmp_path / "far")] == [4]
    assert [s.answer["n"] for s in studies_of(run_of(tmp_path, OWN), "events", one.folder)] == [1]
    assert studies_of(run_of(tmp_path, {**OWN, "data": "x"}), "events") == []
