"""Whole lives under every venue's policy: the kernels against the plain-Python twins."""

from collections import Counter
from typing import Any

import numpy as np
import pytest

from tests.reference.account import Account, Life, Market, live
from tests.reference.blur import Blur
from tests.reference.random_accounts import case, explore, kernel_lives
from tests.reference.venue_policies import POLICIES

WHOLE = ("first_step", "closed_step", "trigger")
MONEY = ("terminal_equity", "lowest_equity", "fee", "fee_waived", "slippage", "shortfall", "fund")
AMOUNTS = ("closed_notional", "taken_notional")
CLEAR = 1e-9  # of gross: a life that came nearer to a breach without one is set aside
NEAR = 1e-9  # of gross, in money


UNDER_VAR = ("market", "derive", "okx")
CASES = [("brackets", name) for name in POLICIES]
CASES += [pytest.param("var", name, marks=pytest.mark.long) for name in UNDER_VAR]  # each compiles anew


def compare(full: Any, certified: Any, blur: Blur, b: int, gross: float) -> None:
    for name in full._fields:
        if name != "lowest_ratio":
            assert getattr(full, name)[b] == getattr(certified, name)[b], name
    assert certified.lowest_ratio[b] <= full.lowest_ratio[b]
    for name in WHOLE:
        assert blur.same(name, getattr(full, name)[b]), name
    for name in (*MONEY, *AMOUNTS):
        assert blur.near(name, getattr(full, name)[b], NEAR * gross), name
    assert blur.near_ratio(full.lowest_ratio[b], NEAR * gross)


@pytest.mark.parametrize("examples", [25, pytest.param(250, marks=pytest.mark.long)])
@pytest.mark.parametrize(("kind", "name"), CASES)
def test_lives_are_those_of_the_twin(kind: str, name: str, examples: int, figures: list[str]) -> None:
    """Four paths an account: a thousand lives in the long run."""
    tally: Counter[str] = Counter()

    def agree(shape: Any) -> None:
        found = case(shape, kind)
        entry = np.random.default_rng([shape.seed, 2]).uniform(0.7, 1.4, shape.positions)
        fast, slow = POLICIES[name].fast(entry), POLICIES[name].slow(entry)
        full, certified = (kernel_lives(found, fast, always=always) for always in (True, False))
        gross = found.account.gross()
        for b in range(found.paths):
            path = found.path(b)
            twin = live(found.account, found.twin, slow, path)
            tally["lives"] += 1
            tally["at a breach"] += twin.tie < CLEAR * gross
            if twin.tie < CLEAR * gross:
                continue
            tally["near another decision"] += twin.closest < CLEAR * gross
            tally["liquidated"] += twin.first_step > 0
            tally["closed out"] += twin.closed_step > 0
            tally["in part at first"] += twin.first_step > 0 and twin.closed_step != twin.first_step
            tally["taken over"] += twin.taken_notional > 0
            tally["to a peak"] += twin.peaked

            def again(one: Account, path: list[Market] = path) -> Life:
                return live(one, found.twin, slow, path)

            compare(full, certified, Blur(found.account, twin, again), b, gross)

    tally = explore(agree, examples, tally)
    told = ", ".join(f"{key} {int(number)}" for key, number in tally.items())
    figures.append(f"lives under the policies of venues, {kind} x {name}: {told}")
    assert tally["at a breach"] <= 1e-3 * tally["lives"]
    assert tally["closed out"] > 0
    assert tally["in part at first"] > 0
