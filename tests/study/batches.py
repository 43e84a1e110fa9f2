"""Small sweeps, and what is true of every folder of runs whatever happened."""

from pathlib import Path

from stresskit.results import load
from stresskit.results.checksums import broken_seal

CONFIG = """
name = "tiny"

[market]
source = "snapshot"
snapshot = "majors-2026-03"

[simulation]
horizon = "12h"
paths = 300
seed = 1

[account]
venue = "binance"
collateral = [{ asset = "USDT", amount = 1_500 }]
positions = [{ symbol = "BTC/USDT:USDT", notional_usd = 50_000, leverage = 50 }]

[modes.cross]
rule = "brackets"
rulebook = "binance-usdm-2026-09"
liquidation = "close_all"

[comparison]
equal_efficiency = false
"""


def sweep_file(folder: Path, sweep: str = "[sweep.grid]\nsimulation.seed = [1, 2, 3]\n") -> Path:
    path = folder / "tiny.toml"
    path.write_text(f"{CONFIG}\n{sweep}", encoding="utf-8")
    return path


def finished_runs(out: Path) -> dict[str, bytes]:
    """``metrics.json`` by folder name, of every folder that looks finished: all of them must be."""
    found = {}
    for folder in out.iterdir() if out.is_dir() else ():
        if folder.name.startswith(".") or folder.suffix == ".batch":
            continue
        assert broken_seal(folder) == []
        assert load(folder).manifest["status"] == "done"
        found[folder.name] = (folder / "metrics.json").read_bytes()
    return found
