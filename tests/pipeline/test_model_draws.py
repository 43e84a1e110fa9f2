"""Every model of configs/models draws the same marks whatever the threads, the blocks and the tiles."""

import importlib.util
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from stresskit.config_file import load_run
from stresskit.pipeline.setting import prepare
from stresskit.simulate import blocks
from stresskit.simulate.blocks import Plan, stream
from tests.pipeline.test_model_configs import CONFIGS, model_of, write_prices

PATHS, SIZES, TILES, THREADS = 2100, (64, 512, 2048), (1, 16), (1, 2)


def plan_of(name: str, folder: Path) -> Plan:
    """Twenty steps of the first scenario, books without margin."""
    sets = ["simulation.horizon=20h", "comparison.equal_efficiency=false"]
    if model_of(name).dependence.kind == "bootstrap":
        sets.append(f'market.prices="{write_prices(folder / "prices.csv")}"')
    setting = prepare(load_run(CONFIGS[name], sets))
    return replace(setting.plan(next(iter(setting.stressed))), contenders=())


def profits(plan: Plan, block: int, workers: int) -> bytes:
    return np.concatenate([o.profits[0] for o in stream(plan, PATHS, block, workers)]).tobytes()


@pytest.mark.parametrize(
    "name",  # a vine is drawn row by row, which takes minutes
    [pytest.param(name, marks=pytest.mark.long) if name == "dependence-vine" else name for name in CONFIGS],
)
def test_threads_blocks_and_tiles_shift_no_draw(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name == "dependence-vine" and importlib.util.find_spec("pyvinecopulib") is None:
        pytest.skip("the extra vine is not installed")
    plan = plan_of(name, tmp_path)
    monkeypatch.setattr(blocks, "TILE_BYTES", 1 << 30)
    found = set()
    for tile, block, workers in product(TILES, SIZES, THREADS):
        monkeypatch.setattr(blocks, "LONGEST_TILE", tile)
        found.add(profits(plan, block, workers))
    assert len(found) == 1
    assert np.isfinite(np.frombuffer(next(iter(found)))).all()
