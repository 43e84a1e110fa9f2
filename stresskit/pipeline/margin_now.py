"""The margin of an account now, under one mode: the ``margin.<mode>`` object of ``metrics.json``."""

from typing import Any

import numpy as np
from scipy.optimize import brentq

from stresskit.domain import Float1D
from stresskit.margin import initial_by_position, terms_of
from stresskit.margin.scenario_set import standard_error
from stresskit.margin.var import VarRule
from stresskit.pipeline.accounts import Mode, Prepared
from stresskit.simulate.blocks import Contender
from stresskit.simulate.loop import assess
from stresskit.simulate.scratch import empty_breakdown, view_at

HIGHEST = 1e6


class Desk:
    """One contender that can be assessed at any marks of its assets; it stands at `marks` (assets,)."""

    def __init__(self, contender: Contender, variance: Float1D, marks: Float1D | None = None) -> None:
        self.contender = contender
        self.view = view_at(contender.book, variance)
        if marks is not None:
            self.view.marks[:] = marks
        self.base = self.view.marks.copy()
        self.breakdown = empty_breakdown(contender.book.asset.size, variance.size, contender.scenarios)

    def maintenance(self) -> float:
        """Requirement at the present marks; the breakdown holds its terms."""
        return assess(self.contender.rule, self.contender.book, self.view, self.breakdown)

    def equity(self) -> float:
        """Equity at the present marks."""
        book = self.contender.book
        return book.cash + float(book.quantity @ self.view.marks[book.asset])

    def excess(self, asset: int, mark: float) -> float:
        """Equity less maintenance with one asset at `mark` and the others where they stand."""
        self.view.marks[asset] = mark
        found = self.equity() - self.maintenance()
        self.view.marks[asset] = self.base[asset]
        return found


def initial_margin(mode: Mode, variance: Float1D, marks: Float1D | None = None) -> float:
    """Initial requirement of a mode in USD."""
    desk = Desk(mode.contender, variance, marks)
    maintenance = desk.maintenance()
    rule, book = mode.contender.rule, mode.contender.book
    if isinstance(rule, VarRule):
        return rule.initial_factor * maintenance
    notional = book.quantity * desk.base[book.asset]
    return float(initial_by_position(rule, notional, desk.breakdown.contribution).sum())


def liquidation_mark(desk: Desk, position: int) -> float | None:
    """Mark of the position's asset, relative to the start, at which equity equals maintenance.

    Other assets stay where they are; the mark is sought on the side on which the position loses.
    Equity less maintenance is concave in one mark, so there is at most one such mark on a side.
    """
    book = desk.contender.book
    asset = int(book.asset[position])
    here = float(desk.base[asset])
    if desk.excess(asset, here) <= 0:
        return None
    end = here * 1e-9 if book.quantity[position] > 0 else here * 2.0
    while desk.excess(asset, end) > 0:
        end *= 2.0
        if book.quantity[position] > 0 or end > HIGHEST:
            return None
    return float(brentq(lambda mark: desk.excess(asset, mark), min(here, end), max(here, end), xtol=1e-14))


def _position(account: Prepared, desk: Desk, i: int, initial: float, own: float) -> dict[str, Any]:
    given = account.spec.positions[i]
    mark, here = liquidation_mark(desk, i), float(desk.base[account.book.asset[i]])
    found: dict[str, Any] = {
        "symbol": given.symbol,
        "notional": float(account.book.quantity[i]) * here,
        "initial": initial,
        "maintenance": own,
        "liquidation_move": None if mark is None else mark / here - 1.0,
        "liquidation_price": None if mark is None or given.mark is None else mark * given.mark,
    }
    if mark is None and desk.excess(int(account.book.asset[i]), here) <= 0:
        found["reason"] = "equity is at or below maintenance already"
    elif mark is None:
        found["reason"] = "no positive price of this contract alone brings equity down to maintenance"
    elif given.mark is None:
        found["reason"] = "the config gives no mark price for this position"
    return found


def margin_object(
    account: Prepared, mode: Mode, variance: Float1D, assets: list[str], marks: Float1D | None = None
) -> dict[str, Any]:
    """Everything the mode asks of the account now, or at `marks` (assets,) relative to now.

    `assets` are the simulated ones.
    """
    desk, book, rule = Desk(mode.contender, variance, marks), mode.contender.book, mode.contender.rule
    maintenance, equity = desk.maintenance(), account.spec.equity if marks is None else desk.equity()
    own = desk.breakdown.contribution.copy()
    terms, binding = desk.breakdown.terms.copy(), int(desk.breakdown.binding[0])
    exposure, names = desk.breakdown.exposure.copy(), terms_of(rule)
    notional = book.quantity * desk.base[book.asset]
    shares = initial_by_position(rule, notional, own)
    initial = initial_margin(mode, variance, marks)
    found: dict[str, Any] = {
        "rule": mode.spec.rule,
        "rulebook": mode.rulebook.name if mode.rulebook else None,
        "hypothetical": mode.hypothetical,
        "equity": equity,
        "initial": initial,
        "maintenance": maintenance,
        "ratio": equity / maintenance if maintenance > 0 else None,
        "free": equity - initial,
        "terms": {name: float(terms[k]) for k, name in enumerate(names)},
        "binding": names[binding],
        "exposure_per_initial": float(abs(notional).sum()) / initial if initial > 0 else None,
        "positions": [_position(account, desk, i, float(shares[i]), float(own[i])) for i in range(own.size)],
        "risk_factors": _utilisation(own, book.asset, equity, assets),
    }
    if isinstance(rule, VarRule):
        found["standard_error"] = standard_error(rule, exposure)
    reasons = [text for key, text in _REASONS.items() if found[key] is None]
    return {**found, "reason": "; ".join(reasons)} if reasons else found


_REASONS = {
    "rulebook": "the rule is a model of the config, not a venue's table",
    "ratio": "nothing is required",
    "exposure_per_initial": "no initial margin is required",
}


def _utilisation(own: Float1D, asset: Any, equity: float, assets: list[str]) -> dict[str, float | None]:
    """Maintenance attributed to each asset over equity."""
    by_asset = np.zeros(len(assets))
    np.add.at(by_asset, asset, own)
    return {name: float(by_asset[i]) / equity for i, name in enumerate(assets)} if equity > 0 else {}
