"""A config file and its overrides become a run, or nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from stresskit.config import Run
from stresskit.config_file import direct, from_run, has_table, load_run, load_spec
from stresskit.errors import ConfigError, Problem
from stresskit.spec import Positive, Spec
from tests.config.examples import document

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "configs").glob("*.toml"))


def written(folder: Path, value: Any) -> Path:
    path = folder / "run.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_four_examples_are_shipped() -> None:
    names = {"quickstart", "directional-majors", "perfect-hedge", "basket-market-neutral"}
    assert names <= {path.stem for path in SHIPPED}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_configs_are_valid_and_commented(path: Path) -> None:
    loaded = load_run(path)
    assert loaded.run.name == path.stem
    assert path.read_text(encoding="utf-8").startswith("# What it teaches: ")
    assert loaded.run.simulation.paths >= 10_000


def test_shipped_basket_is_neutral_in_ten_assets() -> None:
    (book,) = load_run(ROOT / "configs/basket-market-neutral.toml").run.books()
    assert len({position.asset for position in book.positions}) == 10
    assert sum(position.notional for position in book.positions) == 0
    assert sum(position.notional > 0 for position in book.positions) == 5


def test_json_says_the_same_as_toml(tmp_path: Path) -> None:
    loaded = load_run(ROOT / "configs/quickstart.toml")
    again = load_run(written(tmp_path, loaded.effective))
    assert again.effective == loaded.effective


def test_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    text = (ROOT / "configs/quickstart.toml").read_text(encoding="utf-8")
    path = tmp_path / "windows.toml"
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert load_run(path).run == load_run(ROOT / "configs/quickstart.toml").run


@pytest.mark.parametrize(
    ("override", "value"),
    [
        ("simulation.paths=5_000", 5000),
        (" simulation . paths = 5000 ", 5000),
        ('"simulation"."paths"=5000', 5000),
    ],
)
def test_overrides_replace_values(override: str, value: int) -> None:
    assert load_run(ROOT / "configs/quickstart.toml", [override]).run.simulation.paths == value


def test_overrides_reach_lists_new_tables_and_take_bare_words() -> None:
    changes = [
        "account.positions.0.notional_usd=1",
        "model.initial_volatility.BTC=0.5",
        "simulation.horizon=5d",
        'market.snapshot="other"',
        "modes.portfolio={ rule = 'var', confidence = 0.975 }",
        "modes.portfolio.scenarios=2000",
        "account.positions.1.symbol=SOL/USDT:USDT",
        "description=../some.json",
    ]
    run = load_run(ROOT / "configs/quickstart.toml", changes).run
    (book,) = run.books()
    assert (book.positions[0].notional, book.positions[1].symbol) == (1.0, "SOL/USDT:USDT")
    assert run.model.initial_volatility == {"BTC": 0.5}
    assert run.simulation.horizon == 5 * 86400
    assert run.description == "../some.json"
    assert run.market.model_dump()["snapshot"] == "other"
    assert run.modes["portfolio"].model_dump()["confidence"] == 0.975
    assert run.modes["portfolio"].model_dump()["scenarios"] == 2000


def test_a_run_built_in_python_is_checked_alike() -> None:
    run = Run.model_validate(document())
    assert from_run(run).effective == run.effective()
    assert from_run(run, [direct("simulation.paths", 7)]).run.simulation.paths == 7
    faulty = Run.model_validate(document(limits={"p_liquidation": {"limit": 0.1, "mode": "corss"}}))
    with pytest.raises(ConfigError) as caught:
        from_run(faulty)
    expected = 'limits.p_liquidation.0.mode: "cross" or "portfolio", not "corss" (did you mean \'cross\'?)'
    assert str(caught.value) == expected


def test_any_spec_can_be_loaded(tmp_path: Path) -> None:
    class Inner(Spec):
        size: Positive

    class Outer(Spec):
        thing: Inner

    path = tmp_path / "other.toml"
    path.write_text("[thing]\nsize = 2\n", encoding="utf-8")
    value, source = load_spec(path, Outer)
    assert value.thing.size == 2.0
    assert source.base == tmp_path
    assert has_table(path, "thing")
    assert not has_table(path, "size")
    assert not has_table(tmp_path / "absent.toml", "thing")


def test_later_stages_place_their_problems(tmp_path: Path) -> None:
    source = load_run(
        ROOT / "configs/quickstart.toml", ["simulation.step=2h", "modes.portfolio.margin_period=1d"]
    ).source
    file = ROOT / "configs/quickstart.toml"
    assert str(source.problem(("market", "snapshot"), "x")) == f"{file}:10:12: market.snapshot: x"
    assert source.problem(("simulation", "step"), "x").where == "--set simulation.step=2h"
    assert source.problem(("simulation", "block"), "x").where == f"{file}:12:1"
    symbol = ("account", "positions", 1, "symbol")
    assert str(source.problem(symbol, "x")) == f"{file}:23:14: account.positions.1.symbol: x"
    json_source = load_run(written(tmp_path, document())).source
    place = f"{tmp_path / 'run.json'}: /account/positions/1/symbol"
    assert str(json_source.problem(symbol, "x")) == f"{place}: account.positions.1.symbol: x"


def test_placing_gives_a_place_to_a_later_error() -> None:
    source = load_run(ROOT / "configs/quickstart.toml").source
    placed = pytest.raises(ConfigError, match=r"quickstart.toml:10:12: market.snapshot: a known one")
    with placed, source.placing("market", "snapshot"):
        raise ConfigError([Problem("", "", "a known one")])
