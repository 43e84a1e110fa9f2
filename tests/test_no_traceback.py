"""Whatever a file holds, the user gets an answer or placed problems: never an error of our own."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stresskit.cli.init import POSITIONS
from stresskit.config_file import load_run, load_sweep
from stresskit.config_file.rulebook import load_rulebook
from stresskit.errors import Problem, StresskitError
from stresskit.margin.rulebook import SHIPPED
from stresskit.market.prices import load_prices
from stresskit.pipeline import check
from stresskit.study.cohort import check_cohort, load_cohort
from tests.mutations import mutated

ROOT = Path(__file__).parents[1]
TEMPLATES = ROOT / "stresskit/cli/templates"
LEAVES = {ROOT / "configs", ROOT / "configs/venues", ROOT / "configs/models"}
RUNS = [p for p in sorted((ROOT / "configs").rglob("*.toml")) if p.parent in LEAVES]
RUNS += [TEMPLATES / f"{name}.toml" for name in ("pairs", "basis", "inter-exchange")]
BOOKS = sorted(SHIPPED.glob("*.toml"))
TABLE = "cohort-positions.csv"


def wide() -> str:
    close = 100 * np.cumprod(1 + 0.01 * np.random.default_rng(1).standard_normal((40, 2)), axis=0)
    rows = [f"{np.datetime64('2024-01-01') + i},{x:.4f},{y:.4f}" for i, (x, y) in enumerate(close)]
    return "\n".join(["time,BTC,ETH", *rows]) + "\n"


def long() -> str:
    rows = [
        f"2024-01-{i + 1:02d},{asset},{i + 1}.5,{i + 2},{i + 0.5},{i + 1},{10 * i + 1}"
        for i in range(20)
        for asset in ("BTC", "ETH")
    ]
    return "\n".join(["time,asset,open,high,low,close,volume", *rows]) + "\n"


def run_config(folder: Path, text: str) -> None:
    file = _written(folder / "run.toml", text)
    check(load_run(file))


def sweep_config(folder: Path, text: str) -> None:
    for variant in load_sweep(_written(folder / "sweep.toml", text)):
        assert variant.loaded or variant.problems


def cohort_config(folder: Path, text: str) -> None:
    _written(folder / TABLE, POSITIONS)
    check_cohort(load_cohort(_written(folder / "cohort.toml", text)))


def cohort_table(folder: Path, text: str) -> None:
    _written(folder / TABLE, text)
    config = (TEMPLATES / "cohort.toml").read_text(encoding="utf-8")
    check_cohort(load_cohort(_written(folder / "cohort.toml", config)))


def rulebook(folder: Path, text: str) -> None:
    load_rulebook(_written(folder / "book.toml", text).name, folder)


def prices(folder: Path, text: str) -> None:
    load_prices(_written(folder / "prices.csv", text))


def _written(path: Path, text: str) -> Path:
    path.write_bytes(text.encode("utf-8", errors="surrogatepass"))
    return path


Loader = Callable[[Path, str], None]
KINDS: dict[str, tuple[Loader, list[str]]] = {
    "config": (run_config, [p.read_text(encoding="utf-8") for p in RUNS]),
    "sweep": (sweep_config, [(TEMPLATES / "sweep.toml").read_text(encoding="utf-8")]),
    "cohort": (cohort_config, [(TEMPLATES / "cohort.toml").read_text(encoding="utf-8")]),
    "positions": (cohort_table, [POSITIONS]),
    "rulebook": (rulebook, [p.read_text(encoding="utf-8") for p in BOOKS]),
    "prices": (prices, [wide(), long()]),
}
LONG = {"config": 4000, "sweep": 1000, "cohort": 1000, "positions": 1000, "rulebook": 2000, "prices": 1000}


def problems_of(loader: Loader, folder: Path, text: str) -> list[Problem]:
    """What is said of a text; anything but placed problems is raised."""
    try:
        loader(folder, text)
    except StresskitError as error:
        return error.problems or [Problem("", "", "")]
    return []


def try_many(kind: str, examples: int) -> None:
    loader, texts = KINDS[kind]

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.data())
    def once(data: Any) -> None:
        text = data.draw(mutated(data.draw(st.sampled_from(texts))))
        with tempfile.TemporaryDirectory() as folder:
            assert all(problem.expected for problem in problems_of(loader, Path(folder), text))

    once()


@pytest.mark.parametrize("kind", KINDS)
def test_a_few_accidents(kind: str) -> None:
    try_many(kind, 40)


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_ten_thousand_accidents(kind: str) -> None:
    """Ten thousand over all kinds."""
    try_many(kind, LONG[kind])


def test_the_long_profile_is_ten_thousand() -> None:
    assert sum(LONG.values()) == 10_000
    assert LONG.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_the_sound_texts_are_accepted(kind: str, tmp_path: Path) -> None:
    loader, texts = KINDS[kind]
    for text in texts[:3]:
        loader(tmp_path, text)


@pytest.mark.parametrize("name", ["../up", "/tmp/x", "a/b", "..", ".hidden", "a\\b", "a\0b", ""])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "pairs"', "name = {}"),
        ("[modes.cross]", "[modes.{}]"),
        ("[scenarios.hedge_breaks]", "[scenarios.{}]"),
        ("[account]", "[[accounts]]\nname = {}"),
    ],
)
def test_no_name_leads_out_of_the_output_folder(old: str, new: str, name: str, tmp_path: Path) -> None:
    text = (TEMPLATES / "pairs.toml").read_text(encoding="utf-8")
    assert old in text
    assert problems_of(run_config, tmp_path, text.replace(old, new.format(json.dumps(name))))
    assert not problems_of(run_config, tmp_path, text.replace(old, new.format('"plain"')))
