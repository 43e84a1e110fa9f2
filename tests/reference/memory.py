"""Dependences with memory in plain Python: the slow, obvious twins of DCC, regime and bootstrap.

Each yields, step by step, the variates of one path, the multiplier of that step's returns and that of
the coming step, which the venue observes.
"""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from stresskit.domain import Bootstrap, Dcc, Float1D, Float2D, JointModel, Marginals, Regime, StudentT
from stresskit.model.forecast import chosen
from tests.reference.paths import FLOOR, Maps, box_muller, normals, polynomial_maps, variates
from tests.reference.philox import words

CHI_SQUARE, REGIME, BOOTSTRAP = 1, 2, 5
Step = tuple[Float1D, float, float]


def uniform(word: int) -> float:
    return (word + 0.5) / 2**32


def correlation_of(q: Float2D) -> Float2D:
    scale = 1 / np.sqrt(np.diag(q))
    return q * np.outer(scale, scale)


def semidefinite_root(matrix: Float2D) -> Float2D:
    """Lower triangular root; a pivot that is zero within rounding empties its column."""
    n = len(matrix)
    root = np.zeros((n, n))
    for j in range(n):
        pivot = matrix[j, j] - root[j, :j] @ root[j, :j]
        if pivot > 1e-12:
            root[j:, j] = (matrix[j:, j] - root[j:, :j] @ root[j, :j]) / math.sqrt(pivot)
    return root


def dcc_steps(model: Dcc, maps: Maps, seed: int, path: int) -> Iterator[Step]:
    n, step = len(model.correlation), 0
    q = model.correlation if model.start is None else model.start
    unit = (model.nu - 2) / model.nu if np.isfinite(model.nu) else 1.0
    while True:
        r = correlation_of(q)
        y = np.linalg.cholesky(r) @ normals(seed, path, step, n)
        if np.isfinite(model.nu):
            y = y * maps.scale(box_muller(*words(seed, path, step, CHI_SQUARE, 0)[:2])[0])
        yield bent(model, r, y), 1.0, 1.0
        q = (1 - model.a - model.b) * model.correlation + model.a * unit * np.outer(y, y) + model.b * q
        step += 1


def bent(model: Dcc, r: Float2D, y: Float1D) -> Float1D:
    """The members' variates under their blended correlation."""
    if model.blend is None:
        return y
    who, strength = model.blend.members, model.blend.strength
    part = r[np.ix_(who, who)]
    u = np.linalg.solve(np.linalg.cholesky(part), y[who])
    y = y.copy()
    y[who] = semidefinite_root((1 - strength) * part + strength * model.blend.target) @ u
    return y


def regime_steps(model: Regime, marginals: Marginals, seed: int, path: int) -> Iterator[Step]:
    share = (1 - model.stay_calm) / (2 - model.stay_calm - model.stay_crisis)
    unit = 1 / math.sqrt(1 - share + share * model.multiplier**2)
    size = (unit, unit * model.multiplier)
    begins = share if model.start_crisis is None else model.start_crisis
    calm, crisis = (polynomial_maps(marginals, state.nu) for state in (model.calm, model.crisis))
    to_calm = crisis_to_calm(model, marginals)
    bad, step = uniform(words(seed, path, 0, REGIME, 0)[0]) < begins, 0
    while True:
        y = variates(model.calm, calm, seed, path, step)
        if bad:
            y = np.array([to_calm(x) for x in variates(model.crisis, crisis, seed, path, step)])
        u = uniform(words(seed, path, step + 1, REGIME, 0)[0])
        after = u < (model.stay_crisis if bad else 1 - model.stay_calm)
        yield y, size[bad], size[after]
        bad, step = after, step + 1


def crisis_to_calm(model: Regime, marginals: Marginals):
    """A crisis variate at the same quantile of the calm law, by the same polynomial as the kernel."""
    if model.calm.nu == model.crisis.nu:
        return lambda x: x
    calm = model.calm.nu
    spread = math.sqrt(calm / (calm - 2)) if np.isfinite(calm) else 1.0
    law = replace(chosen(marginals, np.array([0])), innovations=(StudentT(calm),))
    one = polynomial_maps(law, model.crisis.nu)
    return lambda x: spread * one.innovation(0, x)


def bootstrap_steps(model: Bootstrap, seed: int, path: int) -> Iterator[Step]:
    centred = model.residuals - model.residuals.mean(axis=0)
    table, rows = centred / np.sqrt(np.mean(centred**2, axis=0)), len(centred)
    step, place = 0, 0
    while True:
        first, second = words(seed, path, step, BOOTSTRAP, 0)[:2]
        fresh = step == 0 or uniform(first) < 1 / model.mean_block
        place = second * rows // 2**32 if fresh else (place + 1) % rows
        yield table[place], 1.0, 1.0
        step += 1


def path_of(model: JointModel, h0: Float1D, seed: int, path: int, steps: int) -> tuple[Float2D, Float2D]:
    """Returns (steps, assets) of one path and the variances of the coming steps, as the venue sees them."""
    law, h, dependence = model.marginals, h0.copy(), model.dependence
    nu = dependence.calm.nu if isinstance(dependence, Regime) else getattr(dependence, "nu", math.inf)
    maps = polynomial_maps(law, nu)
    if isinstance(dependence, Dcc):
        walk = dcc_steps(dependence, maps, seed, path)
    elif isinstance(dependence, Regime):
        walk = regime_steps(dependence, law, seed, path)
    else:
        walk = bootstrap_steps(dependence, seed, path)
    returns, seen = np.empty((steps, h.size)), np.empty((steps, h.size))
    for step in range(steps):
        y, now, coming = next(walk)
        for i in range(h.size):
            z = y[i] if isinstance(dependence, Bootstrap) else maps.innovation(i, y[i])
            e = math.sqrt(h[i]) * z
            returns[step, i] = max(law.mean[i] + now * e, FLOOR)
            h[i] = law.omega[i] + (law.alpha[i] + law.gamma[i] * (e < 0)) * e * e + law.beta[i] * h[i]
        seen[step] = coming**2 * h
    return returns, seen
