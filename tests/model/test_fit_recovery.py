"""Paths of the engine, fitted again: every kind of marginal under every law gives its parameters back.

Each parameter must lie within four standard errors, the larger of both kinds. Those of constant
volatility are its long-run variance and the law's shape.
"""

import numpy as np
import pytest
from scipy import stats

from stresskit.domain import Float1D, Innovation, SemiParametric, SkewT
from stresskit.model.fit import MarginalFit, fit_marginal, marginals_of
from stresskit.model.forecast import persistence
from stresskit.model.innovations import degrees, lower_quantile
from tests.model.kinds import NEWS, marginals_of_kind
from tests.model.laws import LAWS
from tests.shipped import draw, joint

HOUR = 3600
LEVELS = np.array([0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99])


def path(kind: str, law: Innovation, steps: int, place: int) -> Float1D:
    model = joint(marginals_of_kind(kind, law), np.eye(1), 6.5)
    return draw(model, steps, 1, 11, first=place)[0][:, 0, 0].copy()


def distances(fit: MarginalFit, kind: str, law: Innovation) -> dict[str, float]:
    """Distance of each parameter from the truth in standard errors; what is not estimated is left out."""
    true = dict(zip(("alpha", "gamma", "beta"), NEWS[kind], strict=True))
    if not isinstance(law, SemiParametric):
        true |= {"nu": float(degrees((law,))[0]), "skew": law.lam if isinstance(law, SkewT) else 0.0}
    plain, robust = fit.diagnostics["standard_errors"], fit.diagnostics["robust_standard_errors"]
    return {
        name: (getattr(fit.parameters, name) - value) / max(plain[name], robust[name])
        for name, value in true.items()
        if plain[name]
    }


def assert_same_law(fit: MarginalFit, law: Innovation) -> None:
    """A semi-parametric law by its quantiles, within four of their asymptotic errors."""
    true, n = lower_quantile(law, LEVELS), fit.residuals.size
    sparsity = (lower_quantile(law, LEVELS + 1e-3) - lower_quantile(law, LEVELS - 1e-3)) / 2e-3
    error = np.sqrt(LEVELS * (1 - LEVELS) / n) * sparsity
    found = lower_quantile(fit.law, LEVELS)
    assert np.all(np.abs(found - true) < 4 * error + 0.03)


@pytest.mark.parametrize("innovations", LAWS)
@pytest.mark.parametrize("kind", NEWS)
def test_a_path_gives_its_parameters_back(kind: str, innovations: str) -> None:
    law = LAWS[innovations]
    fit = fit_marginal(path(kind, law, 5000, 0), HOUR, kind, innovations)
    assert fit.diagnostics["converged"]
    assert fit.diagnostics["bounds"] == []
    for name, distance in distances(fit, kind, law).items():
        assert abs(distance) < 4, name
    if isinstance(law, SemiParametric):
        assert_same_law(fit, law)
    m = marginals_of([fit])
    assert m.kind == ("egarch" if kind == "egarch" else "gjr_garch")
    if kind not in ("ewma", "constant"):
        assert persistence(m)[0] == pytest.approx(fit.diagnostics["persistence"], rel=1e-9)


@pytest.mark.long
@pytest.mark.parametrize("innovations", LAWS)
@pytest.mark.parametrize("kind", NEWS)
def test_over_many_paths_the_distances_are_standard(kind: str, innovations: str, figures: list[str]) -> None:
    """24 paths of 10,000 steps: no parameter is biased by more than 1.2 errors, none has half its error.

    The long-run variance is aimed at, and its own error is not in the figures: hence the room.
    """
    law, steps = LAWS[innovations], 3000 if kind == "ewma" else 10_000
    found: dict[str, list[float]] = {}
    for place in range(24):
        fit = fit_marginal(path(kind, law, steps, place), HOUR, kind, innovations)
        for name, distance in distances(fit, kind, law).items():
            found.setdefault(name, []).append(distance)
    for name, values in found.items():
        mean, spread = np.mean(values), np.std(values, ddof=1)
        figures.append(f"refit {kind} {innovations} {name}: mean {mean:+.2f}, spread {spread:.2f} errors")
        assert abs(mean) < 1.2, name
        assert spread < 2, name


