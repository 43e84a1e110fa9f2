"""Importance sampling: every other path is drawn with its normals moved toward the book's loss.

The odd paths' independent normals z get the mean ``theta = -(c / sqrt(steps)) u`` at every step, u the
unit vector along which the book's value rises, ``L' D e``: e the net exposures, D the volatilities at
the start, L the factor of the correlation in force. Over the horizon the normals along u then have the
mean -c standard deviations. The even paths are drawn as ever, so that the likelihood ratio of a path is
``1 / (1/2 + exp(sum(theta'z - theta'theta / 2)) / 2)``: never above 2, whatever theta is.

c is fixed in advance at 2, the 97.7 % loss of a normal book, amid the levels that are reported. The
chi-squares of a t copula and the uniforms of the bridge are not moved, so that the ratio is that of the
normals alone. It is exact for copulas whose normals pass one fixed factor: Gaussian, Student-t, grouped t.

Source: Hesterberg, "Weighted average importance sampling and defensive mixture distributions",
Technometrics 37 (1995); Glasserman, Heidelberger, Shahabuddin, Management Science 46 (2000), for the
direction.
"""

import math
from typing import Any

import numpy as np

from stresskit.domain import Float1D, Float2D
from stresskit.numerics.jit import part
from stresskit.numerics.normals import number

DEVIATIONS = 2.0
NO_TILT = np.zeros((2, 0))


def tilt_toward_loss(correlation: Float2D, deviation: Float1D, exposure: Float1D, steps: int) -> Float2D:
    """What to add to the correlated normals ``y = L z`` (2, rows): the shift, and the a of ``theta'z = a'y``.

    `correlation` (assets, assets), `deviation` and `exposure` (assets,) are those of the simulated
    assets; the rows are padded to fours.

    Raises
    ------
    ValueError
        If the book has no risk to move along.
    """
    risk = (deviation * exposure).tolist()
    across = [math.fsum(r * x for r, x in zip(row, risk, strict=True)) for row in correlation.tolist()]
    square = math.fsum(x * y for x, y in zip(risk, across, strict=True))
    if not square > 1e-12 * math.fsum(x * x for x in risk):
        raise ValueError("a book whose net exposures have a direction of loss")
    size = -DEVIATIONS / math.sqrt(steps * square)
    tilt = np.zeros((2, -(-len(risk) // 4) * 4))
    tilt[0, : len(risk)] = [size * x for x in across]
    tilt[1, : len(risk)] = [size * x for x in risk]
    return tilt


@part
def lean(tilt: Any, path: Any, y: Any, ratio: Any) -> None:
    """Move y (rows, paths) of the odd paths; add the step's log likelihood ratio to `ratio` (paths,)."""
    for k in range(tilt.shape[1]):
        shift, score, row = tilt[0, k], tilt[1, k], y[k]
        for b in range(row.size):
            row[b] += shift * float(np.int64(number(path, b)) & 1)
            ratio[b] += score * (row[b] - 0.5 * shift)


def path_weights(ratio: Float1D) -> Float1D:
    """Weights (paths,) of the summed log likelihood ratios; exactly 1 where nothing was moved."""
    return np.asarray(1.0 / (0.5 + 0.5 * np.exp(np.minimum(ratio, 700.0))))
