"""Between two steps: a Brownian bridge on each life's excess X = equity - maintenance.

Given X0 > 0 and X1 > 0 at the ends of a step, X touches zero in between with probability
``exp(-2 X0 X1 / v)``. v = w' Sigma w is the variance of X over the step: w is the gradient of X in
the returns at the step's start, the slope of the requirement included, and Sigma the path's own
stressed conditional covariance, ``m^2 D R D`` with the variances h of the step on the diagonal of
D^2, R the copula's correlation and m the volatility multiplier. One uniform a path and step decides
for all lives alike.

Exact for normal steps and an excess linear in the returns. A convention otherwise: the step is
bridged as if it were normal with the path's conditional covariance, also under a t copula and fat
tails, and where the excess bends, the returns move on along Sigma w until X is zero.

Where an account crosses is in `crossing`, what rules a crossing out beforehand in `reach`.

Source: Broadie, Glasserman, Kou, Mathematical Finance 7 (1997); Glasserman, "Monte Carlo Methods in
Financial Engineering" (2003), section 6.4; Karatzas, Shreve, "Brownian Motion and Stochastic
Calculus", 2.8 for the density of the first passage.
"""

from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import Float2D, Int1D
from stresskit.numerics.elementary import LN2, log2, sqrt
from stresskit.numerics.jit import inline, part
from stresskit.numerics.philox import BRIDGE, HALF, LOW, philox
from stresskit.simulate.wallet import wallet_value

ROUNDING = 1e-9  # room for rounding, so that "certainly no crossing" stays certain


class Bridge(NamedTuple):
    """What the bridge of a tile must know besides the tile.

    `marks`, `variance` (assets, paths) and `multiplier` are as they stood before the tile's first
    step; `correlation` (assets, assets) holds over the tile; `key` is the seed and `number` (paths,) the
    paths' own numbers. `blind` is 1 where nobody looks between steps.
    """

    marks: Float2D
    variance: Float2D
    multiplier: float
    correlation: Float2D
    key: int
    number: Int1D
    blind: float = 0.0


@inline
def before(bridge: Any, tile: Any, s: Any) -> Any:
    """Marks, variances (assets, paths) and multiplier at the start of step `s` of the tile."""
    if s > 0:
        return tile.marks[s - 1], tile.variance[s - 1], tile.multiplier
    return bridge.marks, bridge.variance, bridge.multiplier


@inline
def depth(key: Any, path: Any, index: Any) -> Any:
    """``-log(U) / 2`` of a path at step `index`: X crosses where X0 X1 <= v * depth."""
    seed = np.uint64(key)
    word = philox(np.uint64(path), np.uint64(index), BRIDGE, np.uint64(0), seed & LOW, seed >> HALF)[0]
    return -0.5 * LN2 * log2((float(np.int64(word)) + 0.5) * 2.0**-32)


@part
def worth(book: Any, cash: Any, view: Any) -> Any:
    """Equity at the view."""
    equity = cash
    for p in range(book.asset.size):
        equity += view.quantity[p] * view.marks[book.asset[p]]
    return equity + wallet_value(book.wallet, view.marks)


@part
def pull(book: Any, view: Any, breakdown: Any, marks: Any, out: Any) -> None:
    """Fill out (assets,) with the gradient of the excess in the returns from `marks` (assets,)."""
    out[:] = 0.0
    for p in range(book.asset.size):
        out[book.asset[p]] += view.quantity[p]
    for c in range(book.wallet.asset.size):
        out[book.wallet.asset[c]] += book.wallet.value[c]
    for i in range(out.size):
        out[i] = marks[i] * (out[i] - breakdown.drift[i] / view.marks[i])


@part
def step_variance(correlation: Any, variance: Any, multiplier: Any, w: Any, out: Any, root: Any) -> Any:
    """Fill out (assets,) with Sigma w; return w' Sigma w. `root` (assets,) is scratch."""
    for j in range(w.size):
        root[j] = sqrt(variance[j])
        out[j] = 0.0
    for j in range(w.size):  # the sums run side by side: none waits for its last addition
        for i in range(w.size):
            out[i] += correlation[i, j] * root[j] * w[j]
    total = 0.0
    for i in range(w.size):
        out[i] = multiplier * multiplier * root[i] * out[i]
        total += w[i] * out[i]
    return total
