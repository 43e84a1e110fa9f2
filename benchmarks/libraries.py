"""Contenders made of libraries as they are: numpy with scipy, arch, pyvinecopulib, statsmodels."""

from functools import partial
from typing import Any

import numpy as np

from benchmarks.workload import COPULA_NU, MARGINAL_NU, SEED, STEPS, Array, Draw, parameters, profit_of

UNIT = np.sqrt((MARGINAL_NU - 2) / MARGINAL_NU)


def scipy_stats(assets: int, paths: int) -> Draw:
    """The obvious idiom: multivariate_t, t.cdf, t.ppf."""
    from scipy import stats

    law: Any = stats.multivariate_t  # its stubs take whole degrees of freedom alone
    copula = law(np.zeros(assets), parameters(assets)["correlation"], COPULA_NU)

    def draw() -> Array:
        random = np.random.default_rng(SEED)

        def innovations() -> Array:
            y = np.reshape(copula.rvs(paths, random_state=random), (paths, assets))
            return np.asarray(stats.t.ppf(stats.t.cdf(y, COPULA_NU), MARGINAL_NU) * UNIT)

        return profit_of(assets, innovations, paths)

    return draw


def scipy_special(assets: int, paths: int, *, logs: bool = False) -> Draw:
    """The same by hand: normals, chi-square, stdtr, stdtrit."""
    from scipy.special import stdtr, stdtrit

    factor = np.linalg.cholesky(parameters(assets)["correlation"])

    def draw() -> Array:
        random = np.random.default_rng(SEED + 1)

        def innovations() -> Array:
            scale = np.sqrt(COPULA_NU / random.chisquare(COPULA_NU, (paths, 1)))
            y = random.standard_normal((paths, assets)) @ factor.T * scale
            return np.asarray(-np.sign(y) * stdtrit(MARGINAL_NU, stdtr(COPULA_NU, -np.abs(y))) * UNIT)

        return profit_of(assets, innovations, paths, logs=logs)

    return draw


def statsmodels_copula(assets: int, paths: int) -> Draw:
    """statsmodels' Student-t copula and numpy."""
    from scipy.special import stdtrit
    from statsmodels.distributions.copula.api import StudentTCopula

    copula = StudentTCopula(corr=parameters(assets)["correlation"], df=COPULA_NU, k_dim=assets)

    def draw() -> Array:
        random = np.random.default_rng(SEED + 2)
        return profit_of(
            assets,
            lambda: np.asarray(stdtrit(MARGINAL_NU, copula.rvs(paths, rng=random)) * UNIT),
            paths,
        )

    return draw


def _first(given: Array, size: int) -> Array:
    """So many of the innovations given, as arch asks for them."""
    return given[:size]


def arch_simulate(assets: int, paths: int) -> Draw:
    """arch's GJR-GARCH, a path and asset at a time, with the copula's innovations."""
    from arch.univariate import GARCH
    from scipy.special import stdtr, stdtrit

    w = parameters(assets)
    factor, process = np.linalg.cholesky(w["correlation"]), GARCH(p=1, o=1, q=1)
    columns = np.stack([w["omega"], w["alpha"], w["gamma"], w["beta"]], axis=1)

    def draw() -> Array:
        random = np.random.default_rng(SEED + 3)
        profit = np.zeros(paths)
        for path in range(paths):
            scale = np.sqrt(COPULA_NU / random.chisquare(COPULA_NU, (STEPS, 1)))
            y = random.standard_normal((STEPS, assets)) @ factor.T * scale
            z = -np.sign(y) * stdtrit(MARGINAL_NU, stdtr(COPULA_NU, -np.abs(y))) * UNIT
            for k in range(assets):
                given = z[:, k].copy()
                one = process.simulate(columns[k], STEPS, partial(_first, given), 0, float(w["start"][k]))
                mark = np.prod(1 + np.maximum(np.asarray(one[0]), -0.95))
                profit[path] += w["weight"][k] * (mark - 1)
        return profit

    return draw


def exact_t_vine(correlation: Array, nu: float) -> object:
    """The D-vine that is the Student-t copula: partial correlations, nu + j degrees in tree j."""
    import pyvinecopulib as pv

    d = len(correlation)
    trees = []
    for t in range(d - 1):
        tree = []
        for i in range(d - 1 - t):
            inverse = np.linalg.inv(correlation[i : i + t + 2, i : i + t + 2])
            partial = -inverse[0, -1] / np.sqrt(inverse[0, 0] * inverse[-1, -1])
            tree.append(pv.Bicop(pv.BicopFamily.student, 0, np.array([[partial], [nu + t]])))
        trees.append(tree)
    return pv.Vinecop.from_structure(structure=pv.DVineStructure(list(range(1, d + 1))), pair_copulas=trees)


def vine(assets: int, paths: int) -> Draw:
    """pyvinecopulib's exact t vine and numpy."""
    from scipy.special import stdtrit

    copula = exact_t_vine(parameters(assets)["correlation"], COPULA_NU)

    def draw() -> Array:
        seeds = iter(range(1, STEPS + 1))
        return profit_of(
            assets,
            lambda: np.asarray(
                stdtrit(MARGINAL_NU, copula.sample(paths, seeds=[next(seeds)])) * UNIT  # type: ignore[attr-defined]
            ),
            paths,
        )

    return draw
