"""The margin of an account now, under one mode: the ``margin.<mode>`` object of ``metrics.json``."""

from dataclasses import replace
from typing import Any

import numpy as np

from stresskit.contract import STABLE
from stresskit.domain import Float1D
from stresskit.margin import Rule, distribution, initial_by_position, terms_of
from stresskit.margin.brackets import BracketTable
from stresskit.margin.grid.table import BASIS, DELTA_SHOCK, DEPEG, EXTREME, PRICE, GridTable
from stresskit.margin.grid.table import initial as initial_rule
from stresskit.margin.scenario_set import standard_error
from stresskit.margin.unified import UnifiedTable
from stresskit.margin.unified_parameters import UnifiedAccount
from stresskit.pipeline.accounts import Mode, Prepared
from stresskit.pipeline.desk import Desk as Desk
from stresskit.pipeline.desk import liquidation_mark as liquidation_mark
from stresskit.pipeline.isolated_now import Alone, isolated_desks, worst
from stresskit.pipeline.margin_positions import Standing, position_object
from stresskit.pipeline.unified_now import unified_initial, venue_ratio
from stresskit.pipeline.wallets import Balance
from stresskit.simulate.blocks import Contender
from stresskit.simulate.scratch import notionals


def initial_margin(mode: Mode, variance: Float1D, marks: Float1D | None = None) -> float:
    """Initial requirement of a mode in USD."""
    return initial_shares(mode, variance, marks)[0]


def initial_shares(mode: Mode, variance: Float1D, marks: Float1D | None = None) -> tuple[float, Float1D]:
    """Initial requirement of a mode in USD, and what of it each position bears (positions,)."""
    contender, rule = mode.contender, mode.contender.rule
    if isinstance(rule, GridTable):
        desk = Desk(replace(contender, rule=initial_rule(rule)), variance, marks)
        return desk.maintenance(), desk.breakdown.contribution
    desk = Desk(contender, variance, marks)
    maintenance, book = desk.maintenance(), contender.book
    if isinstance(rule, UnifiedTable):
        return unified_initial(desk, rule)
    own, model = _own(desk), distribution(rule)
    if model:
        return model.initial_factor * maintenance, model.initial_factor * own
    assert isinstance(rule, BracketTable)
    shares = initial_by_position(rule, notionals(book, desk.view), own, desk.base[book.asset])
    return float(shares.sum()), shares


def standing_now(account: Prepared, mode: Mode, variance: Float1D) -> dict[str, Any]:
    """What `margin_object` says of the account as a whole, without its positions."""
    maintenance, alone = (
        Desk(mode.contender, variance).maintenance(),
        isolated_desks(account, mode, variance, None),
    )
    ratio = account.equity / maintenance if maintenance > 0 else None
    return {
        "hypothetical": mode.hypothetical,
        "equity": account.equity,
        "initial": initial_margin(mode, variance),
        "maintenance": maintenance,
        "ratio": worst(alone) if alone else ratio,
    }


