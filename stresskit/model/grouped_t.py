"""Grouped t copula: ``y = w_g L z``, a chi-square scale of its own for each group of assets.

The scales ``w_g = sqrt(nu_g / G_g^-1(Phi(x)))``, G_g the chi-square law of nu_g degrees of freedom,
are driven by one normal x a path and step, so that they rise together: groups keep a joint tail,
and equal degrees of freedom give the Student-t copula itself, draw by draw.

Source: Daul, De Giorgi, Lindskog, McNeil, "The grouped t-copula with an application to credit
risk", Risk 16 (2003).
"""

from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import Float2D, GroupedT, Int1D
from stresskit.model.elliptical import correlated_normals, used_factor, variates
from stresskit.model.tilt import NO_TILT, lean
from stresskit.numerics.elementary import exp2, polynomial16, sixteen
from stresskit.numerics.jit import implements, part
from stresskit.numerics.normals import fill_pair, single_normals
from stresskit.numerics.philox import CHI_SQUARE
from stresskit.numerics.quantile_map import chi_square_scale


class GroupedTCopula(NamedTuple):
    """`factor` as the Gaussian's; `scale` (groups, 16); the rows of `scale` by asset, `group` (assets,).

    `tilt`: see `tilt.py`.
    """

    factor: Float2D
    scale: Float2D
    group: Int1D
    tilt: Float2D = NO_TILT


def checked_groups(dependence: GroupedT) -> GroupedT:
    """The same, once it is sound.

    Raises
    ------
    ValueError
        If the assets' groups are not places in `nu`, or a group has no finite number above 2.
    """
    group, nu = np.asarray(dependence.group), np.asarray(dependence.nu, dtype=np.float64)
    if group.shape != dependence.correlation.shape[:1] or not np.isin(group, np.arange(nu.size)).all():
        raise ValueError(f"a group from 0 to {nu.size - 1} for each asset, got {group.tolist()}")
    if not np.all((nu > 2) & np.isfinite(nu)):
        raise ValueError(f"finite degrees of freedom above 2 for each group, got {nu.tolist()}")
    return dependence


def build_grouped_t(dependence: GroupedT, used: Int1D) -> GroupedTCopula:
    """Arrays for the kernel; only the groups of the `used` assets are drawn.

    Raises
    ------
    ValueError
        If the correlation, the groups or the degrees of freedom are impossible.
    """
    checked_groups(dependence)
    held, group = np.unique(dependence.group[used], return_inverse=True)
    scale = np.array([chi_square_scale(float(nu)) for nu in dependence.nu[held]])
    return GroupedTCopula(used_factor(dependence.correlation, used), scale, group.astype(np.int64))


@part
def scale_groups(copula: Any, x: Any, w: Any, y: Any) -> None:
    """Multiply the rows of y by their groups' scales, which the normals x (paths,) make."""
    for g in range(copula.scale.shape[0]):
        c = sixteen(copula.scale[g])
        for b in range(w.shape[0]):
            w[b] = polynomial16(c, x[b])
        for b in range(w.shape[0]):
            w[b] = exp2(w[b])
        for k in range(copula.group.size):
            if copula.group[k] == g:
                row = y[k]
                for b in range(row.shape[0]):
                    row[b] *= w[b]


@implements(variates, GroupedTCopula)
def _grouped_t(copula: Any, key: Any, path: Any, step: Any, work: Any) -> None:
    correlated_normals(copula.factor, key, path, step, work)
    lean(copula.tilt, path, work.y, work.ratio)
    fill_pair(key, path, step, CHI_SQUARE, np.uint64(0), work.words)
    single_normals(work.words[0], work.words[1], work.x)
    scale_groups(copula, work.x, work.w, work.y)
