"""``python -m benchmarks.profile [CONFIG]``: where a run spends its time, and how near the machine's limits.

Stages are CPU seconds of one run with its report on one thread, each without what it calls that has a line
of its own. The roofline sets rates of kernels on workload W against the machine's own: chained
multiply-adds, sums of arrays for memory. Operations and bytes are counted by hand from the sources, a fused
multiply-add as two operations, a root or a division as one; Philox works on integers and is not counted.

Source: Williams, Waterman, Patterson, "Roofline", Communications of the ACM 52 (2009).
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import json
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.engines import bare_plan, model_of
from benchmarks.looking import AMPLE
from benchmarks.measure import Timed, rounds_of
from benchmarks.stress import CONFIGS, _live, config_text
from benchmarks.table import machine
from benchmarks.workload import STEPS

ASSETS, SCENARIOS, DEEP = 10, 10_000, 32
OPERATIONS = {  # per asset and step (bytes: what must pass between the kernel and arrays of a tile's size)
    "draw": (158.0, 48.0),  # normal 28, factor 19, chi-square 10, map 88, GJR-GARCH 9, compounding 4
    "cross": (14.0, 48.0),  # mark to market 2, bridge 9, brackets 3
    "portfolio": (25.0, 80.0),  # mark to market 2, bridge 9, exposures and scale 8, bound from the anchor 6
}


class Spent:
    """CPU seconds by name, without what inner names take; a stack a thread."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self._inner = threading.local()

    def under(self, name: Callable[..., str] | str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, timed under a name or under one made of its arguments."""

        def timed(*given: Any, **named: Any) -> Any:
            outside = getattr(self._inner, "seconds", 0.0)
            self._inner.seconds, begun = 0.0, time.thread_time()
            try:
                return function(*given, **named)
            finally:
                whole = time.thread_time() - begun
                label = name if isinstance(name, str) else name(*given, **named)
                self.seconds[label] += whole - self._inner.seconds
                self.calls[label] += 1
                self._inner.seconds = outside + whole

        return timed


@contextmanager
def _watched(spent: Spent) -> Iterator[None]:
    """Every stage and kernel of a run under its name."""
    from stresskit import pipeline
    from stresskit.model.joint import Drawing
    from stresskit.report import build as report
    from stresskit.results import ColumnWriter, RunFolder
    from stresskit.simulate import blocks
    from stresskit.simulate.living import Living

    def life(_one: Any, contender: Any, *_rest: Any) -> str:
        rule, policy = type(contender.rule).__name__, type(contender.policy).__name__
        return f"live: {rule}, {policy}"

    places: list[tuple[Any, str, Any]] = [
        (pipeline, "prepare", "prepare: market, model, rulebooks, scenario set"),
        (pipeline, "sample_paths", "sample of paths"),
        (pipeline, "assemble", "measure"),
        (RunFolder, "seal", "seal the run folder"),
        (ColumnWriter, "append", "store outcomes"),
        (Drawing, "tile", "draw paths"),
        (blocks, "live_block", "blocks: state, records"),
        (Living, "through", life),
        (report, "build", "report: figures"),
        (report, "write", "report: pages, PDF, PNG"),
    ]
    with ExitStack() as stack:
        for owner, name, label in places:
            stack.enter_context(patch.object(owner, name, spent.under(label, getattr(owner, name))))
        yield


def stages(config: Path, paths: int | None) -> dict[str, float]:
    """CPU seconds by stage of a run of the config and its report, the dearest first; kernels are warm."""
    from stresskit.config_file import load_run
    from stresskit.pipeline import run
    from stresskit.report import report

    sets = [] if paths is None else [f"simulation.paths={paths}"]
    spent = Spent()
    with tempfile.TemporaryDirectory() as folder:
        report(run(load_run(config, sets), Path(folder), 1))
        begun = time.process_time()
        with _watched(spent):
            loaded = spent.under("read the config", load_run)(config, sets)
            report(run(loaded, Path(folder), 1, force=True))
        whole = time.process_time() - begun
    found = dict(spent.seconds.most_common())
    return {**found, "everything else": whole - sum(found.values())}


def limits() -> dict[str, float]:
    """What one core reaches: GFLOP/s of multiply-adds, GB/s of adding arrays in the L2 cache and beyond."""
    from stresskit.numerics.elementary import fma
    from stresskit.numerics.jit import kernel

    @kernel
    def multiply_add(times: Any, x: Any) -> None:
        for _ in range(times):
            for k in range(x.size):
                y = x[k]
                for _ in range(DEEP):
                    y = fma(y, 0.5, 1.0)
                x[k] = y

    x, (near, far) = np.ones(512), (np.ones((3, size)) for size in (16_384, 8_000_000))
    adds = 24 * near.shape[1] * 200 / 1e9
    calls = {
        "arithmetic": Timed(lambda: multiply_add(2000, x), 2.0 * DEEP * x.size * 2000 / 1e9),
        "cache": Timed(lambda: [np.add(near[0], near[1], out=near[2]) for _ in range(200)], adds),
        "memory": Timed(lambda: np.add(far[0], far[1], out=far[2]), 24 * far.shape[1] / 1e9),
    }
    return {name: max(values) for name, values in rounds_of(calls, 9).items()}


def kernels(paths: int, rounds: int) -> dict[str, dict[str, float]]:
    """GFLOP/s and operations a byte of drawing, of looking at ten positions, and of the full scenario set."""
    from stresskit.config_file import load_run
    from stresskit.pipeline.efficiency import endowed_with
    from stresskit.pipeline.setting import prepare
    from stresskit.simulate.scratch import start_equity

    work = float(ASSETS * STEPS * paths) / 1e9
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "roofline.toml"
        config.write_text(config_text(ASSETS, paths, "bridge"))
        setting = prepare(load_run(config))
        bare = replace(setting.plan("baseline"), contenders=(), books=())
        rich = {
            one.name: replace(bare, contenders=(endowed_with(c, AMPLE * start_equity(c.book)),))
            for one, c in setting.lives()
        }
        rule = next(c.rule for one, c in setting.lives() if one.name == "portfolio")
    calls = {
        "draw": Timed(_live(bare_plan(model_of(ASSETS)), paths), work),
        "bare": Timed(_live(bare, paths), work),
    }
    calls |= {name: Timed(_live(plan, paths), work) for name, plan in rich.items()}
    calls["full set"] = Timed(_evaluations(rule), 200 * 2 * ASSETS * SCENARIOS / 1e9)
    rates = {name: max(values) for name, values in rounds_of(calls, rounds).items()}
    found = {"full set": {"GFLOP/s": rates["full set"], "per byte": 1.0}}
    for name, (operations, size) in OPERATIONS.items():
        rate = rates["draw"] if name == "draw" else 1.0 / (1.0 / rates[name] - 1.0 / rates["bare"])
        found[name] = {"GFLOP/s": rate * operations, "per byte": operations / size}
    return found


def _evaluations(rule: Any) -> Callable[[], None]:
    """Two hundred times the coarse losses of a book over the whole set."""
    from stresskit.margin.coarse_losses import coarse_losses
    from stresskit.numerics.jit import kernel

    @kernel
    def losses(given: Any, exposure: Any, out: Any) -> None:
        for _ in range(200):
            coarse_losses(given, exposure, 0, out)

    exposure, out = np.linspace(-1.0, 1.0, ASSETS), np.empty(SCENARIOS, dtype=np.float32)
    return lambda: losses(rule.scenarios, exposure, out)


def text(found: dict[str, Any]) -> str:
    """Both parts as text."""
    where, limit, total = found["machine"], found["limits"], sum(found["stages"].values())
    lines = [f"{where['date']}, {where['processor']}, Python {where['python']}", "", found["config"]]
    for name, seconds in found["stages"].items():
        lines.append(f"{name:<52}{seconds:>9.3f} s{seconds / total:>8.1%}")
    speeds = (f"{limit['cache']:.0f} GB/s from the cache", f"{limit['memory']:.0f} GB/s from memory")
    lines += ["", ", ".join([f"One core: {limit['arithmetic']:.0f} GFLOP/s", *speeds])]
    lines.append(f"{'W, ten assets':<52}{'GFLOP/s':>10}{'flop/byte':>11}{'of limit':>10}")
    for name, row in found["kernels"].items():
        share = row["GFLOP/s"] / min(limit["arithmetic"], limit["cache"] * row["per byte"])
        lines.append(f"{name:<52}{row['GFLOP/s']:>10.1f}{row['per byte']:>11.2f}{share:>10.0%}")
    return "\n".join(lines) + "\n"


def picture(found: dict[str, Any], path: Path) -> None:
    """Stages as bars, kernels under their roof."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 7.5), layout="constrained")
    bars, roof = figure.subplots(2, 1)
    bars.barh(list(found["stages"]), list(found["stages"].values()), color="#4878a8")
    bars.invert_yaxis()
    bars.set_title(f"Where {found['config']} spends its time", loc="left", fontsize=9)
    bars.set_xlabel("CPU seconds", fontsize=8)
    limit, intensity = found["limits"], np.geomspace(0.05, 20, 200)
    for name, style in (("cache", "-"), ("memory", "--")):
        ceiling = np.minimum(limit["arithmetic"], limit[name] * intensity)
        roof.loglog(intensity, ceiling, style, color="#888888")
        roof.annotate(f"from {name}", (intensity[20], ceiling[20]), fontsize=7, rotation=24, va="bottom")
    for name, row in found["kernels"].items():
        roof.plot(row["per byte"], row["GFLOP/s"], "o", color="#b04a3a")
        roof.annotate(
            name, (row["per byte"], row["GFLOP/s"]), (5, -9), textcoords="offset points", fontsize=7
        )
    roof.set_title("Kernels under what one core can do (workload W, ten assets)", loc="left", fontsize=9)
    roof.set_xlabel("operations a byte", fontsize=8)
    roof.set_ylabel("GFLOP/s", fontsize=8)
    for ax in (bars, roof):
        ax.tick_params(labelsize=7)
    figure.savefig(path, dpi=110)


def measure(config: Path, paths: int | None, w_paths: int, rounds: int) -> dict[str, Any]:
    """Everything that is shown."""
    return {
        "machine": machine(),
        "config": config.name,
        "stages": stages(config, paths),
        "limits": limits(),
        "kernels": kernels(w_paths, rounds),
    }


def main() -> None:
    """Measure and write."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="benchmarks.profile", description=__doc__, formatter_class=raw)
    parser.add_argument("config", nargs="?", type=Path, default=CONFIGS / "quickstart.toml")
    parser.add_argument("--paths", type=int, help="of the config's run (its own)")
    parser.add_argument("--out", type=Path, default=Path("runs/benchmarks"))
    options = parser.parse_args()
    found = measure(options.config, options.paths, 10_240, 5)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "profile.txt").write_text(text(found))
    (options.out / "profile.json").write_text(json.dumps(found, indent=1) + "\n")
    picture(found, options.out / "profile.png")
    print(text(found), end="")


if __name__ == "__main__":
    main()
