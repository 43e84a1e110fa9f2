"""Contenders that compile: the product, the prototype beside the checkout, naive numba, JAX."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.workload import COPULA_NU, MARGINAL_NU, SEED, STEPS, Array, Draw, parameters
from stresskit.domain import Dependence, JointModel, Marginals, StudentT
from stresskit.model.float32 import build_sampler_32
from stresskit.model.joint import build_sampler
from stresskit.simulate.blocks import Plan, Stretch, block_size, live_block, tile_length, workspace

PROTOTYPE = Path(__file__).resolve().parents[2] / "shared" / "reference" / "kernel-prototype"


def model_of(assets: int) -> JointModel:
    """W as the product's joint model."""
    w = parameters(assets)
    columns = (np.zeros(assets), w["omega"], w["alpha"], w["gamma"], w["beta"])
    marginals = Marginals(*columns, (StudentT(MARGINAL_NU),) * assets, w["start"], w["start"])
    names = tuple(f"A{i}" for i in range(assets))
    return JointModel(names, 3600, marginals, Dependence(w["correlation"], COPULA_NU))


def bare_plan(model: JointModel, steps: int = STEPS, single: bool = False) -> Plan:
    """Path generation alone: no account, no margin."""
    build = build_sampler_32 if single else build_sampler
    sampler = build(model, model.dependence, np.arange(len(model.assets)))
    return Plan((Stretch(0, steps, sampler, 1.0),), (), (), model.marginals.current_variance.copy(), SEED)


def draw_plan(plan: Plan, weight: Array, paths: int, threads: int = 1) -> Draw:
    """Draw a plan block by block; gives the book's profit (paths,) at the horizon."""
    assets = plan.variance.size
    size = min(block_size(assets), paths)
    spaces = [workspace(plan, size, tile_length(assets, size)) for _ in range(threads)]
    firsts = list(range(0, paths, size))

    def some(thread: int, profit: Array) -> None:
        space = spaces[thread]
        for first in firsts[thread::threads]:
            live_block(plan, first, space)
            profit[first : first + size] = (weight @ (space.marks - 1.0))[: paths - first]

    def draw() -> Array:
        profit = np.empty(paths)
        if threads == 1:
            some(0, profit)
            return profit
        with ThreadPoolExecutor(threads) as pool:
            for done in [pool.submit(some, thread, profit) for thread in range(threads)]:
                done.result()
        return profit

    return draw


def product(assets: int, paths: int, threads: int = 1) -> Draw:
    """The product's engine."""
    return draw_plan(bare_plan(model_of(assets)), parameters(assets)["weight"], paths, threads)


def prototype_here() -> bool:
    """Whether the prototype's folder stands beside the checkout."""
    return PROTOTYPE.is_dir()


def prototype(assets: int, paths: int, threads: int = 1) -> Draw:
    """The measured numba prototype; it draws log-returns."""
    if str(PROTOTYPE) not in sys.path:
        sys.path.insert(0, str(PROTOTYPE))
    import kernel_f64 as kernel
    import numba
    from primitives import fit_map
    from run import chi2_scale_coefficients

    w = parameters(assets)
    width = -(-assets // 4) * 4
    factor = np.zeros((width, width))
    factor[:assets, :assets] = np.linalg.cholesky(w["correlation"])
    maps = np.tile(fit_map(COPULA_NU, MARGINAL_NU, kernel.DEG), (assets, 1))
    gross = np.abs(w["weight"])
    arguments = (
        factor, w["alpha"], w["alpha"] + w["gamma"], w["beta"], w["omega"], w["start"], w["weight"],
        gross * 0.05, maps, chi2_scale_coefficients(COPULA_NU), 1 / COPULA_NU, 1000.0, 0.05 * gross.sum(),
    )  # fmt: skip
    out = [np.zeros(paths) for _ in range(3)]

    def draw() -> Array:
        numba.set_num_threads(threads)
        kernel.sim(SEED, paths, STEPS, assets, *arguments, *out)
        return out[1]

    return draw


def _innovation_table() -> tuple[Array, Array]:
    """Copula variates and the standardized innovations of the same probability."""
    from scipy.special import stdtr, stdtrit

    y = np.sinh(np.linspace(-8, 8, 8193)) * 0.2
    z = np.where(y < 0, 1.0, -1.0) * stdtrit(MARGINAL_NU, stdtr(COPULA_NU, -np.abs(y)))
    return y, z * np.sqrt((MARGINAL_NU - 2) / MARGINAL_NU)


def naive_numba(assets: int, paths: int, threads: int = 1) -> Draw:
    """What one writes first: a parallel loop over paths, np.random, a table for the map."""
    import numba

    w = parameters(assets)
    factor, (knots, values) = np.linalg.cholesky(w["correlation"]), _innovation_table()

    @numba.njit(parallel=True)
    def simulate(omega: Any, alpha: Any, gamma: Any, beta: Any, start: Any, weight: Any, profit: Any) -> None:
        for i in numba.prange(profit.size):
            h, mark, y = start.copy(), np.ones(assets), np.empty(assets)
            for _ in range(STEPS):
                z = np.random.standard_normal(assets)  # noqa: NPY002  (numba's own)
                scale = np.sqrt(COPULA_NU / np.random.chisquare(COPULA_NU))  # noqa: NPY002  (numba's own)
                for k in range(assets):
                    y[k] = scale * np.dot(factor[k, : k + 1], z[: k + 1])
                x = np.interp(y, knots, values)
                for k in range(assets):
                    e = np.sqrt(h[k]) * x[k]
                    h[k] = omega[k] + (alpha[k] + gamma[k] * (e < 0)) * e * e + beta[k] * h[k]
                    mark[k] *= 1 + max(e, -0.95)
            profit[i] = np.dot(weight, mark - 1)

    compiled: Any = simulate

    def draw() -> Array:
        numba.set_num_threads(threads)
        profit = np.empty(paths)
        names = ("omega", "alpha", "gamma", "beta", "start", "weight")
        compiled(*(w[name] for name in names), profit)
        return profit

    return draw


def jax_scan(assets: int, paths: int) -> Draw:
    """JAX on the CPU: a scan over steps, double precision. It takes as many cores as it likes."""
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    w = parameters(assets)
    factor, (knots, values) = jnp.asarray(np.linalg.cholesky(w["correlation"])), _innovation_table()

    def step(state: Any, key: Any) -> Any:
        h, mark = state
        first, second = jax.random.split(key)
        z = jax.random.normal(first, (paths, assets)) @ factor.T
        scale = jnp.sqrt(COPULA_NU / (2 * jax.random.gamma(second, COPULA_NU / 2, (paths, 1))))
        e = jnp.sqrt(h) * jnp.interp(z * scale, knots, values)
        h = w["omega"] + (w["alpha"] + w["gamma"] * (e < 0)) * e * e + w["beta"] * h
        return (h, mark * (1 + jnp.maximum(e, -0.95))), None

    def simulate(key: Any) -> Any:
        begin = jnp.tile(w["start"], (paths, 1)), jnp.ones((paths, assets))
        (_, mark), _ = jax.lax.scan(step, begin, jax.random.split(key, STEPS))
        return (mark - 1) @ w["weight"]

    compiled = jax.jit(simulate)
    return lambda: np.asarray(compiled(jax.random.PRNGKey(SEED)))