@pytest.mark.parametrize("innovations", LAWS)
def test_a_constant_mean_is_taken_out_first(innovations: str) -> None:
    returns = path("garch", LAWS[innovations], 3000, 1) + 0.002
    fit = fit_marginal(returns, HOUR, "garch", innovations, mean="constant")
    assert fit.mean == pytest.approx(returns.mean(), rel=1e-12)
    assert abs(fit.mean - 0.002) < 4 * returns.std() / np.sqrt(returns.size)
    assert fit.long_run_variance == pytest.approx(returns.var(), rel=1e-9)
    assert marginals_of([fit]).mean[0] == fit.mean
    plain = fit_marginal(returns - returns.mean(), HOUR, "garch", innovations)
    assert fit.parameters == pytest.approx(plain.parameters, rel=1e-4)
    assert fit.diagnostics["free_parameters"] == plain.diagnostics["free_parameters"] + 1


def test_residuals_and_state_by_the_egarch_formula() -> None:
    returns = path("egarch", LAWS["skew_t"], 2000, 2)
    fit = fit_marginal(returns, HOUR, "egarch", "skew_t")
    from tests.reference.paths import next_variance

    m = marginals_of([fit])
    h = float(np.exp(m.omega[0] + m.beta[0] * np.log(fit.long_run_variance)))
    for t, r in enumerate(returns):
        z = r / np.sqrt(h)
        assert fit.residuals[t] == pytest.approx(z, rel=1e-8)
        h = next_variance(m, 0, h, z)
    assert fit.current_variance == pytest.approx(h, rel=1e-8)
    assert stats.kstest(fit.residuals, lambda x: np.interp(x, *_distribution(fit.law))).pvalue > 1e-3


def _distribution(law: Innovation) -> tuple[Float1D, Float1D]:
    p = np.linspace(1e-5, 1 - 1e-5, 20_001)
    return lower_quantile(law, p), p


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_returns_that_are_not_finite_are_refused(bad: float) -> None:
    returns = np.resize([0.01, -0.02, 0.005], 500)
    returns[77] = bad
    with pytest.raises(ValueError, match="finite returns"):
        fit_marginal(returns, HOUR, "garch", "normal")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("arch", "normal", "zero"), "a kind of volatility among constant, ewma"),
        (("garch", "cauchy", "zero"), "innovations among normal"),
        (("garch", "normal", "median"), "a mean among zero, constant"),
    ],
)
def test_unknown_names_are_refused(names: tuple[str, str, str], message: str) -> None:
    returns = np.resize([0.01, -0.02, 0.005], 500)
    with pytest.raises(ValueError, match=message):
        fit_marginal(returns, HOUR, names[0], names[1], mean=names[2])


def test_fits_of_two_recursions_do_not_mix() -> None:
    returns = path("garch", LAWS["normal"], 500, 3)
    fits = [fit_marginal(returns, HOUR, kind, "normal") for kind in ("constant", "egarch")]
    with pytest.raises(ValueError, match="all EGARCH or none"):
        marginals_of(fits)


def test_an_ewma_with_a_long_memory_is_held_at_its_guard() -> None:
    returns = 0.01 * np.random.default_rng(4).normal(size=3000)
    fit = fit_marginal(returns, HOUR, "ewma", "normal", 240 * HOUR)
    assert fit.parameters.beta == pytest.approx(0.5 ** (1 / 240), rel=1e-6)
    assert fit.diagnostics["half_life_days"] == pytest.approx(10.0, rel=1e-4)
    assert fit.diagnostics["persistence"] == 1.0
    assert len(fit.diagnostics["bounds"]) == 1
