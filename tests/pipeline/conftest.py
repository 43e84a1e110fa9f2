"""A small run of the quickstart config, made once."""

from pathlib import Path

import pytest

from stresskit.config_file import load_run
from stresskit.pipeline import run

CONFIGS = Path(__file__).parents[2] / "configs"
SMALL = ("simulation.paths=4000", "simulation.horizon=4d", "scenarios.hedge_breaks.volatility_multiplier=2.0")


def quickstart(*overrides):
    return load_run(CONFIGS / "quickstart.toml", [*SMALL, *overrides])


@pytest.fixture(scope="session")
def small_run(tmp_path_factory):
    return run(quickstart("simulation.block=512"), tmp_path_factory.mktemp("small"), workers=1)
