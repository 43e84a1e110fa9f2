"""Whole lives: the compiled step loop against a plain-Python twin that shares no code with it."""

from collections import Counter

import pytest
from hypothesis import given, settings

from tests.reference.account import live
from tests.reference.random_accounts import POLICIES, STEADY, case, kernel_lives, shapes

WHOLE = ("first_step", "closed_step", "trigger")
MONEY = ("terminal_equity", "lowest_equity", "fee", "fee_waived", "slippage", "shortfall")


CLEAR = 1e-9  # of gross notional: a life that came nearer to a breach without one is set aside
NEAR = 1e-9  # of gross notional, in money


def compare(full, certified, twin, b, gross):
    """Path `b` of a run that evaluated everything, of a certified one, and of the twin."""
    for name in WHOLE:
        assert getattr(full, name)[b] == getattr(certified, name)[b] == getattr(twin, name), name
    for name in (*MONEY, "closings", "closed_notional"):
        assert getattr(full, name)[b] == getattr(certified, name)[b], name
    if twin.fee_waived == twin.shortfall == 0 and not twin.peaked:
        assert full.closings[b] == twin.closings  # with nothing left, a leg may be shut in one go or in two
    for name in (*MONEY, "closed_notional"):
        assert abs(getattr(full, name)[b] - getattr(twin, name)) <= NEAR * gross, name
    assert twin.ratio_error(full.lowest_ratio[b]) <= NEAR * gross
    assert certified.lowest_ratio[b] <= full.lowest_ratio[b]


def count(tally, twin):
    tally["liquidated"] += twin.first_step > 0
    tally["closed out"] += twin.closed_step > 0
    tally["in part at first"] += twin.first_step > 0 and twin.closed_step != twin.first_step
    tally["fee waived"] += twin.fee_waived > 0
    tally["shortfall"] += twin.shortfall > 0


@pytest.mark.parametrize("examples", [40, pytest.param(250, marks=pytest.mark.long)])
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("kind", ["brackets", "var"])
def test_lives_are_those_of_the_twin(kind, policy, examples, figures):
    """Four paths an account: a thousand lives in the long run."""
    tally = Counter()
    slow, fast = POLICIES[policy]

    @settings(STEADY, max_examples=examples)
    @given(shapes())
    def agree(shape):
        found = case(shape, kind)
        full = kernel_lives(found, fast, always=True)
        certified = kernel_lives(found, fast, always=False)
        gross = found.account.gross()
        for b in range(found.paths):
            twin = live(found.account, found.twin, slow, found.path(b))
            tally["lives"] += 1
            tally["at a breach"] += twin.tie < CLEAR * gross
            if twin.tie < CLEAR * gross:
                continue
            tally["near another decision"] += twin.closest < CLEAR * gross
            count(tally, twin)
            compare(full, certified, twin, b, gross)

    agree()
    told = ", ".join(f"{name} {int(number)}" for name, number in tally.items())
    figures.append(f"lives against the twin, {kind} x {policy}: {told}")
    assert tally["at a breach"] <= 1e-3 * tally["lives"]
    assert min(tally[key] for key in ("liquidated", "closed out", "fee waived", "shortfall")) > 0
    assert (tally["in part at first"] > 0) == (policy == "largest_contribution")
