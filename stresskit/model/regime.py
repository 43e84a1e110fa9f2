"""Two-state Markov regime: calm and crisis, each with its own elliptical copula and volatility.

The state of a step is drawn from the state of the step before; returns are ``m sqrt(h) z`` with m of
the state. The long-run mean of m^2 is 1, so that the long-run variance stays the marginals'; their
recursion does not see m, the venue does: it observes m^2 h, m of the coming step.

Both states draw from the same words, and a crisis variate is mapped to the law of the calm ones, so
that one map to the innovations serves both.

Source: Hamilton, "Time Series Analysis", 1994, chapter 22.
"""

from typing import Any, NamedTuple

import numpy as np

from stresskit.domain import Float1D, Float2D, Int1D, Regime
from stresskit.model.elliptical import (
    StudentTCopula,
    build_elliptical,
    chi_square_scales,
    correlate4,
    last_used,
)
from stresskit.model.innovation_map import standardize
from stresskit.model.memory import advance, amplitude, begin, observe
from stresskit.numerics.elementary import exp2, fma, sixteen
from stresskit.numerics.jit import implements, part
from stresskit.numerics.normals import fill_words, normal_rows
from stresskit.numerics.philox import NORMALS, REGIME
from stresskit.numerics.quantile_map import innovation_map, map_reach, map_scale


class RegimeCopula(NamedTuple):
    """Factors and chi-square scales (16,) of both states, the map from crisis to calm variates.

    `factor` has the calm rows above those of the crisis. `size` (2,): multiplier of the returns;
    `begins`, `after_calm`, `after_crisis`: probabilities of a crisis.
    """

    factor: Float2D
    calm_scale: Float1D
    crisis_scale: Float1D
    map: Float1D
    inverse_scale: float
    reach: float
    size: Float1D
    begins: float
    after_calm: float
    after_crisis: float
    rows: int

    @property
    def state_rows(self) -> int:
        """Whether the coming step is in crisis, and the multiplier of the step drawn last."""
        return 2

    @property
    def amplitudes(self) -> bool:
        """A path has a multiplier of its own."""
        return True

    @property
    def shape(self) -> tuple[int, int]:
        """Rows of variates of both states, and of normals."""
        rows, columns = self.factor.shape
        return rows, columns


def build_regime(dependence: Regime, used: Int1D) -> RegimeCopula:
    """Arrays for the kernel; `used` are the sorted places of the simulated assets.

    Raises
    ------
    ValueError
        If a state's copula is impossible, the multiplier is not positive and finite, or a
        probability not between 0 and 1 (to stay: below 1).
    """
    share = crisis_share(dependence)
    begins = share if dependence.start_crisis is None else dependence.start_crisis
    if not 0.0 <= begins <= 1.0:
        raise ValueError(f"a probability of the crisis at the start from 0 to 1, got {begins}")
    if not 0.0 < dependence.multiplier < np.inf:
        raise ValueError(f"a multiplier above 0, got {dependence.multiplier}")
    calm, crisis = build_elliptical(dependence.calm, used), build_elliptical(dependence.crisis, used)
    size = 1.0 / np.sqrt(1.0 - share + share * dependence.multiplier**2)
    return RegimeCopula(
        factor=np.concatenate([calm.factor, crisis.factor]),
        calm_scale=_scale(calm),
        crisis_scale=_scale(crisis),
        map=_to_calm(dependence.calm.nu, dependence.crisis.nu),
        inverse_scale=1.0 / map_scale(dependence.crisis.nu),
        reach=map_reach(dependence.crisis.nu),
        size=np.array([size, size * dependence.multiplier]),
        begins=float(begins),
        after_calm=1.0 if dependence.forced else 1.0 - dependence.stay_calm,
        after_crisis=1.0 if dependence.forced else float(dependence.stay_crisis),
        rows=calm.factor.shape[0],
    )


def crisis_share(dependence: Regime) -> float:
    """Long-run share of the steps in crisis.

    Raises
    ------
    ValueError
        If a probability to stay is not at least 0 and below 1.
    """
    for stay in (dependence.stay_calm, dependence.stay_crisis):
        if not 0.0 <= stay < 1.0:
            raise ValueError(f"a probability to stay of at least 0 and below 1, got {stay}")
    out, back = 1.0 - dependence.stay_calm, 1.0 - dependence.stay_crisis
    return out / (out + back)


