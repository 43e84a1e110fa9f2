"""Weighted figures: equal weights give the plain ones, importance weights the plain law's."""

import numpy as np
import pytest
from scipy.stats import norm

from stresskit.measure import weighted
from stresskit.measure.law import LEVELS, Law
from stresskit.measure.life import life_figures
from stresskit.measure.weighted import effective_paths

SHIFT = 2.0


def outcome(n, seed=0):
    rng = np.random.default_rng(seed)
    hit = rng.random(n) < 0.06
    return {
        "first_step": np.where(hit, rng.integers(1, 200, n), -1),
        "closed_step": np.where(hit & (rng.random(n) < 0.5), 150, -1),
        "shortfall": np.where(hit & (rng.random(n) < 0.2), rng.exponential(100, n), 0.0),
        "shortfall_price": np.where(hit, rng.exponential(10, n), 0.0),
        "fee": np.where(hit, rng.exponential(50, n), 0.0),
        "fund": np.zeros(n),
        "slippage": np.where(hit, rng.exponential(20, n), 0.0),
        "terminal_equity": np.round(rng.normal(20_000, 3000, n), -1),  # with ties
    }


def flat(node, path=""):
    for key, value in node.items():
        yield from flat(value, f"{path}.{key}") if isinstance(value, dict) else [(f"{path}.{key}", value)]


@pytest.mark.parametrize("n", [1, 50, 400, 20_000])
@pytest.mark.parametrize("weight", [1.0, 0.7])
def test_equal_weights_give_the_plain_figures(n, weight):
    columns = outcome(n)
    plain = dict(flat(life_figures(columns.__getitem__, 20_000.0, 1.0)))
    even = dict(flat(life_figures(columns.__getitem__, 20_000.0, 1.0, Law(np.full(n, weight)))))
    assert plain.keys() == even.keys()
    for name, value in plain.items():
        assert even[name] == (value if isinstance(value, str | None) else pytest.approx(value, rel=1e-11)), (
            name
        )


@pytest.mark.parametrize("n", [40, 5000])
def test_equal_weights_give_the_plain_pairs(n):
    rng = np.random.default_rng(2)
    mode, baseline = rng.random((2, n)) < 0.1
    plain, even = Law().paired(mode, baseline), Law(np.ones(n)).paired(mode, baseline)
    assert dict(flat(even)) == pytest.approx(dict(flat(plain)), rel=1e-11, abs=1e-15)
    assert Law(np.ones(n)).paired(mode, mode)["difference"] == Law().paired(mode, mode)["difference"]


def tilted(n, rng):
    """Standard normals, every other one drawn with its mean moved by -SHIFT, and their weights."""
    x = rng.standard_normal(n) - SHIFT * (np.arange(n) % 2)
    return x, 1 / (0.5 + 0.5 * np.exp(-SHIFT * x - SHIFT**2 / 2))


def test_weights_of_half_the_paths_moved_are_bounded():
    x, weight = tilted(100_000, np.random.default_rng(3))
    assert weight.max() < 2
    assert weight.mean() == pytest.approx(1.0, abs=0.01)
    assert effective_paths(weight) > 50_000
    assert effective_paths(np.ones(7)) == 7
    assert float(weight @ x) / x.size == pytest.approx(0.0, abs=0.02)


def test_intervals_hold_the_truth_as_often_as_they_say(figures):
    truth = {"p": norm.cdf(-2.5), "mean": 0.0, "var": 2.3263479, "es": norm.pdf(2.3263479) / 0.01}
    n, rounds, held, width = 4000, 400, dict.fromkeys(truth, 0), dict.fromkeys(truth, 0.0)
    rng = np.random.default_rng(4)
    for _ in range(rounds):
        x, weight = tilted(n, rng)
        law = Law(weight)
        var, es = law.tails(-x)
        found = {"p": law.share(x < -2.5), "mean": law.mean(x), "var": var[2], "es": es[2]}
        for name, estimate in found.items():
            held[name] += estimate.low <= truth[name] <= estimate.high
            width[name] += (estimate.high - estimate.low) / rounds
    assert LEVELS[2] == 0.99
    for name, count in held.items():
        figures.append(
            f"importance weights, {name}: {count / rounds:.3f} of the 95 % intervals hold the truth"
        )
        assert 0.92 <= count / rounds <= 0.985
    plain = 2 * 1.96 * np.sqrt(truth["p"] * (1 - truth["p"]) / n)
    assert width["p"] < 0.6 * plain


def test_pairs_and_times_are_those_of_the_plain_law():
    x, weight = tilted(200_000, np.random.default_rng(5))
    found = Law(weight).paired(x < -1.5, x < -2.0)
    assert found["only_mode"] == pytest.approx(norm.cdf(-1.5) - norm.cdf(-2.0), abs=1e-3)
    assert found["both"] == pytest.approx(norm.cdf(-2.0), abs=1e-3)
    assert found["difference"]["low"] < norm.cdf(-1.5) - norm.cdf(-2.0) < found["difference"]["high"]
    assert sum(found[key] for key in ("both", "only_mode", "only_baseline", "neither")) == pytest.approx(1.0)
    hits = x < -1
    times = Law(weight).waiting(-x[hits], hits)
    assert times["median"] == pytest.approx(-norm.ppf(norm.cdf(-1) / 2), abs=0.02)
    assert times["p10"] == pytest.approx(-norm.ppf(norm.cdf(-1) * 0.9), abs=0.02)


def test_what_is_not_finite_is_refused():
    with pytest.raises(ValueError, match="not finite"):
        weighted.mean(np.array([1.0, np.inf]), np.ones(2))
    with pytest.raises(ValueError, match="not finite"):
        weighted.tail_figures(np.array([1.0, np.nan]), np.ones(2), LEVELS)
    assert weighted.probability(np.array([], bool), np.array([])).value is None
