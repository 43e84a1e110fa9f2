"""Moments of the paths against closed forms, where the moments exist.

The shipped laws are given normal innovations and a Gaussian copula with their parameters kept, so
that sample variances settle. Golden moments of the sum test the kurtosis that a recursion makes.
"""

import numpy as np
import pytest

from stresskit.domain import Float1D, Float2D
from stresskit.model.forecast import expected_variances
from tests.golden_cases import golden
from tests.shipped import ASSETS, TEN_DAYS, draw, joint, made, normal_twin, shipped

SUM = golden("models.json", "garch_normal_moments")
SIZE = golden("models.json", "t_absolute_moment")
CHUNK = 2_000


def forecast(omega: Float1D, persistence: Float1D, first: Float1D, steps: int) -> Float2D:
    """Expected variance (steps, assets): ``E h' = omega + persistence E h``."""
    rows = [first]
    for _ in range(steps - 1):
        rows.append(omega + persistence * rows[-1])
    return np.array(rows)


def test_the_forecast_is_the_closed_form() -> None:
    """Variance of a sum of the golden GARCH(1,1), to rounding."""
    law = SUM["inputs"]
    marginals = made(omega=law["omega"], alpha=law["alpha"], beta=law["beta"])
    for horizon, moments in SUM["expected"].items():
        found = expected_variances(marginals, 0, law["first_variance"], int(horizon)).sum()
        assert found == pytest.approx(moments["variance"], rel=1e-12)


@pytest.mark.parametrize(("step", "paths"), [("1h", 300_000), ("1d", 1_000_000)])
def test_variance_is_the_closed_form_forecast(step: str, paths: int, figures: list[str]) -> None:
    """From twice the long-run variance: within 1 % over ten days, with a standard error well below it."""
    model, steps = normal_twin(shipped(step)), TEN_DAYS[step]
    m = model.marginals
    first = 2 * m.long_run_variance
    expected = forecast(m.omega, m.alpha + m.gamma / 2 + m.beta, first, steps).sum(axis=0)
    sums = []
    for path in range(0, paths, CHUNK):
        returns, _ = draw(model, steps, CHUNK, start=first, first=path)
        sums.append((returns**2).sum(axis=0).mean(axis=1))
    ratio = np.array(sums) / expected
    off, error = ratio.mean(axis=0) - 1, ratio.std(axis=0, ddof=1) / np.sqrt(len(ratio))
    worst = int(np.abs(off).argmax())
    figures.append(
        f"{step} variance against its forecast: {off[worst]:+.3%} ({ASSETS[worst]}), error {error[worst]:.3%}"
    )
    assert np.abs(off).max() < 0.01
    assert error.max() < 0.004


def test_variance_and_kurtosis_of_a_sum() -> None:
    """The golden GARCH(1,1) in per cent: 200 batches of 5,000 paths, within four standard errors."""
    law = SUM["inputs"]
    marginals = made(omega=law["omega"] * 1e-4, alpha=law["alpha"], beta=law["beta"])
    start = np.array([law["first_variance"] * 1e-4])
    found: dict[str, list[tuple[float, float]]] = {h: [] for h in SUM["expected"]}
    for first in range(0, 1_000_000, 5_000):
        returns, _ = draw(joint(marginals, np.eye(1)), 30, 5_000, start=start, first=first)
        total = np.cumsum(100 * returns[:, 0], axis=0)
        for horizon, moments in found.items():
            x = total[int(horizon) - 1]
            moments.append((float((x**2).mean()), float((x**4).mean())))
    for horizon, moments in found.items():
        second, fourth = np.array(moments).T
        variance, kurtosis = (SUM["expected"][horizon][name] for name in ("variance", "kurtosis"))
        for values, expected in ((second, variance), (fourth, kurtosis * variance**2)):
            assert abs(values.mean() - expected) < 4 * values.std(ddof=1) / np.sqrt(values.size)


@pytest.mark.parametrize(
    ("nu", "expected"), list(zip(SIZE["inputs"]["nu"], SIZE["expected"]["mean"], strict=True))
)
def test_mean_absolute_residual(nu: float | None, expected: float) -> None:
    """E|z| within four standard errors, whatever the copula."""
    law = made(nu=np.inf if nu is None else nu)
    for copula_nu in (6.5, np.inf):
        returns, _ = draw(joint(law, np.eye(1), copula_nu), 4, 100_000)
        z = np.abs(returns) * 100
        assert abs(z.mean() - expected) < 4 * np.sqrt((1 - expected**2) / z.size)
