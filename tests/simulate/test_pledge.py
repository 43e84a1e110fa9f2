"""Whether the collateral brought an account to its first breach, against the plain rule."""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from stresskit.domain import Wallet
from stresskit.simulate.pledge import causes, own_cause
from tests.reference.account import Account, Position
from tests.reference.pledge import cause
from tests.reference.random_accounts import STEADY, book_of

ASSETS = 3
positions = st.lists(st.tuples(st.integers(0, ASSETS - 1), st.floats(-1e5, 1e5)), min_size=1, max_size=5)
coins = st.lists(st.tuples(st.integers(0, ASSETS - 1), st.floats(-2e4, 1e5), st.floats(0.3, 1.0)), max_size=4)
marks = st.lists(st.floats(0.05, 3.0), min_size=ASSETS, max_size=ASSETS)


def book(held, counted):
    plain = book_of(Account(tuple(Position(a, q, 0.0, 0.0, 0.0) for a, q in held), 1e5, 0.1))
    nothing = np.zeros(len(counted))
    places = np.array([a for a, _ in counted], dtype=np.int64)
    return plain._replace(
        wallet=Wallet(places, np.array([v for _, v in counted], float), nothing, nothing, 0.0)
    )


@STEADY
@given(positions, coins, st.lists(marks, min_size=1, max_size=4), st.sampled_from([0.0, -500.0, 3e3, 3e4]))
def test_the_cause_is_that_of_the_plain_rule(held, owned, paths, peg):
    start, now = (book(held, [(a, v * part) for a, v, part in one]) for one in (whole(owned), owned))
    found = causes(start, now, np.array(paths).T.copy(), peg)
    for b, path in enumerate(paths):
        told = cause(held, [(a, v, v * part) for a, v, part in owned], path, peg)
        nearly = cause(held, [(a, v, v * part) for a, v, part in owned], path, peg * (1 + 1e-9) + 1e-6)
        assume(told == nearly)
        assert found[b] == told


def whole(owned):
    return [(a, v, 1.0) for a, v, _ in owned]


def test_a_coin_that_a_short_hedges_is_no_cause():
    """The coin halves, its short gains as much; what died is the long in another asset."""
    hedged = book([(0, -60_000.0), (1, 50_000.0)], [(0, 60_000.0)])
    naked = book([(0, 10_000.0), (1, 50_000.0)], [(0, 60_000.0)])
    fell = np.array([[0.5], [0.6], [1.0]])
    assert causes(hedged, hedged, fell, 0.0).tolist() == [-1]
    assert causes(naked, naked, fell, 0.0).tolist() == [0]
    assert causes(naked, naked._replace(wallet=naked.wallet._replace(value=np.zeros(1))), fell, 0.0) == [0]
    stable = np.array([[0.98], [0.99], [1.0]])
    halved = naked._replace(wallet=naked.wallet._replace(value=np.array([30_000.0])))
    assert causes(naked, halved, stable, 0.0).tolist() == [1]
    assert causes(naked, halved, stable, 40_000.0).tolist() == [2]
    assert causes(naked, naked, np.full((ASSETS, 1), 1.5), 0.0).tolist() == [-1]


def test_a_position_by_itself_tells_its_accounts_coin():
    own = np.array([-1, 0, 1, 2])
    assert own_cause(own, 2, 3).tolist() == [-1, 4, 5, 6]
    assert own_cause(np.array([-1, 0]), -1, 3).tolist() == [-1, 6]
