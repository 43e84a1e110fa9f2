"""How much of a book's value at risk and expected shortfall each leg, or each risk factor, carries.

Both figures are linear in the losses once the paths are ranked by the loss of the whole: ES averages the
paths of the tail, the Harrell-Davis VaR those around the quantile. Averaging each leg's own losses over
the same paths with the same shares gives Euler contributions, which add up to the total: an estimate of
``E[X_i | L beyond the quantile]`` and of ``E[X_i | L at the quantile]``.

Beside them: *marginal*, the contribution per dollar of exposure, which is the derivative of the figure;
*incremental*, by how much the figure falls when the leg is closed; *stand-alone*, the figure of the leg by
itself; and the *diversification benefit*, the sum of the stand-alone figures less the total.

Intervals: an ES contribution by its influence function, ``(X_i - m_i) 1(L > q) / (1 - a)`` about its mean,
m_i being the VaR contribution; a VaR contribution by the error of the quantile, times the slope of X_i on
L near it, and by what is left of X_i around that line, averaged over the paths that count.

Source: Tasche (1999), "Risk contributions and performance measurement"; Tasche (2002), Journal of
Banking & Finance 26, 1519-1533; Epperlein and Smillie (2006), Risk 19(8), 70-74 on VaR.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from stresskit.domain import Estimate, Float1D, Float2D
from stresskit.measure.batch_means import tail_average
from stresskit.measure.figure import Z95
from stresskit.measure.harrell_davis import harrell_davis_shares, reach
from stresskit.measure.ordered import Ordered, upper_parts
from stresskit.measure.pieces import Pieces, Sample, in_pieces
from stresskit.measure.tail import observations_needed
from stresskit.measure.weighted import effective_paths


class Shares(NamedTuple):
    """Of one figure: its `total`, what each leg contributes, and what the leg is by itself and to the rest.

    `components` add up to `total`; `standalone` and `incremental` are (legs,); `diversification` is the
    sum of `standalone` less `total`.
    """

    total: float
    components: tuple[Estimate, ...]
    standalone: Float1D
    incremental: Float1D
    diversification: float


Pair = tuple[Shares, Shares]
"""Of the VaR, and of the ES."""


def contributions(losses: Float2D, level: float, weight: Float1D | None = None) -> tuple[Shares, Shares]:
    """Contributions to the Harrell-Davis VaR and to the ES at `level`.

    Parameters
    ----------
    losses : array (paths, legs), USD
        Losses are positive. A leg may be a position, or all that hangs on one risk factor.
    level : float
        At least 0.5 and below 1.
    weight : array (paths,), optional
        Importance weights.

    Returns
    -------
    Shares of the VaR, Shares of the ES.

    Raises
    ------
    ValueError
        If there is no leg, fewer paths than the level needs, a loss that is not finite, or another
        argument is out of range.
    """
    if losses.ndim != 2 or not losses.shape[1]:
        raise ValueError(f"losses (paths, legs) of one leg or more, not an array of shape {losses.shape}")
    if not np.isfinite(losses).all():
        raise ValueError("the sample holds a loss that is not finite")
    found = divided(losses.sum(axis=1), lambda i: losses[:, i], losses.shape[1], [level], weight)[level]
    if isinstance(found, str):
        raise ValueError(found)
    return found


def divided(
    whole: Sample,
    leg: Callable[[int], Sample],
    legs: int,
    levels: Sequence[float],
    weight: Float1D | None = None,
) -> dict[float, Pair | str]:
    """The same at several levels, with the losses of each leg (paths,) read one at a time, from `leg`.

    They add up to `whole`. Where there are fewer paths than a level needs a text says so.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    worth = len(whole) if weight is None else effective_paths(weight)
    least = {a: a - reach(max(worth, 1.0), a) - 2.0 / max(len(whole), 1) for a in levels}
    samples = upper_parts(whole, least, weight, placed=True)
    found: dict[float, Pair | str] = {a: _few(sample, a) for a, sample in samples.items()}
    asked = {a: least[a] for a in levels if not found[a]}
    if asked:
        order = samples[min(asked)].order
        assert order is not None
        own, alone, rest = [], [], []
        for i in range(legs):
            losses = in_pieces(leg(i))
            own.append(losses.read(order))
            alone.append(_figures(losses, asked, weight))
            rest.append(_figures(_less(in_pieces(whole), losses), asked, weight))
        table, sides = np.column_stack(own), (np.array(alone), np.array(rest))
        for k, a in enumerate(asked):
            one, others = (side[:, k].T for side in sides)
            found[a] = _pair(samples[a], table[-samples[a].losses.size :], one, others, a)
    return found


