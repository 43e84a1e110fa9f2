"""Faults in liquidation."""

from tests.mutants.faults.fault import Fault

FAULTS = (
    Fault(
        "short_sign_in_closing",
        "stresskit/liquidation/execution.py",
        "else -left",
        "else left",
        ("tests/liquidation/test_largest_contribution.py", "tests/simulate/test_loop.py"),
    ),
    Fault(
        "fee_omitted",
        "stresskit/liquidation/execution.py",
        "fee = book.fee[p] * value",
        "fee = 0.0 * value",
        ("tests/liquidation/test_execution.py",),
    ),
    Fault(
        "buffer_ignored",
        "stresskit/liquidation/smallest_closing.py",
        "view.marks[book.asset[p]]), 1.0 + book.buffer",
        "view.marks[book.asset[p]]), 1.0",
        ("tests/liquidation/test_smallest_closing.py",),
    ),
    Fault(
        "any_look_near_the_model_taken_for_the_peak",
        "stresskit/liquidation/smallest_closing.py",
        "g >= model - EXACT * value",
        "g >= model - 1e-3 * value",
        ("tests/liquidation/test_smallest_closing.py",),
    ),
    Fault(
        "model_of_a_leg_has_no_smooth_peak",
        "stresskit/liquidation/leg_model.py",
        "if left_slope(book, p, closing, meet) < low.slope:",
        "if meet < 0.0:",
        ("tests/liquidation/test_leg_model.py",),
    ),
    Fault(
        "smallest_contribution_first",
        "stresskit/liquidation/largest_contribution.py",
        "contribution[p] > contribution[found]",
        "contribution[p] < contribution[found]",
        ("tests/liquidation/test_largest_contribution.py",),
    ),
    Fault(
        "each_leg_only_once",
        "stresskit/liquidation/largest_contribution.py",
        "            tried[:] = False\n",
        "",
        ("tests/liquidation/test_largest_contribution.py",),
    ),
    Fault(
        "takeover_leaves_the_equity",
        "stresskit/liquidation/takeover.py",
        "    return min(equity, 0.0)",
        "    return equity",
        ("tests/liquidation/test_ladders.py",),
    ),
    Fault(
        "losses_counted_from_the_start",
        "stresskit/liquidation/largest_loss.py",
        "(policy.entry[p] - view.marks",
        "(1.0 - view.marks",
        ("tests/liquidation/test_ladders.py",),
    ),
    Fault(
        "auction_without_its_discount",
        "stresskit/liquidation/smallest_slice.py",
        "    dear += charges.discount * max(cut.equity, 0.0)",
        "    dear += 0.0",
        ("tests/liquidation/test_auction.py",),
    ),
    Fault(
        "peaks_known_roughly",
        "stresskit/liquidation/concave.py",
        "GRAIN = 1e-11",
        "GRAIN = 1e-6",
        ("tests/liquidation/test_smallest_closing.py",),
    ),
)
