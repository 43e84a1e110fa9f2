"""The bridge where it is exact: normal steps and an excess linear in the returns of a step."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import binomtest, norm

from stresskit.domain import Dependence, JointModel, Marginals, StudentT
from stresskit.liquidation import CloseAll
from stresskit.model.joint import build_sampler
from stresskit.simulate.blocks import Contender, Plan, Stretch, stream
from tests.golden_cases import golden
from tests.reference.account import Account, Position
from tests.reference.bridge import passage_time
from tests.reference.random_accounts import book_of, table_of
from tests.worlds.discrete_looks import mean_for_drift
from tests.worlds.one_asset import constant_volatility, plan_for

GOLDEN = golden("barrier.json", "stress.barrier.daily_looks")
CORRELATION = np.array([[1, 0.7, -0.2], [0.7, 1, 0.1], [-0.2, 0.1, 1]])
DEVIATION, MEAN = np.array([0.03, 0.05, 0.04]), np.array([0.002, -0.001, 0.0])
QUANTITY, RATES = np.array([90_000.0, -60_000.0, 30_000.0]), (0.02, 0.05, 0.1)


def contender(quantity, equity, rates):
    """A book that pays nothing to be closed, under flat brackets."""
    positions = tuple(Position(i, float(q), 0.0, 0.0, 0.0) for i, q in enumerate(quantity))
    book = book_of(Account(positions, equity - float(np.sum(quantity)), 0.1))
    return Contender(table_of([((0.0, rate, 0.0),) for rate in rates]), CloseAll(), book, 0)


def lives(plan, paths, workers=2):
    """The first contender's record columns of interest, joined."""
    names = ("first_step", "inside", "terminal_equity", "lowest_ratio", "shortfall")
    outcomes = list(stream(plan, paths, 2048, workers))
    return {name: np.concatenate([getattr(o.records[0], name) for o in outcomes]) for name in names}


def share(hits, expected, figures, what):
    interval = binomtest(int(hits.sum()), hits.size).proportion_ci(0.99)
    told = f"{hits.mean():.5f}, 99 % interval {interval.low:.5f} to {interval.high:.5f}"
    figures.append(f"between steps, {what}: {told}, expected {expected:.5f}")
    return interval


def barrier_plan(steps, bridged):
    """One long position that dies where the log price has fallen by 0.10; zero drift of the log price."""
    sd = GOLDEN["inputs"]["sd"] * np.sqrt(GOLDEN["inputs"]["looks"] / steps)
    life = contender([1e5], -1e5 * np.expm1(GOLDEN["inputs"]["barrier"]), (0.0,))
    model = constant_volatility(sd, mean_for_drift(0.0, sd))
    return replace(plan_for(model, steps, (life,), seed=20261122), bridged=bridged)


def test_hourly_steps_with_a_bridge_touch_as_often_as_in_continuous_time(figures):
    expected = GOLDEN["expected"]["continuous"]
    found = lives(barrier_plan(240, True), 150_000)
    interval = share(found["first_step"] > 0, expected, figures, "barrier, hourly steps, bridged")
    assert interval.low - 0.001 < expected < interval.high + 0.001
    assert (found["inside"] == (found["first_step"] > 0)).all()


@pytest.mark.parametrize(("steps", "bridged"), [(10, False), (240, False)])
def test_without_it_only_the_looks_count(steps, bridged, figures):
    found = lives(barrier_plan(steps, bridged), 60_000)
    daily, continuous = GOLDEN["expected"]["discrete"], GOLDEN["expected"]["continuous"]
    shift = 0.5826 * GOLDEN["inputs"]["sd"] * np.sqrt(GOLDEN["inputs"]["looks"] / steps)
    spread = GOLDEN["inputs"]["sd"] * np.sqrt(GOLDEN["inputs"]["looks"])
    expected = daily if steps == 10 else 2 * norm.cdf((GOLDEN["inputs"]["barrier"] - shift) / spread)
    interval = share(found["first_step"] > 0, expected, figures, f"barrier, {steps} looks")
    # daily simple returns are skewed beside the log returns of the golden case
    room = 0.006 if steps == 10 else 0.003
    assert interval.low - room < expected < interval.high + room < continuous
    assert (found["inside"] == 0).all()


def several(steps, equity):
    """Three assets with drift under one copula, and the vector that makes the excess of the returns."""
    n, zero = DEVIATION.size, np.zeros(DEVIATION.size)
    variance = DEVIATION**2
    marginals = Marginals(MEAN, variance, zero, zero, zero, (StudentT(np.inf),) * n, variance, variance)
    model = JointModel(("A", "B", "C"), 3600, marginals, Dependence(CORRELATION, np.inf))
    sampler = build_sampler(model, model.dependence, np.arange(n))
    life = contender(QUANTITY, equity, RATES)
    plan = Plan((Stretch(0, steps, sampler, 1.0),), (life,), (), variance, 11, False, True)
    return plan, QUANTITY - np.abs(QUANTITY) * np.array(RATES)


