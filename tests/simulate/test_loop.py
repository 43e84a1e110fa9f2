"""Whole lives: the compiled step loop against a plain-Python twin that shares no code with it."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings

from tests.reference.account import live
from tests.reference.random_accounts import POLICIES, case, kernel_lives, shapes

CLEAR = 1e-9  # of gross notional: a decision that was nearer than this is set aside
WHOLE = ("first_step", "closed_step", "trigger")
MONEY = ("terminal_equity", "lowest_equity", "fee", "fee_waived", "slippage", "shortfall", "closed_notional")
AMOUNT = 1e-6  # of gross notional: how well the amount closed is known where g is flat; what it
# moves of the profit afterwards is at most itself; legs of one event may offset each other
NEAR = {"close_all": 1e-9, "largest_contribution": 1e-8}


def counts(tally):
    return ", ".join(f"{name} {int(number)}" for name, number in tally.items())


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("kind", ["brackets", "var"])
def test_lives_are_those_of_the_twin(kind, policy, figures):
    tally = Counter()
    slow, fast = POLICIES[policy]

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(shapes())
    def agree(shape):
        found = case(shape, kind)
        full = kernel_lives(found, fast, always=True)
        certified = kernel_lives(found, fast, always=False)
        gross = found.account.gross()
        for b in range(found.paths):
            twin = live(found.account, found.twin, slow, found.path(b))
            tally["lives"] += 1
            if twin.closest < CLEAR * gross:
                tally["set aside"] += 1
                continue
            tally["liquidated"] += twin.first_step > 0
            tally["closed out"] += twin.closed_step > 0
            tally["fee waived"] += twin.fee_waived > 0
            tally["shortfall"] += twin.shortfall > 0
            tally["closed in part"] += twin.first_step > 0 and twin.closed_step != twin.first_step
            for name in WHOLE:
                assert getattr(full, name)[b] == getattr(certified, name)[b] == getattr(twin, name), name
            if twin.fee_waived == 0:  # with nothing left, the last leg may be shut in one go or in two
                assert full.closings[b] == twin.closings
            assert full.closings[b] == certified.closings[b]
            inexact = abs(full.closed_notional[b] - twin.closed_notional)
            assert inexact <= AMOUNT * gross
            for name in MONEY:
                assert getattr(full, name)[b] == getattr(certified, name)[b], name
                difference = abs(getattr(full, name)[b] - getattr(twin, name))
                assert difference <= NEAR[policy] * gross + inexact, name
            assert full.lowest_ratio[b] == pytest.approx(twin.lowest_ratio, rel=AMOUNT, abs=AMOUNT)
            assert certified.lowest_ratio[b] <= full.lowest_ratio[b]

    agree()
    figures.append(f"lives against the twin, {kind} x {policy}: {counts(tally)}")
    assert tally["set aside"] < 0.05 * tally["lives"]
    assert min(tally[key] for key in ("liquidated", "closed out", "fee waived", "shortfall")) > 0
