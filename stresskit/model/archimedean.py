"""Clayton and Gumbel copulas, and their survival forms, by a common frailty.

``u_i = psi(E_i / V)``: E_i independent exponentials, V one frailty a path and step whose Laplace
transform is psi. Clayton: ``psi(t) = (1 + t)^(-1/theta)``, V gamma of shape 1/theta, joint falls.
Gumbel: ``psi(t) = exp(-t^(1/theta))``, V positive stable, joint rises. A survival form is the
copula of 1 - u. The variates are the normal scores of u. The words of an asset's exponential are
those that would make its normal, the frailty's those of the chi-square scale: a step draws either.

A level u is exact to 1e-9 of u and of 1 - u (its frailty is a table of the gamma quantile, or a
closed form), the score's tail probability to 1e-5 of itself (``numerics/levels.py``).

Sources: Marshall, Olkin, Journal of the American Statistical Association 83 (1988); Kanter, Annals
of Probability 3 (1975) on positive stable variables; Nelsen, "An Introduction to Copulas", 2006.
"""

from typing import Any, NamedTuple

import numpy as np
from scipy import special

from stresskit.domain import Archimedean, Float1D, Int1D
from stresskit.model.elliptical import variates
from stresskit.numerics.elementary import LN2, exp2, fma, log2, sixteen
from stresskit.numerics.jit import implements, inline, part
from stresskit.numerics.levels import ScoreMap, log1p, normal_score, score_map
from stresskit.numerics.normals import fill_words, pair_normals
from stresskit.numerics.philox import CHI_SQUARE, NORMALS
from stresskit.numerics.stable import log2_stable
from stresskit.numerics.table import Table, build_table, look_up

THETA = {"clayton": (0.01, 20.0), "gumbel": (1.001, 20.0)}
REACH = 6.8  # no normal is beyond it
CELLS = 1024


class ClaytonCopula(NamedTuple):
    """`asset` (assets,): places of the used assets; `sign`: -1 for the survival form.

    `frailty`: log2 of the gamma quantile of a normal's level.
    """

    asset: Int1D
    sign: float
    alpha: float
    frailty: Table
    score: ScoreMap


class GumbelCopula(NamedTuple):
    """As Clayton's; the frailty needs no table."""

    asset: Int1D
    sign: float
    alpha: float
    score: ScoreMap


def base_family(family: str) -> str:
    """``clayton`` or ``gumbel``, of either form."""
    return family.removeprefix("survival_")


def build_archimedean(dependence: Archimedean, used: Int1D) -> ClaytonCopula | GumbelCopula:
    """Arrays for the kernel; `used` are the sorted places of the simulated assets.

    Raises
    ------
    ValueError
        If the family is unknown or theta lies outside its range.
    """
    kind = base_family(dependence.family)
    if kind not in THETA:
        raise ValueError(f"an Archimedean family of {', '.join(THETA)} or its survival form")
    low, high = THETA[kind]
    if not low <= dependence.theta <= high:
        raise ValueError(f"theta of {dependence.family} from {low:g} to {high:g}, got {dependence.theta}")
    sign = -1.0 if dependence.family != kind else 1.0
    asset, alpha = np.array(used, dtype=np.int64), 1 / dependence.theta
    if kind == "gumbel":
        return GumbelCopula(asset, sign, alpha, score_map())
    frailty = build_table(lambda z: log2_gamma_quantile(alpha, z), -REACH, REACH, CELLS)
    return ClaytonCopula(asset, sign, alpha, frailty, score_map())


def log2_gamma_quantile(alpha: float, z: Float1D) -> Float1D:
    """log2 of the gamma quantile, of shape `alpha`, at the levels of the normals `z`."""
    lower = special.gammaincinv(alpha, special.ndtr(z))
    upper = special.gammainccinv(alpha, special.ndtr(-z))
    found: Float1D = np.log2(np.where(z < 0, lower, upper))
    return found


@inline
def exponential(word: Any) -> Any:
    """Minus the logarithm of a 32-bit word's uniform: from 1.2e-10 to 22.9."""
    return log2(fma(float(np.int64(word)), 2.0**-32, 2.0**-33)) * -LN2


@part
def fill_exponentials(asset: Any, key: Any, path: Any, step: Any, words: Any, y: Any) -> None:
    """Rows of y: an exponential for each of the places `asset`."""
    group = -1
    for k in range(asset.size):
        if asset[k] // 4 != group:
            group = asset[k] // 4
            fill_words(key, path, step, NORMALS, np.uint64(group), words)
        word, row = words[asset[k] % 4], y[k]
        for b in range(row.shape[0]):
            row[b] = exponential(word[b])


@part
def fill_scores(copula: Any, y: Any) -> None:
    """Turn rows of -ln u into signed normal scores."""
    c = sixteen(copula.score.map)
    slope, shift, sign = copula.score.slope, copula.score.shift, copula.sign
    for k in range(copula.asset.size):
        row = y[k]
        for b in range(row.shape[0]):
            row[b] = sign * normal_score(row[b], c, slope, shift)


@implements(variates, ClaytonCopula)
def _clayton(copula: Any, key: Any, path: Any, step: Any, work: Any) -> None:
    fill_words(key, path, step, CHI_SQUARE, np.uint64(0), work.words)
    pair_normals(work.words[0], work.words[1], work.x, work.w)
    w, x = work.w, work.x
    for b in range(w.shape[0]):
        w[b] = look_up(copula.frailty, x[b])
    for b in range(w.shape[0]):
        w[b] = exp2(-w[b])
    fill_exponentials(copula.asset, key, path, step, work.words, work.y)
    for k in range(copula.asset.size):
        row = work.y[k]
        for b in range(row.shape[0]):
            row[b] = log1p(row[b] * w[b]) * copula.alpha
    fill_scores(copula, work.y)


@implements(variates, GumbelCopula)
def _gumbel(copula: Any, key: Any, path: Any, step: Any, work: Any) -> None:
    fill_words(key, path, step, CHI_SQUARE, np.uint64(0), work.words)
    w, place, wait = work.w, work.words[0], work.words[1]
    for b in range(w.shape[0]):
        w[b] = log2_stable(copula.alpha, place[b], exponential(wait[b]))
    fill_exponentials(copula.asset, key, path, step, work.words, work.y)
    for k in range(copula.asset.size):
        row = work.y[k]
        for b in range(row.shape[0]):
            row[b] = exp2(fma(log2(row[b]), copula.alpha, -w[b]))
    fill_scores(copula, work.y)
