"""Where a break can take the correlations: every target, its repair, its end, and what it refuses."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy.special import ndtri

from stresskit.domain import Dcc, Dependence
from stresskit.errors import ConfigError
from stresskit.numerics.correlation import nearest_correlation
from stresskit.numerics.factor import semidefinite_factor
from stresskit.scenario import stress
from stresskit.scenario.combined import Combined
from stresskit.scenario.correlation_breakdown import CorrelationBreakdown
from stresskit.scenario.plausibility import history, percentile, verdict
from tests.golden_cases import golden
from tests.model.remembering import DEPENDENCES, model
from tests.reference.random_accounts import STEADY
from tests.scenario.test_correlation_breakdown import random_calm

NAMES = tuple(f"A{i}" for i in range(4))
CALM = np.array([[1, 0.82, 0.75, 0.7], [0.82, 1, 0.8, 0.72], [0.75, 0.8, 1, 0.68], [0.7, 0.72, 0.68, 1]])
BOOK = np.array([100e3, -60e3, 40e3, -20e3])


def hourly(dependence, names):
    return replace(model(DEPENDENCES["dcc"]), assets=names, step_s=3600, dependence=dependence)


def broken(toward, strength=1.0, calm=CALM, book=None, steps=48, nu=6.0, **more):
    spec = CorrelationBreakdown(kind="correlation_breakdown", toward=toward, strength=strength, **more)
    names = tuple(f"A{i}" for i in range(len(calm)))
    return stress(spec, hourly(Dependence(calm, nu), names), steps, BOOK if book is None else book)


def at_once(*args, **more):
    (segment,) = broken(*args, **more).segments
    return segment.dependence.correlation


def pair(one, other, **more):
    return {"assets": [f"A{one}", f"A{other}"], **more}


def test_toward_one():
    assert at_once("one") == pytest.approx(np.ones((4, 4)))
    assert at_once("one", 0.5) == pytest.approx((CALM + 1) / 2)


def test_named_pairs_move_and_the_rest_stays_where_nothing_must_be_repaired():
    found = broken("named_pairs", pairs=[pair(0, 1, correlation=0.6), pair(2, 3, correlation=0.5)])
    (segment,) = found.segments
    expected = CALM.copy()
    expected[0, 1] = expected[1, 0] = 0.6
    expected[2, 3] = expected[3, 2] = 0.5
    assert segment.dependence.correlation == pytest.approx(expected, abs=1e-12)
    assert found.notes["repair_distance"] == 0.0


def test_a_failing_hedge_pair_is_repaired_and_the_distance_said():
    found = broken("named_pairs", pairs=[pair(1, 0, correlation=-0.9)], book=BOOK)
    asked = CALM.copy()[:2, :2]
    assert found.segments[0].dependence.correlation[0, 1] == pytest.approx(-0.9)
    assert found.notes["repair_distance"] == 0.0  # of two assets anything is possible
    triangle = broken("named_pairs", pairs=[pair(0, 1, correlation=-0.9), pair(0, 2, correlation=0.9)])
    asked = CALM.copy()
    asked[0, 1] = asked[1, 0] = -0.9
    asked[0, 2] = asked[2, 0] = 0.9
    nearest, distance = nearest_correlation(asked[:3, :3])
    assert distance > 0.1
    assert triangle.notes["repair_distance"] == pytest.approx(distance)
    assert triangle.segments[0].dependence.correlation[:3, :3] == pytest.approx(nearest, abs=1e-9)


def test_hedged_pair_by_its_correlation():
    """The published figures, through the scenario that takes the pair there."""
    case = golden("stress_correlation.json", "stress.hedge")
    sd = case["inputs"]["sd"]
    calm = np.array([[1.0, 0.7], [0.7, 1.0]])
    for rho, expected in zip(case["inputs"]["rho"], case["expected"], strict=True):
        r = at_once("named_pairs", calm=calm, book=np.array([1.0, -1.0]), pairs=[pair(0, 1, correlation=rho)])
        risk = ndtri(0.99) * sd * np.sqrt(r[0, 0] + r[1, 1] - 2 * r[0, 1])
        assert risk == pytest.approx(expected, rel=1e-10)


def test_blocks():
    found = at_once("block", blocks=[["A0", "A2"], ["A1", "A3"]], within=0.9, between=0.1)
    for i in range(4):
        for j in range(4):
            expected = 1.0 if i == j else 0.9 if i % 2 == j % 2 else 0.1
            assert found[i, j] == pytest.approx(expected, abs=1e-12)
    kept = at_once("block", blocks=[["A0", "A2"], ["A1", "A3"]], between=0.7)
    assert (kept[0, 2], kept[1, 3]) == pytest.approx((CALM[0, 2], CALM[1, 3]))
    assert kept[0, 1] == pytest.approx(0.7)


def test_factor():
    """With one factor the explained correlation of two others is the product of their own with it."""
    found = at_once("factor", factors=["A0"])
    for i in (1, 2, 3):
        assert found[0, i] == pytest.approx(CALM[0, i])
        for j in range(1, i):
            assert found[i, j] == pytest.approx(CALM[0, i] * CALM[0, j])
    alone = at_once("factor", factors=["A0"], idiosyncratic="gone")
    assert alone == pytest.approx(np.ones((4, 4)))
    two = at_once("factor", factors=["A0", "A3"], idiosyncratic="gone")
    assert np.linalg.matrix_rank(two, tol=1e-8) == 2


def test_own_matrix_in_the_order_of_its_assets():
    rows = [[1.0, -0.5, 0.2], [-0.5, 1.0, 0.0], [0.2, 0.0, 1.0]]
    found = at_once("matrix", assets=["A3", "A0", "A1"], matrix=rows)
    assert (found[3, 0], found[3, 1], found[0, 1]) == pytest.approx((-0.5, 0.2, 0.0))
    impossible = [[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]]
    assert broken("matrix", assets=["A0", "A1", "A2"], matrix=impossible).notes["repair_distance"] > 0.1


TARGETS = st.sampled_from(
    ["every_leg_loses", "zero", "one", "named_pairs", "block", "factor", "gone", "matrix"]
)


@settings(STEADY, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(3, 8), st.floats(0, 1), TARGETS)
def test_every_stressed_matrix_is_a_correlation(seed, n, strength, toward):
    rng = np.random.default_rng(seed)
    calm, names = random_calm(rng, n), [f"A{i}" for i in range(n)]
    some = [str(name) for name in rng.permutation(names)[: rng.integers(2, n + 1)]]
    keys = {}
    if toward == "named_pairs":
        keys["pairs"] = [{"assets": some[:2], "correlation": float(rng.uniform(-1, 1))}]
    elif toward == "block":
        keys = {"blocks": [some[:1], some[1:]], "within": float(rng.uniform(-1, 1)), "between": -0.3}
    elif toward in ("factor", "gone"):
        keys = {"factors": some[:1], "idiosyncratic": {"gone": "gone"}.get(toward, "independent")}
        toward = "factor"
    elif toward == "matrix":
        matrix = np.clip(rng.uniform(-1.2, 1.2, (len(some), len(some))), -1, 1)
        matrix = np.tril(matrix, -1) + np.tril(matrix, -1).T + np.eye(len(some))
        keys = {"assets": some, "matrix": matrix.tolist()}
    book = rng.choice([-1.0, 1.0], n) * rng.lognormal(10, 2, n)
    found = at_once(toward, strength, calm=calm, book=book, **keys)
    assert np.array_equal(np.diag(found), np.ones(n))
    assert np.array_equal(found, found.T)
    assert np.linalg.eigvalsh(found)[0] >= -1e-12 * n
    factor = semidefinite_factor(found)
    assert factor @ factor.T == pytest.approx(found, abs=1e-6)


def test_a_break_decays_linearly():
    found = broken("zero", 0.8, onset="4h", duration="8h", decay="4h", volatility_multiplier=3.0, copula_nu=3)
    spans = [(s.first, s.last) for s in found.segments]
    assert spans == [(0, 4), (4, 12), (12, 13), (13, 14), (14, 15), (15, 16), (16, 48)]
    shares = [0, 1, 0.875, 0.625, 0.375, 0.125, 0]
    pair_ = [s.dependence.correlation[0, 1] for s in found.segments]
    assert pair_ == pytest.approx([0.82 * (1 - 0.8 * share) for share in shares])
    assert [s.volatility_multiplier for s in found.segments] == pytest.approx([1 + 2 * s for s in shares])
    assert [s.dependence.nu for s in found.segments] == [6, 3, 3, 3, 3, 3, 6]


def test_a_long_decay_has_twelve_segments_and_ends_at_the_horizon():
    found = broken("zero", duration="8h", decay="36h")
    assert [(s.first, s.last) for s in found.segments][1:4] == [(8, 11), (11, 14), (14, 17)]
    assert len(found.segments) == 1 + 12 + 1
    cut = broken("zero", duration="40h", decay="36h")
    assert cut.segments[-1].last == 48


@pytest.mark.parametrize(
    ("keys", "key", "words"),
    [
        ({"toward": "named_pairs"}, "pairs", "required"),
        ({"toward": "zero", "pairs": [pair(0, 1)]}, "pairs", "no such key"),
        ({"toward": "named_pairs", "pairs": [pair(0, 0)]}, "pairs", "two different"),
        ({"toward": "named_pairs", "pairs": [pair(0, 1), pair(1, 0)]}, "pairs", "each pair once"),
        ({"toward": "block", "blocks": [["A0", "A1"]]}, "blocks", "within"),
        ({"toward": "block", "blocks": [["A0"], ["A0"]], "within": 1.0}, "blocks", "each asset once"),
        ({"toward": "matrix", "assets": ["A0", "A1"], "matrix": [[1.0]]}, "matrix", "2 rows of 2"),
        (
            {"toward": "matrix", "assets": ["A0", "A1"], "matrix": [[1.0, 0.5], [0.4, 1.0]]},
            "matrix",
            "symmetric",
        ),
        (
            {"toward": "matrix", "assets": ["A0", "A1"], "matrix": [[0.9, 0.5], [0.5, 1.0]]},
            "matrix",
            "ones on its",
        ),
        ({"toward": "zero", "decay": "4h"}, "decay", "duration"),
    ],
)
def test_what_a_table_cannot_say(keys, key, words):
    with pytest.raises(ValidationError) as caught:
        CorrelationBreakdown(kind="correlation_breakdown", strength=0.5, **keys)
    (error,) = caught.value.errors()
    assert error["ctx"]["key"] == key
    assert words in error["msg"]


@pytest.mark.parametrize(
    ("toward", "keys", "place"),
    [
        ("named_pairs", {"pairs": [pair(0, 1), pair(0, 9)]}, "pairs.1.assets"),
        ("block", {"blocks": [["A0", "PEPE"]], "within": 1.0}, "blocks.0"),
        ("factor", {"factors": ["GOLD"]}, "factors"),
        ("matrix", {"assets": ["A9"], "matrix": [[1.0]]}, "assets"),
    ],
)
def test_an_unknown_asset_is_refused_at_its_key(toward, keys, place):
    with pytest.raises(ConfigError) as caught:
        broken(toward, **keys)
    assert [p.key for p in caught.value.problems] == [place]


def test_factors_must_explain_something():
    calm = np.eye(4)
    with pytest.raises(ConfigError, match="not correlated"):
        broken("factor", factors=["A0"], idiosyncratic="gone", calm=calm)
    twins = np.ones((4, 4))
    with pytest.raises(ConfigError, match="determine each other"):
        broken("factor", factors=["A0", "A1"], calm=twins)


def test_a_dynamic_correlation_is_broken_once():
    one = CorrelationBreakdown(kind="correlation_breakdown", toward="zero", strength=0.5)
    dcc = hourly(Dcc(CALM, 0.05, 0.9, 6.0), NAMES)
    with pytest.raises(ConfigError, match="one change at a time"):
        stress(Combined(kind="combined", effects=(one, one)), dcc, 24, BOOK)
    named = CorrelationBreakdown(
        kind="correlation_breakdown",
        toward="named_pairs",
        strength=1.0,
        pairs=[pair(0, 1, correlation=-0.9), pair(1, 2, correlation=0.9)],
    )
    (segment,) = stress(named, dcc, 24, BOOK).segments
    assert np.linalg.eigvalsh(segment.dependence.blend.target)[0] >= -1e-12


def test_percentile_in_the_history():
    levels, quantiles = history()["levels"], history()["pairs"]["BTC/ETH"]
    assert percentile("BTC", "ETH", quantiles[4]) == pytest.approx(0.5)
    assert percentile("ETH", "BTC", quantiles[2]) == pytest.approx(0.05)
    assert percentile("BTC", "ETH", -0.5) == 0.0
    assert percentile("BTC", "ETH", 1.0) == 1.0
    assert percentile("BTC", "PEPE", 0.5) is None
    assert levels == sorted(levels)
    for pair_, values in history()["pairs"].items():
        assert values == sorted(values), pair_
        assert len(values) == len(levels)


def test_the_label_says_what_is_known_and_what_is_not():
    assert "no history" in verdict({"A/B": None})
    text = verdict({"A/B": 0.0, "A/C": 0.5, "B/C": None})
    assert text.startswith("1 of 2 pairs stand where none of")
    assert "of 1 pairs there is no history" in text
    assert "no history" in broken("zero").notes["history"]
