"""Expected shortfall of a set of losses: fractional tails, ties, weights."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stresskit.margin.far_scenarios import tail_of_book
from stresskit.margin.scenario_set import ordered, tail_count, worst_mean
from stresskit.margin.tail import slope_along, tail_of_found, weigh_mean
from stresskit.margin.var import Var
from stresskit.numerics.jit import kernel
from stresskit.simulate.scratch import empty_breakdown
from tests.reference.random_accounts import STEADY


@kernel
def tail_among(loss, count, breakdown):
    """The tail of losses all of which were found."""
    for s in range(loss.size):
        breakdown.loss[s], breakdown.tail[s] = loss[s], s
    return tail_of_found(loss.size, count, breakdown)


@kernel
def gradient_of(losses, loss, count, breakdown, gradient):
    mean, edge, kept = tail_among(loss, count, breakdown)
    weigh_mean(breakdown.loss[:kept], count, edge, breakdown.scratch[:kept])
    for i in range(gradient.size):
        gradient[i] = slope_along(losses[i], breakdown.tail[:kept], breakdown.scratch[:kept])
    return mean


@kernel
def guessed(scenarios, book, count, guess, breakdown):
    """The tail of one asset's losses, looked for from where it is thought to begin."""
    breakdown.last[0] = guess
    return tail_of_book(scenarios, book, count, 0, -1, breakdown)


def slow_mean(loss, count):
    """Mean of the `count` largest; the last of them counts by the fraction that is left."""
    ranked = sorted(loss, reverse=True)
    whole = int(count)
    rest = (count - whole) * ranked[whole] if count > whole else 0.0
    return (sum(ranked[:whole]) + rest) / count


LOSSES = st.integers(0, 2**32 - 1).map(np.random.default_rng)


@settings(STEADY, max_examples=300)
@given(LOSSES, st.integers(1, 400), st.floats(0.001, 1.0), st.booleans())
def test_mean_of_the_worst(rng, size, share, tied):
    loss = rng.standard_t(3, size)
    loss = np.round(loss) if tied else loss
    count = max(share * size, 0.01)
    mean = tail_among(loss, count, empty_breakdown(1, 1, size))[0]
    assert mean == pytest.approx(slow_mean(loss, count), rel=1e-12, abs=1e-13)
    assert worst_mean(loss, count) == pytest.approx(mean, rel=1e-12, abs=1e-13)


@settings(STEADY, max_examples=300)
@given(
    LOSSES, st.integers(1, 400), st.floats(0.001, 1.0), st.booleans(),
    st.sampled_from([-1.0, 1e-9, 0.5, 1.0, 1.3, 50.0]),
)  # fmt: skip
def test_a_guess_changes_no_bit(rng, size, share, tied, guess):
    loss = rng.standard_t(3, size)
    loss = np.round(loss) if tied else loss
    plain, aided = empty_breakdown(1, 1, size), empty_breakdown(1, 1, size)
    count = max(share * size, 0.01)
    scenarios = ordered(loss[None], count)
    one = guessed(scenarios, np.ones(1), count, 0.0, plain)
    other = guessed(scenarios, np.ones(1), count, guess * abs(one[1]) / scenarios.root[0, 0], aided)
    assert one == other
    assert np.array_equal(plain.tail[: one[2]], aided.tail[: one[2]])


@settings(STEADY, max_examples=100)
@given(LOSSES, st.floats(0.3, 60.0), st.booleans())
def test_gradient_is_eulers(rng, count, tied):
    losses = rng.standard_t(3, (3, 400))
    losses = np.round(losses) if tied else losses
    exposure = rng.integers(-3, 4, 3).astype(float)
    loss, gradient = exposure @ losses, np.empty(3)
    mean = gradient_of(losses, loss, count, empty_breakdown(1, 1, 400), gradient)
    assert exposure @ gradient == pytest.approx(mean, rel=1e-12, abs=1e-12)
    for i in range(3):  # convexity: the gradient supports the expected shortfall from below
        for step in (-1e-3, 1e-3):
            moved = exposure + step * (np.arange(3) == i)
            assert slow_mean(moved @ losses, count) >= mean + step * gradient[i] - 1e-12


@pytest.mark.parametrize(
    ("confidence", "scenarios", "expected"),
    [(0.99, 10_000, 100.0), (0.975, 1001, 25.025), (0.999, 1000, 1.0)],
)
def test_scenarios_in_the_tail(confidence, scenarios, expected):
    found = tail_count(Var(rule="var", confidence=confidence, scenarios=scenarios))
    assert found == pytest.approx(expected, rel=1e-12)
    assert (found == round(found)) == (expected == round(expected))
