"""A unified account now: its initial margin, and the ratio that the venue itself shows."""

from typing import Any

import numpy as np

from stresskit.domain import Float1D
from stresskit.margin import initial_by_position
from stresskit.margin.unified import UnifiedTable
from stresskit.margin.unified_parameters import UnifiedAccount
from stresskit.margin.unified_ratios import Level, action_at, borrow_ratio, liquidation_threshold, uni_mmr
from stresskit.pipeline.desk import Desk
from stresskit.simulate.scratch import notionals


def unified_initial(desk: Desk, rule: UnifiedTable) -> tuple[float, Float1D]:
    """Initial requirement in USD and by position, at the evaluation that the desk holds.

    Where the venue forbids opening below a ratio, that ratio times the brackets' sum; otherwise by
    leverage, and of the coins what cannot be borrowed against.
    """
    book, own = desk.contender.book, desk.breakdown.contribution / rule.weight
    if rule.opening > 0.0:
        return rule.opening * float(desk.breakdown.terms[0]), rule.opening * own
    shares = initial_by_position(rule.brackets, notionals(book, desk.view), own, desk.base[book.asset])
    coins = np.maximum(rule.initial_haircut * book.wallet.value, 0.0)
    return float(shares.sum() + coins @ desk.view.marks[book.wallet.asset]) + rule.constant, shares


def venue_ratio(desk: Desk, account: UnifiedAccount, coins: list[str]) -> dict[str, Any]:
    """The venue's ratio under its own name, and what it does at that level; `coins` of the wallet."""
    parameters, summed = account.parameters, float(desk.breakdown.terms[0])
    falling = parameters.form == "equity_over_maintenance"
    if falling:
        ratio = uni_mmr(desk.equity(), summed)
    else:
        values = desk.contender.book.wallet.value * desk.view.marks[desk.contender.book.wallet.asset]
        lent = [parameters.loan_to_value.get(coin) for coin in coins]
        thresholds = [0.0 if one is None else liquidation_threshold(one) for one in lent]
        dollars = desk.equity() - float(values.sum())
        collateral = float(np.dot(values, thresholds))
        ratio = borrow_ratio(parameters.constant, summed, dollars, collateral)
    levels = [Level(*level) for level in parameters.levels]
    found: dict[str, Any] = {"name": parameters.ratio, "value": ratio if np.isfinite(ratio) else None}
    found["action"] = action_at(ratio, levels, falling=falling)
    return found if np.isfinite(ratio) else {**found, "reason": "nothing is required, or nothing counts"}