def _few(sample: Ordered, level: float) -> str:
    """Why a sample is too small for the level; empty if it is not."""
    needed = observations_needed(level)
    few = sample.worth < needed
    return f"at least {needed} paths for level {level:g}, not {sample.worth:.0f}" if few else ""


def _pair(sample: Ordered, tail: Float2D, alone: Float2D, rest: Float2D, level: float) -> Pair:
    """From the losses of each leg (kept, legs), and VaR and ES (2, legs) of each leg and of all others."""
    at_quantile = _quantile_components(sample, tail, level)
    in_tail = _tail_components(sample, tail, level, np.array([found.value for found in at_quantile]))
    totals = _both(sample, level)
    var, es = (
        Shares(total, parts, alone[row], total - rest[row], float(alone[row].sum()) - total)
        for row, (total, parts) in enumerate(zip(totals, (at_quantile, in_tail), strict=True))
    )
    return var, es


def _figures(loss: Pieces, least: Mapping[float, float], weight: Float1D | None) -> list[tuple[float, float]]:
    """VaR and ES at each level."""
    return [_both(sample, level) for level, sample in upper_parts(loss, least, weight).items()]


def _less(whole: Pieces, part: Pieces) -> Pieces:
    return Pieces(len(whole), lambda some: whole.read(some) - part.read(some))


def marginal(shares: Shares, exposure: Float1D) -> Float1D:
    """Contribution of each leg per dollar of its signed exposure (legs,): the slope of the figure.

    Raises
    ------
    ValueError
        If a leg has no exposure.
    """
    if not np.all(exposure):
        raise ValueError("a marginal figure of legs that have an exposure")
    return np.array([found.value for found in shares.components]) / exposure


def smooth_quantile(sample: Ordered, level: float) -> float:
    """Harrell-Davis quantile of a sorted sample."""
    start, share = harrell_davis_shares(sample, level)
    return float(share @ sample.losses[start : start + share.size])


def _both(sample: Ordered, level: float) -> tuple[float, float]:
    """Harrell-Davis VaR and ES."""
    return smooth_quantile(sample, level), tail_average(sample, level)


def _quantile_components(sample: Ordered, legs: Float2D, level: float) -> tuple[Estimate, ...]:
    start, share = harrell_davis_shares(sample, level)
    near = legs[start : start + share.size]
    whole = sample.losses[start : start + share.size]
    share = _evened(share, whole)
    value = share @ near
    away, spread = near - value, whole - float(share @ whole)
    variance = float(share @ spread**2)
    slope = (share * spread) @ away / variance if variance > 0 else np.zeros(legs.shape[1])
    around = share @ (away - np.outer(spread, slope)) ** 2
    return _estimates(value, np.sqrt(slope**2 * variance + around * float(share @ share)))


def _tail_components(
    sample: Ordered, legs: Float2D, level: float, at_quantile: Float1D
) -> tuple[Estimate, ...]:
    beyond, level_with = sample.losses > sample.quantile, sample.losses == sample.quantile
    share = np.where(beyond, sample.masses / (1 - level), 0.0)
    left = 1.0 - float(share.sum())  # those level with the quantile enter by what is left, alike
    share[level_with] += left * sample.masses[level_with] / sample.masses[level_with].sum()
    pull = np.where(beyond[:, None], legs - at_quantile, 0.0)
    centre = sample.masses @ pull
    spread = sample.masses**2 @ (pull - centre) ** 2 + sample.below_square * centre**2
    return _estimates(share @ legs, np.sqrt(spread) / (1 - level))


def _evened(share: Float1D, losses: Float1D) -> Float1D:
    """The shares of losses (some,), equal ones alike: their order says nothing."""
    group = np.concatenate(([0], np.cumsum(np.diff(losses) > 0)))
    found: Float1D = (np.bincount(group, share) / np.bincount(group))[group]
    return found


def _estimates(value: Float1D, error: Float1D) -> tuple[Estimate, ...]:
    pairs = zip(value.tolist(), (Z95 * error).tolist(), strict=True)
    return tuple(Estimate(v, v - half, v + half) for v, half in pairs)
