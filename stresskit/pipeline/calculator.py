"""``stresskit margin``: the margin of every mode now, and what a trader reads off it.

To the ``margin`` object of ``metrics.json`` come: the haircut of the collateral, the venue's names and
its own ratio, effective leverage, exposure by asset, the price at which equity is used up, how many
daily standard deviations away a liquidation is, and what of the rulebook is not certain. Moves of
marks are assessed by the rule itself at those marks, as on a simulated path; orders change the config
and are checked like it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from stresskit.config_file import Loaded, altered
from stresskit.domain import Float1D
from stresskit.errors import ConfigError, Problem
from stresskit.margin.grid.table import GridTable
from stresskit.pipeline.accounts import Mode, Prepared, keyed_accounts
from stresskit.pipeline.admissible import refuse_what_cannot_be
from stresskit.pipeline.changes import filled, read_move, read_order
from stresskit.pipeline.desk import Desk, bankruptcy_mark
from stresskit.pipeline.grids import parameter_warnings
from stresskit.pipeline.isolated_now import Alone, isolated_desks
from stresskit.pipeline.margin_now import margin_object
from stresskit.pipeline.rulebook_facts import doubts, used_rulebooks
from stresskit.pipeline.setting import Setting, prepare

DAY_S = 86400


def calculate(
    loaded: Loaded, what_if: Sequence[str] = (), add: Sequence[str] = (), account: str | None = None
) -> dict[str, Any]:
    """The margin of every mode, or before and after moves and orders.

    Parameters
    ----------
    what_if : moves such as ``"BTC -5%"``, all at once.
    add : orders such as ``"ETH/USDT:USDT -10000 usd"``, one after the other.
    account : whose orders they are, where the run has several accounts.

    Returns
    -------
    dict
        Modes by name (under ``accounts.<name>`` where there are several), or these ``before`` and
        ``after``, with the moves and orders.

    Raises
    ------
    ConfigError
        If a move or an order cannot be read, or the changed account is not valid.
    """
    moves, setting = _moves(what_if), _prepared(loaded)
    before = margins(setting)
    if not moves and not add:
        return before
    later = loaded
    for text in add:
        later = _after(later, text, account)
    changed = _prepared(later) if add else setting
    after = margins(changed, _marks(changed, moves))
    return {"what_if": moves, "add": list(add), "before": before, "after": after}


def _prepared(loaded: Loaded) -> Setting:
    setting = prepare(loaded)
    refuse_what_cannot_be(setting)
    return setting


def _moves(texts: Sequence[str]) -> dict[str, float]:
    moves: dict[str, float] = {}
    for text in texts:
        asset, move = read_move(text)
        if asset in moves:
            raise ConfigError([Problem(f"--what-if {text!r}", "", f"one move of {asset}")])
        moves[asset] = move
    return moves


def _marks(setting: Setting, moves: Mapping[str, float]) -> Float1D | None:
    """Marks (assets,) after the moves; None where nothing moves."""
    if not moves:
        return None
    marks = np.ones(len(setting.assets))
    for asset, move in moves.items():
        if asset not in setting.assets:
            expected = f"an asset of the book: {', '.join(setting.assets)}"
            raise ConfigError([Problem(f"--what-if '{asset} {100 * move:+g}%'", "", expected)])
        marks[setting.assets.index(asset)] = 1.0 + move
    return marks


def _after(loaded: Loaded, text: str, account: str | None) -> Loaded:
    order, owners = read_order(text), keyed_accounts(loaded)
    chosen = [(path, spec) for path, spec in owners if account in (None, spec.name)]
    if len(chosen) != 1:
        expected = f"--account NAME, one of {', '.join(spec.name for _, spec in owners)}"
        raise ConfigError([Problem(order.label, "", expected)])
    path, spec = chosen[0]
    return altered(loaded, filled(loaded, spec, tuple(map(str, path)), order))


def margins(setting: Setting, marks: Float1D | None = None) -> dict[str, Any]:
    """The calculator's object of every mode, by account where there are several."""
    found = {
        account.name: {
            mode.name: calculator_object(setting, account, mode, marks) for mode in account.modes.values()
        }
        for account in setting.accounts
    }
    return {"accounts": found} if setting.listed else found[setting.accounts[0].name]


