"""Whole lives: the compiled step loop against a plain-Python twin that shares no code with it."""

from collections import Counter

import pytest

from tests.reference.account import live
from tests.reference.blur import Blur
from tests.reference.random_accounts import POLICIES, case, explore, kernel_lives

WHOLE = ("first_step", "closed_step", "trigger")
MONEY = ("terminal_equity", "lowest_equity", "fee", "fee_waived", "slippage", "shortfall")


CLEAR = 1e-9  # of gross notional: a life that came nearer to a breach without one is set aside
NEAR = 1e-9  # of gross notional, in money


def compare(full, certified, blur, b, gross):
    """Path `b` of a run that evaluated everything, of a certified one, and of the twin."""
    twin = blur.twin
    for name in (*WHOLE, *MONEY, "closings", "closed_notional"):
        assert getattr(full, name)[b] == getattr(certified, name)[b], name
    for name in WHOLE:
        assert blur.same(name, getattr(full, name)[b]), name
    if twin.fee_waived == twin.shortfall == 0 and not twin.peaked:
        # with nothing left, a leg may be shut in one go or in two
        assert blur.same("closings", full.closings[b])
    for name in (*MONEY, "closed_notional"):
        assert blur.near(name, getattr(full, name)[b], NEAR * gross), name
    assert blur.near_ratio(full.lowest_ratio[b], NEAR * gross)
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

    def agree(shape):
        found = case(shape, kind)
        full = kernel_lives(found, fast, always=True)
        certified = kernel_lives(found, fast, always=False)
        gross = found.account.gross()
        for b in range(found.paths):
            path = found.path(b)
            twin = live(found.account, found.twin, slow, path)
            tally["lives"] += 1
            tally["at a breach"] += twin.tie < CLEAR * gross
            if twin.tie < CLEAR * gross:
                continue
            tally["near another decision"] += twin.closest < CLEAR * gross
            count(tally, twin)
            blur = Blur(found.account, twin, lambda one, path=path: live(one, found.twin, slow, path))
            compare(full, certified, blur, b, gross)

    tally = explore(agree, examples, tally)
    told = ", ".join(f"{name} {int(number)}" for name, number in tally.items())
    figures.append(f"lives against the twin, {kind} x {policy}: {told}")
    assert tally["at a breach"] <= 1e-3 * tally["lives"]
    assert min(tally[key] for key in ("liquidated", "closed out", "fee waived", "shortfall")) > 0
    assert (tally["in part at first"] > 0) == (policy == "largest_contribution")
