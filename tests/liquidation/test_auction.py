"""Bids of Derive's auction, as its own tests have them, and the kernel's slice beside them."""

from typing import Any

import numpy as np
import pytest

from stresskit.liquidation.pro_rata import ProRata, auction_price, auction_share
from stresskit.simulate.scratch import empty_breakdown, empty_ledger, view_at
from tests.golden_cases import cases_like
from tests.liquidation.kernels import liquidated
from tests.reference.account import Account, Position
from tests.reference.random_accounts import book_of, table_of

CASES = cases_like("liquidation_*.json")
BIDS = [case for case in CASES if case["rule"] == "auction_bid"]


def price(inputs: dict[str, Any]) -> float:
    given = inputs["params"]
    return auction_price(
        inputs["elapsed_s"], given["start"], given["cutoff"], given["fast_s"], given["slow_s"]
    )


def bid(inputs: dict[str, Any]) -> dict[str, float]:
    """Every figure of one bid; it takes what it wants of the present account, at most the largest share."""
    mtm, mm, reserved = inputs["mtm"], inputs["mm"], inputs["reserved_cash"]
    buffer, paid = inputs["params"]["buffer"], price(inputs)
    largest = auction_share(mtm, mtm - mm, buffer, paid, reserved)
    taken = min(largest, inputs["want_of_current"])
    cash = taken * paid * (mtm - reserved)
    after = mtm - taken * (mtm - reserved) + cash
    return {
        "buffer_margin": mm - buffer * (mtm - mm),
        "f_max": largest,
        "taken": taken,
        "cash_paid": cash,
        "post_mtm": after,
        "post_mm": after - (1 - taken) * (mtm - mm),
        "discount": paid,
        "full_price": paid * mtm,
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_every_published_figure(case: dict[str, Any]) -> None:
    inputs = {"mtm": 1.0, "mm": 0.0, "reserved_cash": 0.0, "want_of_current": 0.0, **case["inputs"]}
    inputs["params"] = {"buffer": 0.1, **inputs["params"]}
    found = bid(inputs)
    for term, expected in case["expected"].items():
        assert found[term] == pytest.approx(expected, **case["tolerance"]), term


@pytest.mark.parametrize("case", [BIDS[0], BIDS[-1]], ids=lambda case: case["id"])
def test_the_kernel_sells_the_largest_share_of_a_hedged_book(case: dict[str, Any]) -> None:
    """A book that asks the published maintenance and is worth the published sum, on two legs."""
    inputs = case["inputs"]
    worth, maintenance = inputs["mtm"], inputs["mtm"] - inputs["mm"]
    legs = (Position(0, 10 * maintenance, 1e-3, 1e-6, 0.01), Position(1, -10 * maintenance, 1e-3, 0.0, 0.01))
    book = book_of(Account(legs, worth, inputs["params"]["buffer"]))
    rule = table_of([((0.0, 0.05, 0.0),)] * 2)
    view, ledger = view_at(book, np.ones(2)), empty_ledger()
    view.cash[0] = worth
    left = liquidated(
        ProRata(0.0, 0.0, 1.0 - price(inputs), 1.0), rule, book, view, worth, empty_breakdown(2, 2, 0), ledger
    )
    share = case["expected"]["f_max"]
    near = max(case["tolerance"].get("rel", 0.0) * 10, case["tolerance"].get("abs", 0.0))
    assert 1.0 - view.quantity / book.quantity == pytest.approx([share, share], abs=near)
    assert ledger.slippage[0] == 0.0
    assert left == pytest.approx(worth - share * (1.0 - price(inputs)) * worth, rel=max(near, 1e-9))
    assert left == pytest.approx((1 + book.buffer) * 0.05 * abs(view.quantity).sum(), rel=1e-9)
