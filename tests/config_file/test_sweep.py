"""``[sweep]``: which runs it makes, and that its faults stand at their places."""

from pathlib import Path

import pytest

from stresskit.config_file import load_run, load_sweep
from stresskit.errors import ConfigError

QUICKSTART = (Path(__file__).parents[2] / "configs/quickstart.toml").read_text(encoding="utf-8")


def sweep(folder: Path, text: str) -> Path:
    path = folder / "sweep.toml"
    path.write_text(QUICKSTART + text, encoding="utf-8")
    return path


def test_a_grid_is_every_combination(tmp_path: Path) -> None:
    file = sweep(
        tmp_path,
        '\n[sweep.grid]\nsimulation.seed = [1, 2]\n"account.positions.0.leverage" = [5, 10, 20]\n',
    )
    found = load_sweep(file)
    assert [each.label for each in found] == [f"seed={s}, leverage={x}" for s in (1, 2) for x in (5, 10, 20)]
    for each in found:
        assert each.loaded is not None
        assert each.loaded.run.simulation.seed == each.changes["simulation.seed"]
        assert each.loaded.run.account is not None
        leverages = [position.leverage for position in each.loaded.run.account.positions]
        assert leverages == [each.changes["account.positions.0.leverage"], 10]


def test_rows_are_taken_together_and_combine_with_the_grid(tmp_path: Path) -> None:
    rows = '\n[[sweep.list]]\n"limits.p_liquidation" = 0.1\nsimulation.paths = 7\n'
    file = sweep(tmp_path, f"{rows}{rows.replace('7', '8')}\n[sweep.grid]\nsimulation.seed = [1, 2]\n")
    found = load_sweep(file)
    assert [(e.changes["simulation.paths"], e.changes["simulation.seed"]) for e in found] == [
        (7, 1),
        (7, 2),
        (8, 1),
        (8, 2),
    ]


def test_a_quoted_path_replaces_a_whole_table(tmp_path: Path) -> None:
    file = sweep(tmp_path, '\n[[sweep.list]]\n"model.dependence" = { kind = "gaussian" }\n')
    (found,) = load_sweep(file)
    assert found.loaded is not None
    assert found.loaded.run.model.dependence.kind == "gaussian"


def test_a_run_of_a_sweep_is_the_run_that_its_values_make(tmp_path: Path) -> None:
    file = sweep(tmp_path, "\n[sweep.grid]\nsimulation.seed = [5]\n")
    (found,) = load_sweep(file, ["simulation.paths=9"])
    plain = tmp_path / "plain.toml"
    plain.write_text(QUICKSTART, encoding="utf-8")
    assert found.loaded is not None
    assert found.loaded.effective == load_run(plain, ["simulation.seed=5", "simulation.paths=9"]).effective


def test_a_faulty_value_stands_at_its_place_and_spares_the_others(tmp_path: Path) -> None:
    file = sweep(tmp_path, "\n[sweep.grid]\nsimulation.seed = [1, -2]\n")
    good, bad = load_sweep(file)
    line = QUICKSTART.count("\n") + 3
    assert good.loaded is not None
    (problem,) = bad.problems
    assert bad.loaded is None
    assert problem.where == f"{file}:{line}:23"
    assert problem.key == "simulation.seed"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\n[sweep]\n", "a table with grid, list or both"),
        ("\n[sweep]\nmesh = 1\n", "a table with grid, list or both"),
        ("\n[sweep.grid]\n", "a sweep of 1 to 10,000 runs, not 0"),
        ("\n[sweep.grid]\nsimulation.seed = 3\n", "a list of the values to run"),
        ("\n[sweep.grid]\nsimulation.seed = []\n", "a list of the values to run"),
        ("\n[sweep]\nlist = [1]\n", "tables of values by key path"),
        (f"\n[sweep.grid]\na = {list(range(101))}\nb = {list(range(100))}\n", "10,000 runs, not 10,100"),
    ],
)
def test_a_sweep_that_cannot_be_read(text: str, expected: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=expected):
        load_sweep(sweep(tmp_path, text))


def test_an_override_may_not_set_what_the_sweep_varies(tmp_path: Path) -> None:
    file = sweep(tmp_path, "\n[sweep.grid]\nsimulation.seed = [1]\n")
    with pytest.raises(ConfigError, match=r"--set simulation.seed=3: a key that the sweep does not vary"):
        load_sweep(file, ["simulation.seed=3"])
    assert len(load_sweep(file, ["sweep.grid.simulation.seed=[1, 2, 3]"])) == 3


def test_run_points_to_batch(tmp_path: Path) -> None:
    file = sweep(tmp_path, "\n[sweep.grid]\nsimulation.seed = [1]\n")
    with pytest.raises(ConfigError, match="which `stresskit batch` runs"):
        load_run(file)


def test_labels_leave_out_what_all_runs_share(tmp_path: Path) -> None:
    grid = "\n[sweep.grid]\nsimulation.paths = [9]\nsimulation.seed = [1, 2]\n"
    assert [each.label for each in load_sweep(sweep(tmp_path, grid))] == ["seed=1", "seed=2"]
    alone = "\n[sweep.grid]\nsimulation.paths = [9]\n"
    assert [each.label for each in load_sweep(sweep(tmp_path, alone))] == ["paths=9"]
