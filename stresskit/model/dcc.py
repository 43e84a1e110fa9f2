"""Dynamic conditional correlation, DCC(1,1): ``y = w L z`` with a matrix of each path's own.

``R = diag(Q)^-1/2 Q diag(Q)^-1/2 = L L'``, ``Q' = (1 - a - b) C + a e e' + b Q``; e = y at unit
variance. The factor of R is that of Q with its rows scaled, so Q is factorised as it is. Every
place of the snapshot up to the last used one takes part: adding a position shifts no draw.

A scenario's blend maps the members' variates linearly, ``y' = S C^-1 y`` with C C' their part of R
and ``S S' = (1 - strength) C C' + strength T``: a mean of two correlation matrices, so positive
semidefinite at every step without repair. The recursion goes on from y, not y': the strength would
otherwise grow by itself, as volatility would if the recursion of a marginal saw the multiplier.

Source: Engle, Journal of Business & Economic Statistics 20 (2002); in copula variates:
Christoffersen, Errunza, Jacobs, Langlois, Review of Financial Studies 25 (2012).
"""

from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import Dcc, Float1D, Float2D, Int1D
from stresskit.model.elliptical import chi_square_scales
from stresskit.model.memory import advance, begin
from stresskit.numerics.correlation import is_correlation
from stresskit.numerics.elementary import fma, inverse_sqrt, sqrt
from stresskit.numerics.jit import allocating, implements, part
from stresskit.numerics.lanes import ROW, WIDTH, put, spread, take
from stresskit.numerics.normals import normal_rows
from stresskit.numerics.packed import at_row, factorise, pack, solve, triangle
from stresskit.numerics.philox import NORMALS
from stresskit.numerics.quantile_map import chi_square_scale

LEAST = 1e-8


class DccCopula(NamedTuple):
    """Packed triangles `level` = (1 - a - b) C and `start`; `used`: places whose variates are asked for.

    `news` is a times the variance that brings y to unit variance; `heavy`: Student-t of scale
    polynomial `scale` (16,), else Gaussian. `members` (m,), `target` (m, m), `strength`: the blend.
    `normals`: rows of these, in fours; `spare_rows`: rows of scratch.
    """

    level: Float1D
    start: Float1D
    news: float
    keep: float
    used: Int1D
    places: int
    heavy: bool
    scale: Float1D
    members: Int1D
    target: Float2D
    strength: float
    normals: int
    spare_rows: int

    @property
    def state_rows(self) -> int:
        """The packed Q of the coming step."""
        return self.level.size

    @property
    def shape(self) -> tuple[int, int]:
        """Rows of variates, and none of normals: a chunk's stand in the scratch."""
        return self.used.size, 0

    @property
    def spare_size(self) -> int:
        """Numbers of scratch: `spare_rows` rows of a chunk of paths."""
        return self.spare_rows * ROW


