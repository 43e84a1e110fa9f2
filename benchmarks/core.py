"""Path generation on workload W, beside the measured numba prototype where it is at hand.

``python -m benchmarks.core [--prototype FOLDER] [--rounds N] [--paths N]`` draws W (K assets, 240
steps, GJR-GARCH with Student-t(5) innovations under a Student-t(4) copula) on one core and prints
million asset-steps per second of CPU time, medians of interleaved rounds, and their ratio. The
product draws simple returns and compounds them; the prototype draws log-returns and exponentiates.
Both must agree on the 99 % VaR of one asset's terminal return before they are timed.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from stresskit.domain import Dependence, JointModel, Marginals, StudentT
from stresskit.model.joint import build_sampler
from stresskit.simulate.blocks import Plan, Stretch, block_size, live_block, tile_length, workspace

STEPS, COPULA_NU, MARGINAL_NU, SEED = 240, 4.0, 5.0, 12345
PROTOTYPE = Path(__file__).resolve().parents[2] / "shared" / "reference" / "kernel-prototype"


def workload(assets: int) -> dict[str, np.ndarray]:
    """Parameters of W: a factor correlation matrix, GJR-GARCH of persistence 0.97, signed weights."""
    rng = np.random.default_rng(7)
    loadings = rng.normal(size=(assets, 3)) * 0.4 + np.array([1.0, 0, 0])
    covariance = loadings @ loadings.T + 0.5 * np.eye(assets)
    deviation = np.sqrt(np.diag(covariance))
    alpha, gamma = rng.uniform(0.04, 0.09, assets), rng.uniform(0, 0.04, assets)
    beta = 0.97 - alpha - gamma / 2
    level = rng.uniform(0.004, 0.012, assets) ** 2
    start = level * rng.uniform(0.6, 1.8, assets)
    return {
        "correlation": covariance / np.outer(deviation, deviation),
        "alpha": alpha,
        "gamma": gamma,
        "beta": beta,
        "omega": level * (1 - alpha - gamma / 2 - beta),
        "start": start,
        "weight": rng.uniform(-0.5, 1.0, assets) * 1000.0,
    }


def product(assets: int, paths: int) -> Callable[[], np.ndarray]:
    """Draw W with the product's engine; gives the marks (assets, paths) at the horizon."""
    w = workload(assets)
    zero = np.zeros(assets)
    laws = (StudentT(MARGINAL_NU),) * assets
    marginals = Marginals(zero, w["omega"], w["alpha"], w["gamma"], w["beta"], laws, w["start"], w["start"])
    names = tuple(f"A{i}" for i in range(assets))
    model = JointModel(names, 3600, marginals, Dependence(w["correlation"], COPULA_NU))
    sampler = build_sampler(model, model.dependence, np.arange(assets))
    plan = Plan((Stretch(0, STEPS, sampler, 1.0),), (), (), w["start"], SEED)
    size = block_size(assets)
    space = workspace(plan, size, tile_length(assets, size))

    def draw() -> np.ndarray:
        marks = np.empty((assets, -(-paths // size) * size))
        for first in range(0, paths, size):
            live_block(plan, first, space)
            marks[:, first : first + size] = space.marks
        return marks[:, :paths]

    return draw


def prototype(assets: int, paths: int, folder: Path) -> Callable[[], np.ndarray]:
    """Draw W with the prototype; gives the book's terminal profit (paths,)."""
    sys.path.insert(0, str(folder))
    import kernel_f64 as kernel  # type: ignore[import-not-found]
    from primitives import fit_map  # type: ignore[import-not-found]
    from run import chi2_scale_coefficients  # type: ignore[import-not-found]

    w = workload(assets)
    width = -(-assets // 4) * 4
    factor = np.zeros((width, width))
    factor[:assets, :assets] = np.linalg.cholesky(w["correlation"])
    maps = np.tile(fit_map(COPULA_NU, MARGINAL_NU, kernel.DEG), (assets, 1))
    out = [np.zeros(paths) for _ in range(3)]
    gross = np.abs(w["weight"])
    arguments = (
        factor, w["alpha"], w["alpha"] + w["gamma"], w["beta"], w["omega"], w["start"], w["weight"],
        gross * 0.05, maps, chi2_scale_coefficients(COPULA_NU), 1 / COPULA_NU, 1000.0, 0.05 * gross.sum(),
    )  # fmt: skip

    def draw() -> np.ndarray:
        kernel.sim(SEED, paths, STEPS, assets, *arguments, *out)
        return out[1]

    return draw


def rate(draw: Callable[[], np.ndarray], work: float) -> float:
    """Million asset-steps per second of CPU time."""
    begun = time.process_time()
    draw()
    return work / (time.process_time() - begun) / 1e6


def main() -> None:
    """Measure W, W-small and W-large and print the table."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--prototype", type=Path, default=PROTOTYPE)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--paths", type=int, default=50_000)
    options = parser.parse_args()
    import numba

    numba.set_num_threads(1)
    print("assets  product M/s  prototype M/s  ratio")
    for assets in (2, 10, 50):
        work = float(assets * STEPS * options.paths)
        ours = product(assets, options.paths)
        theirs = prototype(assets, options.paths, options.prototype) if options.prototype.is_dir() else None
        marks = ours()
        profit = workload(assets)["weight"] @ (marks - 1.0)
        if theirs:
            found, expected = np.quantile(profit, 0.01), np.quantile(theirs(), 0.01)
            if abs(found / expected - 1) > 0.1:
                sys.exit(f"the contenders disagree on VaR99: {found:.1f} against {expected:.1f}")
        rounds = [
            (rate(ours, work), rate(theirs, work) if theirs else float("nan")) for _ in range(options.rounds)
        ]
        a, b = (statistics.median(column) for column in zip(*rounds, strict=True))
        print(f"{assets:>6}  {a:>11.0f}  {b:>13.0f}  {statistics.median(x / y for x, y in rounds):>5.2f}")


if __name__ == "__main__":
    main()
