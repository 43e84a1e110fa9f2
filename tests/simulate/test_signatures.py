"""Each kernel is compiled once for each pair of rule and policy, and never again for the same types.

A read-only array, another layout or an integer where a float was makes another type, and another
compilation that nobody sees but everybody waits for. A fresh process does a whole run.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXPECTED = {"fill_tile": 1, "live_through": 2, "start": 2, "assess": 2}
WHOLE_RUN = """
import json, sys
import stresskit as sk
settings = {"simulation.paths": 700, "simulation.block": 256, "simulation.horizon": "2d"}
settings |= {"modes.portfolio.scenarios": 1000, "scenarios.hedge_breaks.onset": "1d"}
settings |= {"model.initial_volatility": "snapshot", "scenarios.hedge_breaks.volatility_multiplier": 2}
sk.run("configs/quickstart.toml", set=settings, seed=3, out=sys.argv[1], workers=2)
from stresskit.model.joint import fill_tile
from stresskit.simulate.loop import assess, live_through, start
kernels = {"fill_tile": fill_tile, "live_through": live_through}
kernels |= {"start": start, "assess": assess}
print(json.dumps({name: len(kernel.signatures) for name, kernel in kernels.items()}))
"""


def test_one_signature_for_each_kernel_and_types(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WHOLE_RUN, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == EXPECTED
