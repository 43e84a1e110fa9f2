"""P(liquidation) of one position against the discrete-look answer of an independent computation."""

import numpy as np
import pytest
from scipy.stats import binomtest, norm

from stresskit.liquidation import CloseAll, LargestContribution
from stresskit.margin.scenario_set import build_var
from stresskit.margin.var import Var
from stresskit.pipeline.margin_now import Desk, liquidation_mark
from stresskit.simulate.blocks import Contender, stream
from tests.golden_cases import golden
from tests.reference.account import Account, Position
from tests.reference.random_accounts import book_of, table_of
from tests.worlds.discrete_looks import log_return_density, mean_for_drift, probability_beyond
from tests.worlds.one_asset import constant_volatility, plan_for

PATHS = 40_000
GOLDEN = golden("barrier.json", "stress.barrier.daily_looks")


def test_quadrature_against_a_known_walk():
    given = GOLDEN["inputs"]
    found = probability_beyond(
        given["barrier"], given["looks"], lambda u: norm.pdf(u, given["drift"], given["sd"]), given["sd"]
    )
    assert found == pytest.approx(GOLDEN["expected"]["discrete"], abs=GOLDEN["tolerance"])
    assert found < GOLDEN["expected"]["continuous"]


@pytest.mark.parametrize("barrier", [-0.1, 0.07])
def test_quadrature_has_converged(barrier):
    density = log_return_density(0.001, 0.02)
    coarse, fine = (probability_beyond(barrier, 48, density, 0.02, fineness) for fineness in (60, 120))
    assert coarse == pytest.approx(fine, abs=1e-5)
    assert probability_beyond(barrier, 1, density, 0.02) == pytest.approx(
        norm.cdf(np.expm1(barrier), 0.001, 0.02) if barrier < 0 else norm.sf(np.expm1(barrier), 0.001, 0.02),
        abs=1e-7,
    )


def contenders(side, share, model, steps):
    """One position of 100,000 USD that pays nothing to be closed, under both rules."""
    book = book_of(Account((Position(0, side * 1e5, 0.0, 0.0, 0.0),), share * 1e5 - side * 1e5, 0.1))
    rng = np.random.default_rng(0)
    sd = np.sqrt(model.marginals.long_run_variance[0] * steps)
    spec = Var(rule="var", scenarios=1000, minimum_charge=0.001)
    rule = build_var(
        spec, 1 + sd * rng.standard_normal((1, 1000)), model.marginals.long_run_variance, np.ones(1) / steps
    )
    tiers = table_of([((0.0, 0.004, 0.0), (95_000.0, 0.02, 1520.0))])
    return Contender(tiers, CloseAll(), book, 0), Contender(rule, LargestContribution(), book, 1000)


@pytest.mark.parametrize(
    ("side", "share", "sd", "looks", "drift"),
    [
        (1, 0.12, 0.02, 48, 0.0),
        (1, 0.12, 0.02, 48, -0.002),
        (-1, 0.12, 0.02, 48, 0.001),
        (1, 0.1, 0.01, 240, 0.0),
    ],
)
def test_liquidations_are_as_frequent_as_crossings_at_the_looks(side, share, sd, looks, drift, figures):
    mean = mean_for_drift(drift, sd)
    model = constant_volatility(sd, mean)
    lives = contenders(side, share, model, 1)
    hits = np.zeros(2, dtype=int)
    for outcome in stream(plan_for(model, looks, lives, seed=20261122), PATHS, 2000, workers=2):
        hits += [(record.first_step > 0).sum() for record in outcome.records]
    for contender, count in zip(lives, hits, strict=True):
        desk = Desk(contender, model.marginals.long_run_variance)
        barrier = np.log(liquidation_mark(desk, 0))
        assert desk.excess(0, np.exp(barrier)) == pytest.approx(0.0, abs=1e-6)
        expected = probability_beyond(barrier, looks, log_return_density(mean, sd), sd)
        interval = binomtest(int(count), PATHS).proportion_ci(0.99)
        seen = f"{count / PATHS:.4f}, 99 % interval {interval.low:.4f} to {interval.high:.4f}"
        figures.append(f"barrier at {barrier:+.4f}, {looks} looks: {seen}, quadrature {expected:.4f}")
        assert interval.low < expected < interval.high


def test_price_at_which_a_bracket_account_dies_is_the_closed_form():
    model = constant_volatility(0.02, 0.0)
    brackets, _ = contenders(1, 0.12, model, 1)
    cash = brackets.book.cash
    mark = liquidation_mark(Desk(brackets, model.marginals.long_run_variance), 0)
    assert mark == pytest.approx(-cash / (1e5 * (1 - 0.004)), rel=1e-12)
