"""Whole lives: the compiled step loop against a plain-Python twin that shares no code with it."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from tests.reference.account import live
from tests.reference.random_accounts import POLICIES, case, kernel_lives, shapes

CLEAR = 1e-9  # of gross notional: a decision that was nearer than this is set aside
WHOLE = ("first_step", "closed_step", "trigger", "closings")
MONEY = ("terminal_equity", "lowest_equity", "fee", "fee_waived", "slippage", "shortfall")
AMOUNT = 1e-6  # of gross notional: g is flat, and closing this much more or less costs a millionth of it


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("kind", ["brackets", "var"])
def test_lives_are_those_of_the_twin(kind, policy, capsys):
    tally = Counter()
    slow, fast = POLICIES[policy]

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
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
            for name in MONEY:
                assert getattr(full, name)[b] == getattr(certified, name)[b], name
                assert getattr(full, name)[b] == pytest.approx(getattr(twin, name), rel=0, abs=CLEAR * gross), name
            assert full.closed_notional[b] == certified.closed_notional[b]
            assert full.closed_notional[b] == pytest.approx(twin.closed_notional, rel=0, abs=AMOUNT * gross)
            assert full.lowest_ratio[b] == pytest.approx(twin.lowest_ratio, rel=1e-9, abs=1e-9)
            assert certified.lowest_ratio[b] <= full.lowest_ratio[b]

    agree()
    with capsys.disabled():
        print(f"\n{kind} x {policy}: {dict(tally)}")
    assert tally["set aside"] < 0.05 * tally["lives"]
    assert min(tally[key] for key in ("liquidated", "closed out", "fee waived", "shortfall")) > 0
