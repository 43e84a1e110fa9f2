"""Refitting ten assets over windows that move by a step: warm starts against a plain loop over arch.

The returns are simulated GJR-GARCH with Student-t innovations, so that nothing must be shipped. Both sides
fit the same model to the same windows of 1,000 returns; arch fits freely from its own starting values, as a
loop that knows nothing of the window before does. `likelihood` is the mean difference, a return, of the
log-likelihood that is reached to arch's: a fast fit that stops early would stand out. It is a little below
zero because variance targeting gives up freedom.
"""

import time

import numpy as np

from benchmarks.measure import Timed, rounds_of, summary
from stresskit.domain import Float1D, Float2D
from stresskit.model.fit_box import Parameters
from stresskit.model.fit_likelihood import Likelihood
from stresskit.model.refit import refit

ASSETS, WINDOW = 10, 1000
LONGEST = 250.0  # longest half-life of the variance, in steps
ALPHA, LEVERAGE, BETA, FREEDOM, DEVIATION = 0.05, 0.06, 0.88, 5.0, 0.03
PERCENT = 100.0


def simulated(steps: int, seed: int = 1) -> Float2D:
    """Simple returns (assets, steps)."""
    rng = np.random.default_rng(seed)
    shocks = rng.standard_t(FREEDOM, (ASSETS, steps)) * np.sqrt((FREEDOM - 2) / FREEDOM)
    omega = DEVIATION**2 * (1 - ALPHA - LEVERAGE / 2 - BETA)
    variance, found = np.full(ASSETS, DEVIATION**2), np.empty((ASSETS, steps))
    for t in range(steps):
        found[:, t] = np.sqrt(variance) * shocks[:, t]
        news = ALPHA + LEVERAGE * (found[:, t] < 0.0)
        variance = omega + news * found[:, t] ** 2 + BETA * variance
    return np.maximum(found, -0.9)


def warm(returns: Float2D, windows: int) -> list[list[Parameters]]:
    """Every window's fit, by asset, each begun where the one before ended."""
    found = []
    for row in returns:
        last, mine = None, []
        for k in range(windows):
            last = refit(row[k : k + WINDOW], "gjr_garch", "student_t", LONGEST, last)
            mine.append(last)
        found.append(mine)
    return found


def plain(returns: Float2D, windows: int) -> list[list[Float1D]]:
    """The same by arch: omega, alpha, gamma, beta and degrees of freedom of returns in percent."""
    from arch import arch_model

    def one(window: Float1D) -> Float1D:
        model = arch_model(PERCENT * window, mean="Zero", vol="GARCH", p=1, o=1, q=1, dist="t")
        found: Float1D = np.asarray(model.fit(disp="off", show_warning=False).params)
        return found

    return [[one(row[k : k + WINDOW]) for k in range(windows)] for row in returns]


def _reached(window: Float1D, parameters: Parameters) -> float:
    scaled = PERCENT * window
    return float(Likelihood(scaled, float(np.mean(scaled**2)), "gjr_garch").value(parameters))


def _of_arch(window: Float1D, found: Float1D) -> float:
    """Log-likelihood at arch's parameters by arch's own filter."""
    from arch import arch_model

    model = arch_model(PERCENT * window, mean="Zero", vol="GARCH", p=1, o=1, q=1, dist="t")
    return float(model.fix(found).loglikelihood)


def compare_refits(windows: int, rounds: int) -> dict[str, dict[str, float]]:
    """Windows of ten assets a second (in millions, as every rate), the ratio to arch, and the likelihood."""
    returns = simulated(WINDOW + windows - 1)
    ours, theirs = warm(returns, windows), plain(returns, windows)
    gaps = [
        (_reached(row[k : k + WINDOW], ours[a][k]) - _of_arch(row[k : k + WINDOW], theirs[a][k])) / WINDOW
        for a, row in enumerate(returns)
        for k in range(windows)
    ]
    timed = {
        "warm starts": Timed(lambda: warm(returns, windows), float(windows)),
        "arch, a plain loop": Timed(lambda: plain(returns, windows), float(windows)),
    }
    found = summary(rounds_of(timed, rounds, time.process_time), "arch, a plain loop")
    rows = {name: {"windows/s": one["rate"] * 1e6, "ratio": one["ratio"]} for name, one in found.items()}
    rows["warm starts"]["likelihood"] = float(np.mean(gaps))
    return rows
