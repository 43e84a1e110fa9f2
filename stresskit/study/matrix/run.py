"""Equity over maintenance on two grids: price x volatility, and one asset against another.

The price moves are those of the venue's own grid where a mode has one, otherwise round ones; all assets
move by the same fraction. Volatility multiplies what the rule observes: only rules that look at
volatility answer to it. In the second matrix two assets move and the others stand still. Every cell is
the rule at those marks, with nothing closed.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from stresskit.config_file import Loaded
from stresskit.domain import Float1D
from stresskit.margin.grid.parameters import Grid
from stresskit.pipeline.accounts import Mode, Prepared
from stresskit.pipeline.admissible import refuse_what_cannot_be
from stresskit.pipeline.desk import Desk
from stresskit.pipeline.setting import Setting, prepare
from stresskit.study.reverse.run import desks_of

MOVES = (-0.3, -0.2, -0.1, -0.05, 0.0, 0.05, 0.1, 0.2, 0.3)
MULTIPLIERS = (1.0, 1.5, 2.0, 3.0)
NOTHING = "nothing is asked"


def matrices(loaded: Loaded) -> dict[str, Any]:
    """Both matrices of every account and mode.

    Returns
    -------
    dict
        ``accounts.<name>.<mode>``: ``moves`` (fractions), ``own_grid``, ``multipliers``, ``ratio`` (moves,
        multipliers), and ``pairs``, each with its two ``assets`` and ``ratio`` (moves, moves). A ratio at or
        below 1 is a liquidation; null where nothing is asked.

    Raises
    ------
    ConfigError, DataError
        As a run of the config would.
    """
    setting = prepare(loaded)
    refuse_what_cannot_be(setting)
    return {
        "kind": "matrix",
        "name": loaded.run.name,
        "assets": setting.assets,
        "accounts": {
            account.name: {name: _mode(setting, account, mode) for name, mode in account.modes.items()}
            for account in setting.accounts
        },
    }


def _mode(setting: Setting, account: Prepared, mode: Mode) -> dict[str, Any]:
    desks, assets = desks_of(setting, account, mode), len(setting.assets)
    own = _own_moves(setting, mode)
    moves = own or MOVES
    table = [[ratio(desks, np.full(assets, 1.0 + move), m) for m in MULTIPLIERS] for move in moves]
    pairs = [_pair(setting, desks, i, j) for i, j in combinations(_held(account), 2)]
    return {
        "hypothetical": mode.hypothetical,
        "own_grid": own is not None,
        "moves": list(moves),
        "multipliers": list(MULTIPLIERS),
        "ratio": table,
        "pairs": pairs,
        "reason": f"a null ratio: {NOTHING}",
    }


def _own_moves(setting: Setting, mode: Mode) -> tuple[float, ...] | None:
    """Every price move of the venue's grid for some asset of the account, with the mark as it is."""
    if not isinstance(mode.parameters, Grid):
        return None
    classes = [mode.parameters.parameters.class_of(asset) for asset in setting.assets]
    found = {float(move) for one in classes if one is not None for move in one.price.moves}
    return tuple(sorted(found | {0.0})) if found else None


def _held(account: Prepared) -> list[int]:
    """Places of the assets that contracts are on, the largest gross exposure first."""
    gross = np.bincount(account.book.asset, np.abs(account.book.quantity))
    return [int(i) for i in np.argsort(-gross, kind="stable") if gross[i] > 0.0]


def _pair(setting: Setting, desks: Sequence[Desk], i: int, j: int) -> dict[str, Any]:
    def marks(one: float, other: float) -> Float1D:
        found = np.ones(len(setting.assets))
        found[i], found[j] = 1.0 + one, 1.0 + other
        return found

    table = [[ratio(desks, marks(one, other), 1.0) for other in MOVES] for one in MOVES]
    return {"assets": [setting.assets[i], setting.assets[j]], "moves": list(MOVES), "ratio": table}


def ratio(desks: Sequence[Desk], marks: Float1D, multiplier: float) -> float | None:
    """The least equity over maintenance at marks (assets,); None where nothing is asked."""
    return min(_ratios(desks, marks, multiplier), default=None)


def _ratios(desks: Sequence[Desk], marks: Float1D, multiplier: float) -> Iterator[float]:
    for desk in desks:
        desk.view.marks[:], desk.view.multiplier[0] = marks, multiplier
        asked = desk.maintenance()
        if asked > 0.0:
            yield desk.equity() / asked
