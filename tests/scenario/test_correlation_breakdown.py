"""A break of the correlations must be directional: toward one lowers the risk of a hedged book."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from stresskit.domain import Dependence, JointModel, Marginals, StudentT
from stresskit.numerics.factor import semidefinite_factor
from stresskit.scenario import stress
from stresskit.scenario.baseline import Baseline
from stresskit.scenario.correlation_breakdown import CorrelationBreakdown
from stresskit.scenario.targets import every_leg_loses, everywhere, signs
from tests.golden_cases import golden
from tests.reference.random_accounts import STEADY

GOLDEN = golden("stress_correlation.json", "stress.corr.book")
BOOK = np.array(GOLDEN["inputs"]["exposure"])
SD = np.array(GOLDEN["inputs"]["sd"])
CALM = np.array(GOLDEN["inputs"]["corr"], dtype=float)
EXPECTED = GOLDEN["expected"]
STEPS, HOUR = 48, 3600


def normal_var(correlation):
    scaled = BOOK * SD
    return ndtri(0.99) * np.sqrt(scaled @ correlation @ scaled)


def model(correlation, nu=6.0):
    n = len(correlation)
    one = np.ones(n)
    marginals = Marginals(0 * one, one, 0 * one, 0 * one, 0 * one, (StudentT(5.0),) * n, one, one)
    return JointModel(tuple(f"A{i}" for i in range(n)), HOUR, marginals, Dependence(correlation, nu))


def broken(strength, toward="every_leg_loses", correlation=CALM, book=BOOK, **more):
    spec = CorrelationBreakdown(kind="correlation_breakdown", toward=toward, strength=strength, **more)
    return stress(spec, model(correlation), STEPS, book)


def target(toward, book):
    if toward == "every_leg_loses":
        return every_leg_loses(book).matrix
    return everywhere(0.0, len(book)).matrix


def members(toward, book):
    return every_leg_loses(book).members if toward == "every_leg_loses" else np.arange(len(book))


def only(stressed):
    (segment,) = stressed.segments
    return segment.dependence.correlation


def test_the_trap():
    found = {
        "calm": normal_var(CALM),
        "one": normal_var(np.ones((4, 4))),
        "zero": normal_var(target("zero", BOOK)),
        "every_leg_loses": normal_var(target("every_leg_loses", BOOK)),
    }
    for name, value in found.items():
        assert value == pytest.approx(EXPECTED[name], rel=GOLDEN["tolerance"]), name
    assert [round(found[n]) for n in ("calm", "one", "zero", "every_leg_loses")] == [7419, 5351, 13154, 24427]
    assert found["one"] < found["calm"] < found["zero"] < found["every_leg_loses"]
    assert found["every_leg_loses"] == pytest.approx(ndtri(0.99) * np.abs(BOOK * SD).sum())


@pytest.mark.parametrize(("strength", "expected"), EXPECTED["blend_to_zero"].items())
def test_part_of_the_way_to_zero(strength, expected):
    assert normal_var(only(broken(float(strength), "zero"))) == pytest.approx(
        expected, rel=GOLDEN["tolerance"]
    )


@pytest.mark.parametrize("toward", ["every_leg_loses", "zero"])
def test_strength_moves_from_the_calm_matrix_to_the_target(toward):
    assert np.array_equal(only(broken(0.0, toward)), CALM)
    assert only(broken(1.0, toward)) == pytest.approx(target(toward, BOOK), abs=1e-12)
    half = only(broken(0.5, toward))
    assert half == pytest.approx((CALM + target(toward, BOOK)) / 2, abs=1e-12)
    risks = [normal_var(only(broken(strength, toward))) for strength in np.linspace(0, 1, 11)]
    assert (np.diff(risks) > 0).all()


def random_calm(rng, n):
    loadings = rng.standard_normal((n, 2)) * rng.uniform(0, 2)
    covariance = loadings @ loadings.T + np.diag(rng.uniform(0.05, 1, n))
    scale = 1 / np.sqrt(np.diag(covariance))
    found = covariance * np.outer(scale, scale)
    np.fill_diagonal(found, 1.0)
    return (found + found.T) / 2


@settings(STEADY, max_examples=60)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 8),
    st.floats(0, 1),
    st.sampled_from(["every_leg_loses", "zero"]),
)
def test_every_stressed_matrix_is_a_correlation_and_factorises_as_it_is(seed, n, strength, toward):
    rng = np.random.default_rng(seed)
    calm = random_calm(rng, n)
    book = rng.choice([-1.0, 1.0], n) * rng.lognormal(10, 2, n) * rng.choice([0.0, 1.0], n, p=[0.3, 0.7])
    stressed = broken(strength, toward, calm, book)
    found = only(stressed)
    assert np.array_equal(np.diag(found), np.ones(n))
    assert np.array_equal(found, found.T)
    assert np.abs(found).max() <= 1 + 1e-12
    assert np.linalg.eigvalsh(found)[0] >= -1e-12
    factor = semidefinite_factor(found)
    assert factor @ factor.T == pytest.approx(found, abs=1e-6)
    assert np.array_equal(factor, np.tril(factor))
    who = members(toward, book)
    own = np.ix_(who, who)
    if who.size > 1:
        blend = (1 - strength) * calm[own] + strength * target(toward, book[who])
        assert found[own] == pytest.approx(blend, abs=1e-12)
    assert stressed.notes["repair_distance"] == 0.0
    others = np.setdiff1d(np.arange(n), who)
    assert np.array_equal(found[np.ix_(others, others)], calm[np.ix_(others, others)])


def test_assets_that_the_book_does_not_hold_cannot_weaken_the_break():
    """Ten assets correlated at 0.75, a pair of them held: with calm rows for the others the repair of
    the whole matrix would lift the pair to about zero."""
    calm = np.full((10, 10), 0.75)
    np.fill_diagonal(calm, 1.0)
    for held in ((0, 1), (3, 8), (7, 2)):
        book = np.zeros(10)
        book[list(held)] = 50_000.0, -50_000.0
        found = only(broken(0.8, correlation=calm, book=book))
        assert found[held] == pytest.approx(0.2 * 0.75 - 0.8, abs=1e-12)


def test_the_break_is_continuous_in_its_strength():
    """Draws are paired over strengths: the factor rows of the held assets move with it, from the calm."""
    calm = random_calm(np.random.default_rng(3), 7)
    book = np.array([0.0, 0, 1, 0, -1, 0, 2]) * 1e4
    held = np.flatnonzero(book)
    before = semidefinite_factor(calm)[held]
    for strength in (0.0, 1e-6, 1e-3, 0.5, 0.999):
        after = semidefinite_factor(only(broken(strength, correlation=calm, book=book)))[held]
        assert np.abs(after - before).max() <= 10 * strength


def test_signs_are_those_of_net_exposures_above_rounding():
    assert signs(np.array([100_000.0, -60_000.0, 1e-5, 0.0])).tolist() == [1, -1, 0, 0]
    assert signs(np.array([100_000.0, -60_000.0, 2e-4, 0.0])).tolist() == [1, -1, 1, 0]
    assert signs(np.zeros(3)).tolist() == [0, 0, 0]
    assert members("every_leg_loses", np.array([100_000.0, 0.0, -60_000.0])).tolist() == [0, 2]
    assert members("zero", np.array([100_000.0, 0.0, -60_000.0])).tolist() == [0, 1, 2]


def test_a_book_without_net_exposure_is_not_broken():
    assert np.array_equal(only(broken(1.0, book=np.zeros(4))), CALM)


def test_onset_and_duration():
    stressed = broken(1.0, onset="6h", duration="10h", volatility_multiplier=2.5, copula_nu=3.0)
    spans = [(s.first, s.last, s.volatility_multiplier, s.dependence.nu) for s in stressed.segments]
    assert spans == [(0, 6, 1.0, 6.0), (6, 16, 2.5, 3.0), (16, 48, 1.0, 6.0)]
    before, during, after = (s.dependence.correlation for s in stressed.segments)
    assert before is after
    assert np.array_equal(before, CALM)
    assert during[0, 1] == pytest.approx(-1)


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({}, [(0, 48)]),
        ({"onset": "6h"}, [(0, 6), (6, 48)]),
        ({"duration": "6h"}, [(0, 6), (6, 48)]),
        ({"onset": "40h", "duration": "5d"}, [(0, 40), (40, 48)]),
    ],
)
def test_segments_cover_the_horizon(times, expected):
    assert [(s.first, s.last) for s in broken(0.5, **times).segments] == expected


def test_baseline_is_the_calm_model():
    calm = model(CALM)
    (segment,) = stress(Baseline(), calm, STEPS, BOOK).segments
    assert segment.dependence is calm.dependence
    assert (segment.first, segment.last, segment.volatility_multiplier) == (0, STEPS, 1.0)


def test_notes_say_what_was_done():
    notes = broken(1.0).notes
    assert notes["signs"] == {"A0": 1, "A1": -1, "A2": 1, "A3": -1}
    assert notes["mean_stressed_correlation"] == pytest.approx(-2 / 6)  # two pairs of six on one side
    assert notes["mean_calm_correlation"] == pytest.approx(CALM[np.triu_indices(4, 1)].mean())
    assert notes["moved"] == pytest.approx(np.linalg.norm(target("every_leg_loses", BOOK) - CALM))
    assert "4 of 6 pairs" in notes["plausibility"]
    assert "no probability is claimed" in notes["plausibility"]
    few = broken(1.0, book=BOOK * [1, 1, 0, 0]).notes
    assert few["signs"] == {"A0": 1, "A1": -1}
    assert few["moved"] == pytest.approx(np.sqrt(2) * (1 + CALM[0, 1]))
