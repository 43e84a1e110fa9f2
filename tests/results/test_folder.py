import json
import pkgutil
from contextlib import nullcontext

import numpy as np
import pytest

from stresskit.results import MARKET_COLUMNS, OUTCOME_COLUMNS, RunFolder, find_finished, life, market, schema
from tests.synthetic import NAME, RUN_ID, make_run_folder


def write(folder, values, sizes):
    with folder:
        writer = folder.columns("calm", market("account"), len(values))
        start = 0
        for size in sizes:
            writer.append({"pnl": values[start : start + size]})
            start += size
        writer.close()
        folder.write_json("manifest.json", {"status": "done"})
        return folder.seal()


def test_blocks_make_the_file_that_numpy_would_write(tmp_path):
    values = np.random.default_rng(0).normal(size=1000)
    np.save(tmp_path / "expected.npy", values)
    for place, sizes in enumerate(((1000,), (512, 488), (1, 0, 999))):
        folder = write(RunFolder(tmp_path, f"run{place}", "id"), values, sizes)
        assert folder.name == f"run{place}-id"
        written = (folder / "outcomes/calm/market/pnl.npy").read_bytes()
        assert written == (tmp_path / "expected.npy").read_bytes()


def test_columns_take_their_own_type(tmp_path):
    with RunFolder(tmp_path, "a", "b") as folder:
        writer = folder.columns("calm", life("account", "cross"), 4)
        writer.append({column.name: np.arange(4) for column in OUTCOME_COLUMNS})
        writer.close()
        for column in OUTCOME_COLUMNS:
            found = folder.column("calm", "cross", column.name)
            assert found.dtype == column.dtype
            assert found.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ({"profit": np.zeros(3)}, "belong"),
        ({"pnl": np.zeros(11)}, "does not fit"),
        ({"pnl": np.zeros((2, 2))}, "does not fit"),
    ],
)
def test_wrong_blocks_are_refused(tmp_path, block, message):
    with RunFolder(tmp_path, "a", "b") as folder:
        writer = folder.columns("calm", market("account"), 10)
        with pytest.raises(ValueError, match=message):
            writer.append(block)


def test_columns_of_unequal_length_are_refused(tmp_path):
    with RunFolder(tmp_path, "a", "b") as folder:
        writer = folder.columns("calm", life("account", "cross"), 10)
        block = {column.name: np.zeros(3) for column in OUTCOME_COLUMNS}
        with pytest.raises(ValueError, match="does not fit"):
            writer.append({**block, "fee": np.zeros(2)})


def test_missing_rows_are_noticed(tmp_path):
    with RunFolder(tmp_path, "a", "b") as folder:
        writer = folder.columns("calm", market("account"), 10)
        writer.append({"pnl": np.zeros(9)})
        with pytest.raises(ValueError, match="9 of 10 rows"):
            writer.close()
        with pytest.raises(ValueError, match="still open"):
            folder.seal()
    assert list(tmp_path.iterdir()) == []


def break_off(folder, error):
    with folder:
        folder.columns("calm", market("account"), 10).append({"pnl": np.zeros(3)})
        folder.write_json("manifest.json", {"status": "running"})
        raise error


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, SystemExit])
def test_interrupted_run_leaves_nothing(tmp_path, error):
    with pytest.raises(error):
        break_off(RunFolder(tmp_path, "a", "b"), error)
    assert list(tmp_path.iterdir()) == []


def test_interrupted_run_leaves_the_older_one(tmp_path):
    older = make_run_folder(tmp_path, paths=100, steps=2)
    with pytest.raises(KeyboardInterrupt):
        break_off(RunFolder(tmp_path, NAME, RUN_ID), KeyboardInterrupt)
    assert list(tmp_path.iterdir()) == [older]
    assert find_finished(tmp_path, NAME, RUN_ID) == older


