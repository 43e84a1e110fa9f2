"""One example a venue family: each runs, and says what its venue offers."""

from pathlib import Path

import pytest

import stresskit as sk

FOLDER = Path(__file__).parents[2] / "configs" / "venues"
CONFIGS = sorted(path.stem for path in FOLDER.glob("*.toml"))
FEW = {"simulation.paths": 256, "simulation.horizon": "2d", "simulation.block": 256}
NOT_OFFERED = {"clearing_house"}


@pytest.mark.long  # each compiles kernels of its own
@pytest.mark.parametrize("name", CONFIGS)
def test_it_runs(name, tmp_path):
    results = sk.run(FOLDER / f"{name}.toml", set=FEW, out=tmp_path)
    for mode, found in results.metrics["margin"].items():
        assert found["hypothetical"] == (mode in NOT_OFFERED), mode
        assert found["maintenance"] > 0
        assert found["initial"] > 0
        assert found["binding"] in found["terms"] or found["rule"] in {"brackets", "unified"}
        total = sum(p["maintenance"] for p in found["positions"])
        if found["rule"] == "scenario_grid":
            assert total == pytest.approx(found["maintenance"], rel=1e-9)
            assert found["rulebook"].startswith(results.metrics["margin"][mode]["rulebook"][:3])
    files = results.manifest["parameters"]
    assert all(len(file["sha256"]) == 64 and file["source"] for file in files)


def test_there_is_one_for_each_venue_with_a_portfolio_mode():
    venues = {"okx", "deribit", "bybit", "paradex", "derive", "binance", "hyperliquid"}
    assert {name.partition("-")[0] for name in CONFIGS} == venues