def _scale(copula: Any) -> Float1D:
    """Polynomial of the chi-square scale; zero, a scale of 1, for the Gaussian."""
    return copula.scale if isinstance(copula, StudentTCopula) else np.zeros(16)


def _to_calm(calm_nu: float, crisis_nu: float) -> Float1D:
    """Map of crisis variates to the law of calm ones; zero, no change, where they are the same."""
    if calm_nu == crisis_nu:
        return np.zeros(16)
    found = innovation_map(crisis_nu, calm_nu)
    if np.isfinite(calm_nu):
        found[0] += 0.5 * np.log2(calm_nu / (calm_nu - 2.0))
    return found


@part
def change_state(p_calm: Any, p_crisis: Any, key: Any, path: Any, step: Any, crisis: Any, words: Any) -> None:
    """Draw whether `step` is in crisis (1.0) from whether the step before was: `crisis` (paths,)."""
    fill_words(key, path, step, REGIME, np.uint64(0), words)
    for b in range(crisis.size):
        u = fma(float(np.int64(words[0, b])), 2.0**-32, 2.0**-33)
        crisis[b] = 1.0 if u < (p_crisis if crisis[b] == 1.0 else p_calm) else 0.0


@part
def scale_rows(y: Any, first: Any, rows: Any, w: Any) -> None:
    """Multiply `rows` rows of y from `first` on by w (paths,)."""
    for r in range(first, first + rows):
        own = y[r]
        for b in range(w.size):
            own[b] *= w[b]


@part
def choose(copula: Any, crisis: Any, y: Any, x: Any) -> None:
    """Overwrite the calm rows of y by the crisis ones, mapped to the calm law, where there is a crisis."""
    for r in range(copula.rows):
        own, other = y[r], y[copula.rows + r]
        standardize(other, sixteen(copula.map), copula.inverse_scale, copula.reach, x)
        for b in range(crisis.size):
            stressed = other[b] * exp2(x[b])
            own[b] = stressed if crisis[b] == 1.0 else own[b]


@implements(begin, RegimeCopula, allocates=True)
def _begin(copula: Any, key: Any, path: Any, state: Any) -> None:
    words = np.empty((4, state.shape[1]), dtype=np.uint32)
    state[:, :] = 0.0
    change_state(copula.begins, copula.begins, key, path, 0, state[0], words)


@implements(advance, RegimeCopula)
def _advance(copula: Any, key: Any, path: Any, step: Any, state: Any, work: Any) -> None:
    factor, crisis, last = copula.factor, state[0], state[1]
    normal_rows(key, path, step, NORMALS, last_used(factor), work.words, work.z)
    for row in range(0, factor.shape[0], 4):
        correlate4(factor, row, work.z, work.y)
    chi_square_scales(copula.calm_scale, key, path, step, work.words, work.w)
    scale_rows(work.y, 0, copula.rows, work.w)
    chi_square_scales(copula.crisis_scale, key, path, step, work.words, work.w)
    scale_rows(work.y, copula.rows, copula.rows, work.w)
    choose(copula, crisis, work.y, work.x)
    for b in range(last.size):
        last[b] = copula.size[1] if crisis[b] == 1.0 else copula.size[0]
    change_state(copula.after_calm, copula.after_crisis, key, path, step + 1, crisis, work.words)


@implements(amplitude, RegimeCopula)
def _amplitude(copula: Any, multiplier: Any, state: Any, scale: Any) -> Any:
    for b in range(scale.size):
        scale[b] = multiplier * state[1, b]
    return scale


@implements(observe, RegimeCopula)
def _observe(copula: Any, state: Any, variance: Any) -> None:
    crisis = state[0]
    for k in range(variance.shape[0]):
        seen = variance[k]
        for b in range(crisis.size):
            size = copula.size[1] if crisis[b] == 1.0 else copula.size[0]
            seen[b] *= size * size