def margin_object(
    account: Prepared, mode: Mode, variance: Float1D, assets: list[str], marks: Float1D | None = None
) -> dict[str, Any]:
    """Everything the mode asks of the account now, or at `marks` (assets,) relative to now.

    `assets` are the simulated ones.
    """
    desk, rule = Desk(mode.contender, variance, marks), mode.contender.rule
    maintenance, equity = desk.maintenance(), account.equity if marks is None else desk.equity()
    terms, binding = desk.breakdown.terms.copy(), int(desk.breakdown.binding[0])
    exposure, names = desk.breakdown.exposure.copy(), _names(mode, terms)
    own = _own(desk)
    initial, shares = initial_shares(mode, variance, marks)
    tables = mode.parameters or mode.rulebook
    alone = isolated_desks(account, mode, variance, marks)
    balances = list(account.balances.values())
    standing = Standing(account, mode, desk, equity, maintenance)
    gross = float(abs(notionals(desk.contender.book, desk.view)).sum())
    found: dict[str, Any] = {
        "rule": mode.spec.rule,
        "rulebook": tables.name if tables else None,
        "hypothetical": mode.hypothetical,
        "equity": equity,
        "initial": initial,
        "maintenance": maintenance,
        "ratio": worst(alone) if alone else equity / maintenance if maintenance > 0 else None,
        "free": _free(standing, alone) if alone else equity - initial,
        "terms": {name: float(terms[k]) for k, name in names.items()},
        "binding": names[_speaking(rule, terms, binding)],
        "exposure_per_initial": gross / initial if initial > 0 else None,
        "positions": [
            position_object(standing, i, float(shares[i]), float(own[i]), alone) for i in range(own.size)
        ],
        "risk_factors": _utilisation(own, mode.contender, equity, assets),
    }
    if isinstance(rule, UnifiedTable) and isinstance(mode.parameters, UnifiedAccount):
        coins = [assets[i] for i in mode.contender.book.wallet.asset]
        found["venue_ratio"] = venue_ratio(desk, mode.parameters, coins)
    if model := distribution(rule):
        found["standard_error"] = standard_error(model, exposure)
    if any(balance.asset not in STABLE or balance.counted != balance.amount for balance in balances):
        found["balances"] = [_balance(balance) for balance in balances]
    reasons = [text for key, text in _REASONS.items() if found[key] is None]
    return {**found, "reason": "; ".join(reasons)} if reasons else found


_REASONS = {
    "rulebook": "the rule is a model of the config, not a venue's table",
    "ratio": "nothing is required",
    "exposure_per_initial": "no initial margin is required",
}


def _balance(balance: Balance) -> dict[str, Any]:
    """What one asset of the wallet counts for."""
    return {
        "asset": balance.asset,
        "amount": balance.amount,
        "value": balance.value,
        "counted": balance.counted,
        "loan_maintenance": balance.loan_maintenance,
    }


def _names(mode: Mode, terms: Float1D) -> dict[int, str]:
    """The rule's terms by place; of brackets', which add up, the first and those that ask for something."""
    rule = mode.contender.rule
    names = terms_of(rule, mode.parameters)
    if not isinstance(rule, BracketTable):
        return names
    return {k: name for k, name in names.items() if k == 0 or terms[k] != 0.0}


def _speaking(rule: Rule, terms: Float1D, binding: int) -> int:
    """The term to name: where a grid's cells bind and lose nothing, the largest charge beside them."""
    if not isinstance(rule, GridTable) or binding not in (PRICE, EXTREME) or terms[binding] > 0.0:
        return binding
    return max((binding, BASIS, DELTA_SHOCK, DEPEG), key=lambda place: float(terms[place]))


def _own(desk: Desk) -> Float1D:
    """Maintenance attributed to each position; a netted spot position has its share too."""
    own, book, found = desk.breakdown.contribution.copy(), desk.contender.book, desk.breakdown
    if distribution(desk.contender.rule) is None or found.binding[0] == 1:
        return own
    for asset, spot in zip(book.wallet.asset, book.wallet.spot, strict=True):
        rows = np.flatnonzero((book.asset == asset) & (book.quantity == 0.0))
        if spot != 0.0:
            own[rows] = spot * found.scale[asset] * found.gradient[asset] / rows.size
    return own


def _free(standing: Standing, alone: list[Alone]) -> float:
    """What isolated positions leave of the account."""
    return standing.equity - sum(one.equity for one in alone)


def _utilisation(
    own: Float1D, contender: Contender, equity: float, assets: list[str]
) -> dict[str, float | None]:
    """Maintenance attributed to each asset, and that of its loans where the rule has it, over equity."""
    by_asset, book = np.zeros(len(assets)), contender.book
    np.add.at(by_asset, book.asset, own)
    if distribution(contender.rule) is None:
        np.add.at(by_asset, book.wallet.asset, book.wallet.loan)
    return {name: float(by_asset[i]) / equity for i, name in enumerate(assets)} if equity > 0 else {}
