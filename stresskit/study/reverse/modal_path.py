"""The modal one of the liquidated paths: where they are densest.

The mean of several ways to die is a way that nobody dies. Each path is described by its log marks a day
before the first forced closing and at it, and by the logarithm of the time until then; the descriptions are
taken to their principal components (the first six, each of unit variance), and the path of the highest
Gaussian kernel density among them is the modal one. It is a path of the simulation: `stresskit replay` shows
it. The density of a whole path would not do: it is decided by the many steps that have nothing to do with
the end.

Bandwidth: Scott, "Multivariate Density Estimation" (1992), ``n^(-1 / (d + 4))``; n the effective number of
weighted paths.
"""

import numpy as np

from stresskit.domain import Float1D, Float2D, Int1D

COMPONENTS = 6
MOST = 4000  # paths that are compared, the first ones
NEGLIGIBLE = 1e-9  # of the largest variance: a component of no width tells nothing


def describe(before: Float2D, at: Float2D, steps: Int1D) -> Float2D:
    """One row a path (paths, 2 assets + 1): log marks (assets, paths) at two times, and log time."""
    return np.concatenate([np.log(before), np.log(at), np.log(steps)[None]]).T


def most_typical(rows: Float2D, weight: Float1D) -> int:
    """Place of the row (paths, features) of the highest kernel density; the first of equal ones."""
    rows, weight = rows[:MOST], weight[:MOST]
    points = _standardized(rows, weight)
    if not points.shape[1]:
        return 0
    effective = float(weight.sum() ** 2 / np.sum(weight**2))
    width = effective ** (-1.0 / (points.shape[1] + 4))
    return int(np.argmax(_densities(points / width, weight)))


def _standardized(rows: Float2D, weight: Float1D) -> Float2D:
    """Principal components (paths, components) of unit variance."""
    centred = rows - np.average(rows, axis=0, weights=weight)
    covariance = (centred * weight[:, None]).T @ centred / weight.sum()
    values, vectors = np.linalg.eigh(covariance)
    order = np.argsort(values)[::-1][:COMPONENTS]
    kept = order[values[order] > NEGLIGIBLE * max(float(values.max()), 1e-300)]
    found: Float2D = centred @ vectors[:, kept] / np.sqrt(values[kept])
    return found


def _densities(points: Float2D, weight: Float1D) -> Float1D:
    """Kernel density at every point, but for a factor; weights are those of the other paths."""
    squares = np.sum(points**2, axis=1)
    found = np.empty(len(points))
    for first in range(0, len(points), 500):
        part = points[first : first + 500]
        apart = squares[first : first + 500, None] + squares[None] - 2.0 * part @ points.T
        found[first : first + 500] = np.exp(-0.5 * np.maximum(apart, 0.0)) @ weight
    return found
