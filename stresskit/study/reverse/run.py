"""The most plausible one-step move that liquidates each mode, and how plausible it is."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from stresskit.config_file import Loaded
from stresskit.domain import Book, Float1D
from stresskit.pipeline.accounts import Mode, Prepared
from stresskit.pipeline.admissible import refuse_what_cannot_be
from stresskit.pipeline.desk import Desk
from stresskit.pipeline.draws import exposures
from stresskit.pipeline.isolated_now import isolated_desks
from stresskit.pipeline.setting import Setting, prepare
from stresskit.spec import duration_text
from stresskit.study.reverse.calm_step import UNKNOWN, CalmStep, calm_step
from stresskit.study.reverse.linear import least_move, mahalanobis
from stresskit.study.reverse.search import Found, directions, nearest

SHARE = 0.95  # of the move that must not liquidate


def reverse(loaded: Loaded) -> dict[str, Any]:
    """The move of each account and mode; with its first-order linear answer beside it.

    The move is one step of the calm model from its initial volatility, applied to the marks at once:
    the volatility that a rule sees stays, and nothing moves afterwards.

    Returns
    -------
    dict
        ``accounts.<name>.modes.<mode>``: ``status`` (``found``, ``none``, ``breached``), ``move`` by asset
        (fractions), ``distance`` and ``mahalanobis`` (standard deviations), ``years``, money in USD.

    Raises
    ------
    ConfigError, DataError
        As a run of the config would.
    """
    setting = prepare(loaded)
    refuse_what_cannot_be(setting)
    law = calm_step(setting)
    return {
        "kind": "reverse",
        "name": loaded.run.name,
        "step": duration_text(law.step_s),
        "assets": setting.assets,
        "accounts": {
            account.name: {
                "hypothetical": [name for name, mode in account.modes.items() if mode.hypothetical],
                "modes": {
                    name: mode_answer(setting, law, account, mode) for name, mode in account.modes.items()
                },
            }
            for account in setting.accounts
        },
    }


def excess_of(desks: Sequence[Desk], marks: Float1D) -> float:
    """Equity less maintenance at marks (assets,); of isolated positions the least."""
    found = []
    for desk in desks:
        desk.view.marks[:] = marks
        found.append(desk.equity() - desk.maintenance())
    return min(found)


def desks_of(setting: Setting, account: Prepared, mode: Mode) -> list[Desk]:
    """What lives or dies as one: the account, or under isolated margin each position."""
    alone = isolated_desks(account, mode, setting.variance)
    if alone:
        return [one.desk for one in alone if one.desk is not None]
    return [Desk(mode.contender, setting.variance)]


def mode_answer(setting: Setting, law: CalmStep, account: Prepared, mode: Mode) -> dict[str, Any]:
    """The move that liquidates one account under one mode."""
    desks = desks_of(setting, account, mode)
    start = excess_of(desks, np.ones(law.deviation.size)) if desks else np.inf
    if start <= 0.0:
        return {"status": "breached", "reason": "equity is at or below the requirement already", **_NOTHING}
    pull = _net(account.book, law.deviation.size)
    excess = partial(_after, desks, law)
    found = (
        nearest(excess, law.correlation, directions(law.correlation, law.deviation * pull)) if desks else None
    )
    if found is None:
        return {"status": "none", "reason": "no single step was found that liquidates", **_NOTHING}
    return {**_told(setting, law, desks, pull, found), **_linear(setting, law, pull, start)}


_NOTHING: dict[str, Any] = {"move": None, "distance": None, "mahalanobis": None, "years": None}


def _after(desks: Sequence[Desk], law: CalmStep, y: Float1D) -> float:
    return excess_of(desks, 1.0 + law.moves(y))


def _net(book: Book, assets: int) -> Float1D:
    """Net exposure (assets,) USD of positions and coins."""
    net = np.zeros(assets)
    np.add.at(net, *exposures(book))
    return net


def _told(
    setting: Setting, law: CalmStep, desks: Sequence[Desk], pull: Float1D, found: Found
) -> dict[str, Any]:
    move = law.moves(found.y)
    years = law.years(found.distance)
    told = {
        "status": "found",
        "move": dict(zip(setting.assets, move.tolist(), strict=True)),
        "distance": found.distance,
        "mahalanobis": mahalanobis(move - law.mean, law.covariance),
        "years": years,
        "loss": float(-pull @ move),
        "requirement_after": _maintenance(desks, 1.0 + move),
        "survives_95_percent_of_it": excess_of(desks, 1.0 + SHARE * move) > 0.0,
    }
    if years is None:
        told["reason"] = "too rare to say how often" if law.elliptical else UNKNOWN
    return told


def _maintenance(desks: Sequence[Desk], marks: Float1D) -> float:
    excess_of(desks, marks)
    return float(sum(desk.maintenance() for desk in desks))


def _linear(setting: Setting, law: CalmStep, pull: Float1D, start: float) -> dict[str, Any]:
    """The closed form for a requirement that stays what it is."""
    found = least_move(pull, law.covariance, start)
    if found is None:
        return {}
    move = dict(zip(setting.assets, found.move.tolist(), strict=True))
    return {"requirement_held": {"move": move, "mahalanobis": found.distance, "loss": start}}