def test_one_step_of_several_assets_is_the_reflection_principle(figures):
    """P(min X <= 0) of a Brownian motion with drift over one step, in closed form."""
    equity = 12_000.0
    plan, w = several(1, equity)
    x0 = equity - float(np.abs(QUANTITY) @ np.array(RATES))
    covariance = np.outer(DEVIATION, DEVIATION) * CORRELATION
    sd, drift = np.sqrt(w @ covariance @ w), float(w @ MEAN)
    expected = norm.cdf((-x0 - drift) / sd) + np.exp(-2 * drift * x0 / sd**2) * norm.cdf((-x0 + drift) / sd)
    found = lives(plan, 200_000)
    interval = share(found["first_step"] > 0, expected, figures, "one step of three assets")
    assert interval.low < expected < interval.high
    dead = found["first_step"] > 0
    assert found["lowest_ratio"][dead] == pytest.approx(1.0, abs=1e-7)
    assert (found["shortfall"] == 0).all()
    assert found["terminal_equity"][dead].min() > 0


def substepped(steps, fine, paths, equity, seed):
    """Arithmetic Brownian motion of the prices within each step, walked in `fine` pieces, bridged again.

    The share of paths that crossed, and the mean equity left on those: the same law, another way.
    """
    rng, rates = np.random.default_rng(seed), np.array(RATES)
    covariance = np.outer(DEVIATION, DEVIATION) * CORRELATION / fine
    root = np.linalg.cholesky(covariance)
    marks, alive = np.ones((paths, 3)), np.ones(paths, bool)
    left = np.zeros(paths)

    def state(at):
        values = QUANTITY * at
        required = np.abs(values) @ rates
        return equity + (values - QUANTITY).sum(axis=1) - required, required

    for _ in range(steps):
        opening = marks.copy()
        w = opening * (QUANTITY - np.abs(QUANTITY) * rates)
        spread = np.einsum("bi,ij,bj->b", w, covariance, w)
        for _ in range(fine):
            before, required = state(marks)
            marks = marks + opening * (MEAN / fine + rng.standard_normal((paths, 3)) @ root.T)
            after, required_after = state(marks)
            crossed = alive & (rng.random(paths) <= np.exp(-2 * np.maximum(before * after, 0) / spread))
            crossed |= alive & (after <= 0)
            left[crossed] = ((required + required_after) / 2)[crossed]  # E = MM, of about that moment
            alive &= ~crossed
    return ~alive, left


def test_several_steps_of_several_assets_are_those_walked_in_small_pieces(figures):
    plan, _ = several(6, 16_000.0)
    found = lives(plan, 200_000)
    dead, left = substepped(6, 24, 100_000, 16_000.0, seed=5)
    hits = found["first_step"] > 0
    expected = float(dead.mean())
    interval = share(hits, expected, figures, "six steps of three assets, against 144 small ones")
    error = 2.6 * np.sqrt(expected * (1 - expected) / dead.size)
    assert interval.low - error < expected < interval.high + error
    ends, twin = found["terminal_equity"][hits], left[dead]
    error = 4 * np.hypot(ends.std() / np.sqrt(ends.size), twin.std() / np.sqrt(twin.size))
    assert ends.mean() == pytest.approx(twin.mean(), abs=error)
    assert ends.std() == pytest.approx(twin.std(), rel=0.35)  # conditional means spread less


@pytest.mark.parametrize(("a", "e"), [(0.3, 0.2), (1.5, 0.01), (0.01, 2.0), (3.0, 4.0)])
def test_mean_time_of_the_crossing(a, e):
    """Against the density of the first passage, by quadrature."""

    def density(t):
        return (
            a
            / np.sqrt(2 * np.pi * t**3)
            * np.exp(-a * a / 2 / t)
            * norm.pdf(e / np.sqrt(1 - t))
            / np.sqrt(1 - t)
        )

    whole, mean = (quad(lambda t, k=k: t**k * density(t), 0, 1, limit=500)[0] for k in (0, 1))
    assert whole == pytest.approx(norm.pdf(a + e), rel=1e-6)
    assert passage_time(a, e) == pytest.approx(mean / whole, rel=1e-6)


def test_correlation_of_the_used_assets():
    plan, _ = several(1, 1e4)
    assert plan.stretches[0].sampler.correlation == pytest.approx(CORRELATION, abs=1e-12)


def test_all_lives_share_the_uniform():
    plan, _ = several(6, 16_000.0)
    twice = replace(plan, contenders=plan.contenders * 2)
    for outcome in stream(twice, 4000, 2048, 1):
        one, other = outcome.records
        assert all(a.tobytes() == b.tobytes() for a, b in zip(one, other, strict=True))
        assert one.inside.sum() > 0
