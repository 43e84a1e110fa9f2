"""Workload W by all contenders that are installed; those that disagree on VaR or ES are not timed."""

import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks import engines, libraries
from benchmarks.measure import Timed, rounds_of, summary
from benchmarks.workload import SIZES, STEPS, Draw, agree


@dataclass(frozen=True, slots=True)
class Contender:
    """`module` that must be installed; `share` of the paths that it is given, because it is slow."""

    name: str
    build: Callable[..., Draw]
    share: float
    module: str = "numpy"
    logs: bool = False
    threaded: bool = False

    def absent(self) -> str | None:
        """Why it cannot take part."""
        if self.build is engines.prototype:
            return (
                None
                if engines.prototype_here()
                else f"no folder {engines.PROTOTYPE.name} beside the checkout"
            )
        return None if importlib.util.find_spec(self.module) else f"{self.module} is not installed"


CONTENDERS = (
    Contender("stresskit", engines.product, 1.0, threaded=True),
    Contender("numba prototype", engines.prototype, 1.0, logs=True, threaded=True),
    Contender("naive numba", engines.naive_numba, 0.1, "numba", threaded=True),
    Contender("JAX", engines.jax_scan, 0.1, "jax"),
    Contender("numpy + scipy.special", libraries.scipy_special, 0.04),
    Contender("numpy + scipy.stats", libraries.scipy_stats, 0.04),
    Contender("statsmodels copula", libraries.statsmodels_copula, 0.04, "statsmodels"),
    Contender("arch", libraries.arch_simulate, 0.02, "arch"),
    Contender("pyvinecopulib", libraries.vine, 0.02, "pyvinecopulib"),
)


def compare(size: str, paths: int, rounds: int, threads: int = 1) -> dict[str, Any]:
    """Rates on one size of W; on one thread of CPU time, on more of wall time.

    Raises
    ------
    RuntimeError
        If a contender's VaR or ES differs from the reference's by more than Monte Carlo error.
    """
    assets = SIZES[size]
    absent = {c.name: why for c in CONTENDERS if (why := c.absent())}
    here = [c for c in CONTENDERS if c.name not in absent and (threads == 1 or c.threaded)]
    exact = {
        logs: libraries.scipy_special(assets, max(1000, paths // 10), logs=logs)() for logs in (False, True)
    }
    timed = {}
    for contender in here:
        count = max(100, int(paths * contender.share))
        draw = contender.build(*((assets, count, threads) if contender.threaded else (assets, count)))
        if not agree(draw(), exact[contender.logs]):
            raise RuntimeError(f"{contender.name} disagrees with scipy on VaR or ES of {size}")
        timed[contender.name] = Timed(draw, float(assets * STEPS * count))
    clock = time.process_time if threads == 1 else time.perf_counter
    reference = "numba prototype" if "numba prototype" in timed else "stresskit"
    found = summary(rounds_of(timed, rounds, clock), reference)
    return {"size": size, "assets": assets, "threads": threads, "rows": found, "absent": absent}