def interrupting(real, early):
    """The same, but Ctrl-C meets it once: before it does anything, or when it has just returned."""
    due = [True]

    def call(*given, **named):
        now = due.pop() if due else False
        if now and early:
            raise KeyboardInterrupt
        found = real(*given, **named)
        if now:
            raise KeyboardInterrupt
        return found

    return call


@pytest.mark.parametrize("early", [True, False])
@pytest.mark.parametrize("name", ["Claim", "Path.mkdir", "Path.replace", "shutil.rmtree"])
@pytest.mark.parametrize("older", [False, True])
def test_an_interruption_at_any_moment_leaves_whole_folders(tmp_path, monkeypatch, name, early, older):
    """The older one or the new one, if anything; nothing hidden."""
    holder, _, method = f"stresskit.results.folder.{name}".rpartition(".")
    if older:
        write(RunFolder(tmp_path, "a", "b"), np.zeros(5), (5,))
    whole = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*"))
    with monkeypatch.context() as patch:
        real = getattr(pkgutil.resolve_name(holder), method)
        patch.setattr(f"{holder}.{method}", interrupting(real, early))
        interrupted = name != "shutil.rmtree" or older
        with pytest.raises(KeyboardInterrupt) if interrupted else nullcontext():
            write(RunFolder(tmp_path, "a", "b"), np.ones(7), (7,))
    found = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*"))
    assert not list(tmp_path.glob(".*"))
    assert found == whole or (find_finished(tmp_path, "a", "b") and len(list(tmp_path.iterdir())) == 1)


def test_unfinished_run_cannot_be_sealed(tmp_path):
    with RunFolder(tmp_path, "a", "b") as folder, pytest.raises(ValueError, match="status"):
        folder.seal()
    assert list(tmp_path.iterdir()) == []


def test_new_run_replaces_the_old_one(tmp_path):
    write(RunFolder(tmp_path, "a", "b"), np.zeros(5), (5,))
    (tmp_path / "a-b" / "report").mkdir()
    folder = write(RunFolder(tmp_path, "a", "b"), np.ones(7), (7,))
    assert np.load(folder / "outcomes/calm/market/pnl.npy").tolist() == [1.0] * 7
    assert not (folder / "report").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["a-b"]


def test_json_is_sorted_and_strict(tmp_path):
    with RunFolder(tmp_path, "a", "b") as folder:
        folder.write_json("one.json", {"b": 1, "a": {"d": "λ", "c": None}})
        text = (folder.path / "one.json").read_text(encoding="utf-8")
        assert text == '{\n  "a": {\n    "c": null,\n    "d": "λ"\n  },\n  "b": 1\n}\n'
        folder.write_json("two.json", {"b": 1, "a": 2}, sort_keys=False)
        assert list(json.loads((folder.path / "two.json").read_text())) == ["b", "a"]
        with pytest.raises(ValueError, match="JSON compliant"):
            folder.write_json("bad.json", {"x": float("nan")})


def test_life_names():
    assert life("account", "cross").name == "cross"
    assert life("desk", "cross", "equal_efficiency", listed=True).name == "desk.cross@efficiency"
    assert market("desk", listed=True).name == "desk.market"


def test_schema_tells_every_column():
    lives = [market("account"), life("account", "cross")]
    found = schema(["calm", "storm"], lives, 5000, 24, 0.5)
    assert (found["paths"], found["steps"], found["step_h"]) == (5000, 24, 0.5)
    assert len(found["columns"]) == 2 * (len(MARKET_COLUMNS) + len(OUTCOME_COLUMNS) + 1)
    assert found["columns"][1] == {
        "file": "calm/cross/terminal_equity.npy",
        "scenario": "calm",
        "life": "cross",
        "account": "account",
        "mode": "cross",
        "basis": "equal_collateral",
        "column": "terminal_equity",
        "dtype": "float64",
        "shape": [5000],
        "unit": "USD",
        "meaning": "equity at the horizon, never below zero",
    }
    assert [e["shape"] for e in found["columns"] if e["column"] == "equity_sample"] == [[25, 1000]] * 2
