"""The gain of a weighted sample, held to the integral and to repetition."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from stresskit.measure.gain import said, share_gain, tail_gains
from stresskit.measure.law import Law
from tests.measure.test_weighted import SHIFT, tilted


def test_the_gain_of_a_probability_is_that_of_the_integral():
    edge = -2.5
    share = norm.cdf(edge)

    def spread(x):
        weight = 1 / (0.5 + 0.5 * np.exp(-SHIFT * x - SHIFT**2 / 2))
        return norm.pdf(x) * weight * ((x < edge) - share) ** 2

    expected = share * (1 - share) / (quad(spread, -12, edge)[0] + quad(spread, edge, 12)[0])
    x, weight = tilted(400_000, np.random.default_rng(1))
    assert share_gain(x < edge, weight) == pytest.approx(expected, rel=0.05)
    assert expected > 4


def moved_at_random(n, rng):
    """As `tilted`, but which are moved is drawn too: what the estimated variance counts."""
    x = rng.standard_normal(n) - SHIFT * (rng.random(n) < 0.5)
    return x, 1 / (0.5 + 0.5 * np.exp(-SHIFT * x - SHIFT**2 / 2))


def test_gains_of_the_tail_are_variance_ratios_of_repeated_samples():
    rng, rounds, n = np.random.default_rng(2), 400, 4000
    plain, drawn, gains = [], [], []
    for _ in range(rounds):
        var, es = Law().tails(-rng.standard_normal(n))
        plain.append((var[2].value, es[2].value))
        x, weight = moved_at_random(n, rng)
        var, es = Law(weight).tails(-x)
        drawn.append((var[2].value, es[2].value))
        found = tail_gains(-x, weight, (0.99,))
        gains.append((found["var"]["0.99"], found["es"]["0.99"]))
    measured = np.var(plain, axis=0) / np.var(drawn, axis=0)
    assert np.mean(gains, axis=0) == pytest.approx(measured, rel=0.25)
    assert (measured > 2).all()


def test_equal_weights_gain_nothing():
    x = np.random.default_rng(3).standard_normal(5000)
    found = tail_gains(x, np.full(5000, 0.7), (0.95, 0.99))
    for gains in found.values():
        assert list(gains.values()) == pytest.approx([1.0, 1.0], rel=1e-9)


def test_what_never_happens_has_no_gain():
    weight = np.ones(10)
    for hits in (np.zeros(10, dtype=bool), np.ones(10, dtype=bool)):
        assert share_gain(hits, weight) is None
    assert said({"p": None})["reason"]
    assert "reason" in tail_gains(np.zeros(10), weight, (0.9,))["es"]
    assert said({"p": 2.0}) == {"p": 2.0}