def build_dcc(dependence: Dcc, used: Int1D) -> DccCopula:
    """Arrays for the kernel; `used` are the sorted places of the simulated assets.

    Raises
    ------
    ValueError
        If a matrix is not finite and positive definite, a or b is negative or a + b not below 1, the
        degrees of freedom are not above 2, or the blend's target is no correlation matrix.
    """
    _refuse_impossible(dependence)
    places, heavy = int(used[-1]) + 1, bool(np.isfinite(dependence.nu))
    normals = -(-places // 4) * 4
    level = dependence.correlation[:places, :places]
    start = level if dependence.start is None else dependence.start[:places, :places]
    members, target, strength = _blend(dependence, places)
    return DccCopula(
        level=(1.0 - dependence.a - dependence.b) * pack(level),
        start=pack(start),
        news=dependence.a * ((dependence.nu - 2.0) / dependence.nu if heavy else 1.0),
        keep=float(dependence.b),
        used=used.copy(),
        places=places,
        heavy=heavy,
        scale=chi_square_scale(dependence.nu) if heavy else np.zeros(16),
        members=members,
        target=target,
        strength=strength,
        normals=normals,
        spare_rows=2 * triangle(places) + 4 * places + normals,
    )


def _blend(dependence: Dcc, places: int) -> tuple[Int1D, Float2D, float]:
    """Members up to the last used place, their target and the strength; nobody at strength 0."""
    change = dependence.blend
    if change is None or change.idle:
        return np.zeros(0, dtype=np.int64), np.zeros((0, 0)), 0.0
    if not is_correlation(change.target):
        raise ValueError("a blend toward a correlation matrix")
    reach = int((change.members < places).sum())
    return change.members[:reach].copy(), change.target[:reach, :reach].copy(), float(change.strength)


def _refuse_impossible(dependence: Dcc) -> None:
    a, b, nu = dependence.a, dependence.b, dependence.nu
    if not (a >= 0.0 and b >= 0.0 and a + b < 1.0):
        raise ValueError(f"a and b not below 0 and a + b below 1, got {a} and {b}")
    if not nu > 2:
        raise ValueError(f"a copula of more than 2 degrees of freedom, got {nu}")
    for matrix in (dependence.correlation, dependence.start):
        if matrix is None:
            continue
        if not np.isfinite(matrix).all():
            raise ValueError("a matrix of finite numbers")
        if not np.allclose(matrix, matrix.T, rtol=0, atol=1e-12) or np.linalg.eigvalsh(matrix)[0] < LEAST:
            raise ValueError("a symmetric positive definite matrix")


@allocating
def chunk_of(flat: Any, rows: Any, first: Any, count: Any) -> Any:
    """Rows (rows, count) of the paths from `first` on: a chunk's lie together, so they stay in the cache."""
    return flat[rows * first : rows * (first + count)].reshape(rows, count)


@part
def copy_rows(source: Any, target: Any) -> None:
    """Copy `source` (rows, paths) into `target`, up to the last path that both have."""
    for i in range(target.shape[0]):
        for b in range(min(source.shape[1], target.shape[1])):
            target[i, b] = source[i, b]


@part
def give(used: Any, x: Any, first: Any, y: Any) -> None:
    """Copy the `used` rows of x (places, `ROW`) to the paths from `first` on of y (used, paths)."""
    for k in range(used.size):
        own, row = x[used[k]], y[k, first : first + ROW]
        for b in range(row.size):
            row[b] = own[b]


@part
def standardize(q: Any, w: Any, first: Any, x: Any) -> None:
    """Scale x (places, `ROW`) of covariance Q to unit diagonal, times w (paths,) from `first` on."""
    scale = w[first : first + ROW]
    for i in range(x.shape[0]):
        d = at_row(i, i)
        for b in range(scale.size):
            x[i, b] *= inverse_sqrt(q[d, b]) * scale[b]


@part
def learn(copula: Any, q: Any, x: Any) -> None:
    """Move Q (triangle, `ROW`) on after the variates x (places, `ROW`)."""
    keep = spread(copula.keep)
    for i in range(x.shape[0]):
        t = at_row(i, 0)
        for b in range(0, ROW, WIDTH):
            news = spread(copula.news) * take(x, i, b)
            for j in range(i + 1):
                kept = fma(keep, take(q, t + j, b), spread(copula.level[t + j]))
                put(q, t + j, b, fma(news, take(x, j, b), kept))


@part
def members_normals(copula: Any, q: Any, x: Any, c: Any, inverse: Any, u: Any, spill: Any) -> None:
    """Fill u (members, paths) with ``C^-1 y``, C C' the members' part of Q and y at its variance."""
    for i in range(u.shape[0]):
        p = copula.members[i]
        for b in range(u.shape[1]):
            u[i, b] = x[p, b] * sqrt(q[at_row(p, p), b])
        for j in range(i + 1):
            t, o = at_row(i, j), at_row(p, copula.members[j])
            for b in range(u.shape[1]):
                c[t, b] = q[o, b]
    factorise(c, c, inverse, u, spill)
    solve(c, inverse, u)


@part
def blended(copula: Any, q: Any, c: Any) -> None:
    """Fill c (triangle, paths) with the members' part of R, moved toward the target."""
    kept = 1.0 - copula.strength
    for i in range(copula.members.size):
        p = copula.members[i]
        for j in range(i + 1):
            o = copula.members[j]
            t, e, one, two = at_row(i, j), at_row(p, o), at_row(p, p), at_row(o, o)
            there = copula.strength * copula.target[i, j]
            for b in range(c.shape[1]):
                c[t, b] = fma(kept * q[e, b], inverse_sqrt(q[one, b] * q[two, b]), there)


@part
def bend(copula: Any, q: Any, x: Any, c: Any, inverse: Any, u: Any, bent: Any) -> None:
    """Overwrite the members' rows of the variates x (places, paths) by ``S C^-1 y``."""
    members_normals(copula, q, x, c, inverse, u, bent)
    blended(copula, q, c)
    factorise(c, c, inverse, u, bent)
    for i in range(u.shape[0]):
        p = copula.members[i]
        for b in range(u.shape[1]):
            x[p, b] = bent[i, b]


@part
def step_chunk(copula: Any, q: Any, spare: Any, first: Any, w: Any, y: Any) -> None:
    """Variates of the paths from `first` on, whose normals are the last rows of `spare`; Q moves on."""
    places, rows, m = copula.places, q.shape[0], copula.members.size
    c, rest = spare[:rows], spare[rows:]
    inverse, x, kept = rest[:places], rest[places : 2 * places], rest[2 * places : 3 * places]
    bent, z = rest[3 * places : 4 * places], rest[4 * places :]
    factorise(q, c, inverse, z, x)
    standardize(q, w, first, x)
    if m:
        copy_rows(x, kept)
        bend(copula, q, x, c[: triangle(m)], inverse[:m], z[:m], bent[:m])
        give(copula.used, x, first, y)
        learn(copula, q, kept)
    else:
        give(copula.used, x, first, y)
        learn(copula, q, x)


@implements(begin, DccCopula, allocates=True)
def _begin(copula: Any, key: Any, path: Any, state: Any) -> None:
    rows, flat = state.shape[0], state.reshape(state.size)
    for first in range(0, state.shape[1], ROW):
        q = chunk_of(flat, rows, first, min(ROW, state.shape[1] - first))
        for r in range(rows):
            q[r, :] = copula.start[r]


@implements(advance, DccCopula, allocates=True)
def _advance(copula: Any, key: Any, path: Any, step: Any, state: Any, work: Any) -> None:
    if copula.heavy:
        chi_square_scales(copula.scale, key, path, step, work.words, work.w)
    else:
        for b in range(work.w.size):
            work.w[b] = 1.0
    rows, flat, words = state.shape[0], state.reshape(state.size), work.words.reshape(work.words.size)
    spare = work.spare.reshape(copula.spare_rows, ROW)
    z = spare[copula.spare_rows - copula.normals :]
    for first in range(0, state.shape[1], ROW):
        count = min(ROW, state.shape[1] - first)
        few = chunk_of(words, 4, 0, count)
        normal_rows(key, path + first, step, NORMALS, copula.places, few, z)
        own = chunk_of(flat, rows, first, count)
        if count == ROW:
            step_chunk(copula, own, spare[rows:], first, work.w, work.y)
        else:
            copy_rows(own, spare[:rows])
            step_chunk(copula, spare[:rows], spare[rows:], first, work.w, work.y)
            copy_rows(spare[:rows], own)
