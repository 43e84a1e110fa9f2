"""The configs that show each model: all of them run, and what was drawn stands in the run folder."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from stresskit.calibrate.spec import MODELS
from stresskit.config.model import Marginal
from stresskit.config_file import load_run
from stresskit.errors import ConfigError
from stresskit.pipeline import check, run
from tests.lawful import assert_lawful

FOLDER = Path(__file__).parents[2] / "configs" / "models"
CONFIGS = {path.stem: path for path in sorted(FOLDER.glob("*.toml"))}
SMALL = ["simulation.paths=64", "simulation.horizon=6h", "comparison.equal_efficiency=false"]


def write_prices(path: Path) -> Path:
    """Hourly closes of two coins."""
    random = np.random.default_rng(8)
    shocks = 0.006 * random.standard_t(6, (400, 2)) @ np.array([[1, 0.6], [0, 0.8]])
    stamps = pd.date_range("2024-01-01", periods=400, freq="h", name="time").strftime("%Y-%m-%dT%H:%M:%SZ")
    pd.DataFrame(100 * np.cumprod(1 + shocks, axis=0), stamps, ["BTC", "ETH"]).to_csv(path)
    return path


@pytest.fixture(scope="module")
def prices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_prices(tmp_path_factory.mktemp("prices") / "prices.csv")


def model_of(name: str) -> Any:
    return load_run(CONFIGS[name]).run.model


def test_there_is_a_config_for_every_model() -> None:
    marginals = [model_of(name).marginal for name in CONFIGS if name.startswith("marginal-")]
    dependences = [model_of(name).dependence for name in CONFIGS if name.startswith("dependence-")]
    assert {m.kind for m in marginals} == {"constant", "ewma", "garch", "gjr_garch", "egarch"}
    assert {m.innovations for m in marginals} == {"normal", "student_t", "skew_t", "semi_parametric"}
    assert {Marginal.model_validate(m.model_dump()).label for m in marginals} <= set(MODELS)
    assert {d.kind for d in dependences} == {
        "gaussian",
        "student_t",
        "grouped_t",
        "survival_clayton",
        "gumbel",
        "mixture",
        "vine",
        "dcc",
        "regime",
        "bootstrap",
    }


@pytest.mark.parametrize("name", CONFIGS)
def test_every_model_runs(name: str, prices: Path, tmp_path: Path) -> None:
    if name == "dependence-vine" and importlib.util.find_spec("pyvinecopulib") is None:
        pytest.skip("the extra vine is not installed")
    files = model_of(name).dependence.kind == "bootstrap"
    found = run(load_run(CONFIGS[name], [*SMALL, f'market.prices="{prices}"'] if files else SMALL), tmp_path)
    assert_lawful(found.metrics)
    stored = json.loads((found.folder / "calibration.json").read_text())
    assert stored["dependence"]["kind"] == model_of(name).dependence.kind
    assert stored["marginals"]["kind"] == ("egarch" if name == "marginal-egarch" else "gjr_garch")


@pytest.mark.parametrize(
    ("override", "place", "expected"),
    [
        (
            'model.dependence={ kind = "grouped_t", groups = [["BTC"], ["ETH"]] }',
            "model.dependence.groups",
            "the groups that were calibrated",
        ),
        (
            'model.dependence={ kind = "mixture", of = ["gaussian", "gumbel"] }',
            "model.dependence",
            "one that majors-2026-03 holds at 1h: .*mixture:student_t.survival_clayton",
        ),
        (
            'model.marginal={ mean = "constant" }',
            "model.marginal",
            r"one that .*\(found gjr_garch\+mean/student_t\)",
        ),
        (
            'model.marginal={ kind = "ewma", innovations = "skew_t" }',
            "model.marginal",
            r"one that .*\(found ewma/skew_t\)",
        ),
    ],
)
def test_what_the_snapshot_lacks_is_told_at_its_key(override: str, place: str, expected: str) -> None:
    with pytest.raises(
        ConfigError, match=f"^--set {place.rpartition('.')[0] if 'groups' in place else place}"
    ):
        check(load_run(CONFIGS["marginal-garch"], [override]))
    with pytest.raises(ConfigError, match=rf"{place}: {expected}"):
        check(load_run(CONFIGS["marginal-garch"], [override]))


@pytest.mark.parametrize(
    ("dependence", "expected"),
    [
        ('{ kind = "bootstrap", mean_block = "30m" }', "mean_block: from one step of 1h to the 399 rows"),
        ('{ kind = "bootstrap", mean_block = "30d" }', "mean_block: from one step of 1h to the 399 rows"),
        (
            '{ kind = "grouped_t", groups = [["BTC"]] }',
            "groups: each asset of the prices in one group: BTC, ETH",
        ),
    ],
)
def test_what_the_prices_cannot_give_is_told_at_its_key(dependence: str, expected: str, prices: Path) -> None:
    sets = [f'market.prices="{prices}"', f"model.dependence={dependence}"]
    with pytest.raises(ConfigError, match=rf"^--set model\.dependence.*: model\.dependence\.{expected}"):
        check(load_run(CONFIGS["dependence-bootstrap"], sets))


def test_a_vine_without_its_extra_is_refused_at_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyvinecopulib", None)
    with pytest.raises(
        ConfigError, match=r"dependence-vine\.toml:\d+:\d+: model\.dependence\.kind: the extra 'vine'"
    ):
        check(load_run(CONFIGS["dependence-vine"]))


def test_a_constant_mean_is_fitted_and_drawn(prices: Path) -> None:
    from stresskit.pipeline.setting import prepare

    sets = [
        f'market.prices="{prices}"',
        'model.marginal={ mean = "constant", innovations = "normal" }',
        'model.dependence={ kind = "gaussian" }',
    ]
    found = prepare(load_run(CONFIGS["dependence-bootstrap"], sets)).market
    closes = pd.read_csv(prices, index_col=0)
    assert list(found.snapshot.calibrations) == ["1h/gjr_garch+mean/normal/gaussian"]
    np.testing.assert_allclose(found.model.marginals.mean, closes.pct_change().mean(), rtol=1e-9)
