import shutil
import subprocess

import pytest

from stresskit.errors import DataError
from stresskit.results import find_finished, load
from tests.synthetic import NAME, RUN_ID, make_run_folder

PATHS, STEPS = 1200, 30


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    return make_run_folder(tmp_path_factory.mktemp("out"), paths=PATHS, steps=STEPS)


@pytest.fixture
def copy(finished, tmp_path):
    return shutil.copytree(finished, tmp_path / finished.name)


def test_seal_is_readable_by_sha256sum(finished):
    if shutil.which("sha256sum") is None:
        pytest.skip("no sha256sum on this machine")
    assert subprocess.run(["sha256sum", "-c", "--quiet", "CHECKSUMS"], cwd=finished).returncode == 0


def test_report_is_outside_the_seal(copy):
    (copy / "report").mkdir()
    (copy / "report" / "report.pdf").write_bytes(b"pdf")
    assert find_finished(copy.parent, NAME, RUN_ID) == copy
    assert load(copy).folder == copy


def test_finished_run_is_found_only_whole(copy):
    out = copy.parent
    assert find_finished(out, NAME, RUN_ID) == copy
    assert find_finished(out, NAME, "another") is None
    (copy / "outcomes/baseline/cross/fee.npy").unlink()
    assert find_finished(out, NAME, RUN_ID) is None


def test_partial_folder_is_never_taken_for_finished(copy):
    copy.rename(copy.parent / f".{copy.name}.0a1b2c3d.partial")
    assert find_finished(copy.parent, NAME, RUN_ID) is None


def damage_manifest(folder):
    (folder / "manifest.json").unlink()
    return "manifest.json: a finished run"


def damage_status(folder):
    (folder / "manifest.json").write_text('{"status": "running"}')
    return "status: a finished run"


def damage_json(folder):
    (folder / "manifest.json").write_text("{")
    return "readable JSON"


def damage_shape(folder):
    (folder / "manifest.json").write_text("[]")
    return "a JSON object"


def damage_column(folder):
    file = folder / "outcomes/baseline/cross/fee.npy"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    return "outcomes/baseline/cross/fee.npy: the content that CHECKSUMS states"


def damage_seal(folder):
    (folder / "CHECKSUMS").write_text("nonsense\n")
    return "CHECKSUMS: the content"


def damage_seal_away(folder):
    (folder / "CHECKSUMS").unlink()
    return "CHECKSUMS: the content"


@pytest.mark.parametrize(
    "damage",
    [
        damage_manifest,
        damage_status,
        damage_json,
        damage_shape,
        damage_column,
        damage_seal,
        damage_seal_away,
    ],
)
def test_damaged_folder_is_a_data_error(copy, damage):
    message = damage(copy)
    with pytest.raises(DataError, match=message) as caught:
        load(copy)
    assert caught.value.exit_code == 3


def test_missing_folder_is_a_data_error(tmp_path):
    with pytest.raises(DataError, match=r"manifest\.json"):
        load(tmp_path / "nothing")


def test_unverified_reading_skips_the_seal(copy):
    damage_column(copy)
    assert load(copy, verify=False).metrics["name"] == NAME


def test_results_know_their_parts(finished):
    results = load(finished, reused=True)
    assert results.reused
    assert results.scenarios == ("baseline", "hedge_breaks")
    assert [x.name for x in results.lives("baseline")] == [
        "market",
        "cross",
        "portfolio",
        "cross@efficiency",
        "portfolio@efficiency",
        "cross_max_leverage@efficiency",
    ]
    assert results.modes("account") == ("cross", "portfolio")
    assert results.column("baseline", "cross", "equity_sample").shape == (STEPS + 1, 1000)
    assert not results.column("baseline", "cross", "fee").flags.writeable
    with pytest.raises(DataError, match=r"schema\.json"):
        results.column("baseline", "cross", "../../manifest")


def test_exit_code_follows_the_limits(finished):
    results = load(finished)
    limits = results.metrics["verdict"]["limits"]
    assert {limit["status"] for limit in limits} == {"broken", "met"}
    assert results.exit_code == 1
    for limit in limits:
        limit["status"] = "undecided"
    assert results.exit_code == 0


def test_schema_agrees_with_the_files(finished):
    results = load(finished)
    files = {path.relative_to(finished / "outcomes").as_posix() for path in finished.rglob("*.npy")}
    assert files == {entry["file"] for entry in results.schema["columns"]}
    for entry in results.schema["columns"]:
        column = results.column(entry["scenario"], entry["life"], entry["column"])
        assert (column.dtype, list(column.shape)) == (entry["dtype"], entry["shape"])