def calculator_object(
    setting: Setting, account: Prepared, mode: Mode, marks: Float1D | None = None
) -> dict[str, Any]:
    """The ``margin`` object of a mode with what the calculator adds."""
    margin = margin_object(account, mode, setting.variance, setting.assets, marks)
    desk = Desk(mode.contender, setting.variance, marks)
    alone = isolated_desks(account, mode, setting.variance, marks)
    daily = np.sqrt(setting.variance * (DAY_S / setting.market.model.step_s))
    equity, notional = margin["equity"], np.array([p["notional"] for p in margin["positions"]])
    found = {
        "title": mode.offer.title if mode.offer else None,
        "names": _names(mode, margin),
        "venue_ratio": _venue_ratio(mode, margin),
        **_factors(mode),
        "effective_leverage": float(abs(notional).sum()) / equity if equity > 0 else None,
        "daily_volatility": {asset: float(daily[i]) for i, asset in enumerate(setting.assets)},
        "exposures": _exposures(mode, notional, setting.assets),
        "haircut": _haircut(account, setting.assets, marks),
        "rulebook_sha256": mode.rulebook.sha256 if mode.rulebook else None,
        "parameters_sha256": mode.parameters.sha256 if mode.parameters else None,
        "doubts": _doubts(account, mode),
        "positions": [
            {**position, **_distance(account, desk, i, _own(desk, alone, i), position, daily)}
            for i, position in enumerate(margin["positions"])
        ],
    }
    missing = [text for key, text in _REASONS.items() if found[key] is None]
    reasons = [*filter(None, [margin.get("reason")]), *missing]
    return {**margin, **found, **({"reason": "; ".join(reasons)} if reasons else {})}


_REASONS = {
    "title": "the venue has no such mode",
    "venue_ratio": "the venue shows no figure of its own for this mode, or none is known",
    "effective_leverage": "no equity is left",
    "rulebook_sha256": "no rulebook is used",
    "parameters_sha256": "no parameter file is used",
}


def _factors(mode: Mode) -> dict[str, Any]:
    """What a grid multiplies the sum of its terms with; other rules add theirs up as they are."""
    rule = mode.contender.rule
    if not isinstance(rule, GridTable):
        return {}
    return {"factors": {"initial": float(rule.initial_core), "maintenance": float(rule.core)}}


def _own(desk: Desk, alone: Sequence[Alone], i: int) -> tuple[Desk, int] | None:
    if not alone:
        return desk, i
    own = alone[i].desk
    return (own, 0) if own else None


def _names(mode: Mode, margin: Mapping[str, Any]) -> dict[str, str]:
    """What the venue calls our terms."""
    terms = mode.rulebook.tables.terms if mode.rulebook else {}
    return {key: terms.get(key, key) for key in ("initial", "maintenance", *margin["terms"])}


def _venue_ratio(mode: Mode, margin: Mapping[str, Any]) -> dict[str, Any] | None:
    ratio = mode.offer.ratio if mode.offer else None
    above, below = margin["maintenance"], margin["equity"]
    if ratio and ratio.form == "equity_over_maintenance":
        above, below = below, above
    if ratio is None or below <= 0 or mode.spec.rule == "isolated":
        return None
    return {"name": ratio.name, "value": above / below, "liquidation_at": ratio.liquidation_at}


def _exposures(mode: Mode, notional: Float1D, assets: Sequence[str]) -> dict[str, dict[str, float]]:
    """Long, short, net and gross notional of each asset, USD."""
    found = {}
    for i, asset in enumerate(assets):
        own = notional[mode.contender.book.asset == i]
        long, short = float(own[own > 0].sum()), float(-own[own < 0].sum())
        found[asset] = {"long": long, "short": short, "net": long - short, "gross": long + short}
    return found


def _distance(
    account: Prepared,
    desk: Desk,
    i: int,
    own: tuple[Desk, int] | None,
    position: Mapping[str, Any],
    daily: Float1D,
) -> dict[str, Any]:
    """Bankruptcy price, and how many daily standard deviations away the liquidation is.

    `own` is where the position lives or dies: the account, or under isolated margin itself.
    """
    asset, given = int(account.book.asset[i]), account.spec.positions[i]
    here, mark = float(desk.base[asset]), bankruptcy_mark(*own) if own else None
    move = position["liquidation_move"]
    found = {
        "bankruptcy_move": None if mark is None else mark / here - 1.0,
        "bankruptcy_price": None if mark is None or given.mark is None else mark * given.mark,
        "liquidation_sigmas": None if move is None else abs(move) / float(daily[asset]),
    }
    reason = position.get("reason")
    if mark is None:
        reason = "; ".join(
            [*filter(None, [reason]), "no positive price of this coin alone uses up the equity"]
        )
    return {**found, "reason": reason} if reason else found


def _haircut(account: Prepared, assets: Sequence[str], marks: Float1D | None) -> float:
    """USD of collateral at full value that the venue does not count."""
    lost = 0.0
    for balance in account.balances.values():
        moved = 1.0 if marks is None or balance.factor not in assets else marks[assets.index(balance.factor)]
        lost += (balance.value - balance.counted) * float(moved)
    return lost


def _doubts(account: Prepared, mode: Mode) -> list[str]:
    """What of the mode's rulebook and parameters is not known for certain."""
    used = used_rulebooks([replace(account, modes={mode.name: mode})])
    found = parameter_warnings(mode.parameters, account.spec) if mode.parameters else []
    return found + [text for book, symbols in used for text in doubts(book, symbols)]
