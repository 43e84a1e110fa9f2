"""The policies of the venues twice: as the kernels have them, and as the plain twins do."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from stresskit.liquidation import DominantRisk, LargestLoss, Policy, ProRata, Staged, TierLadder
from tests.reference.policies import Dominant, Ladder, Losers, Shares, Stages


class Pair(NamedTuple):
    """A policy twice: `fast` and `slow` make it for the entry prices (positions,) of a case."""

    fast: Callable[[np.ndarray], Policy]
    slow: Callable[[np.ndarray], Any]


def ladder(*fields: float) -> Pair:
    return Pair(lambda _: TierLadder(*map(float, fields)), lambda _: Ladder(*map(int, fields)))


def slices(*fields: float) -> Pair:
    return Pair(lambda _: ProRata(*map(float, fields)), lambda _: Shares(*fields))


POLICIES = {
    "binance": ladder(0, 0, 0, 1),
    "bybit": ladder(1, 1, 0, 1),
    "mexc": ladder(1, 1, 1, 1),
    "weex": ladder(2, 2, 0, 0),
    "bingx": Pair(LargestLoss, Losers),
    "hyperliquid": Pair(
        lambda _: Staged(20_000.0, 0.2, 2 / 3, 1.0), lambda _: Stages(20_000.0, 0.2, 2 / 3, True)
    ),
    "market": slices(1, 1, 0, 0),
    "paradex": slices(0, 1, 0, 1),
    "derive": slices(0, 0, 0.02, 1),
    "okx": Pair(lambda _: DominantRisk(1.0), lambda _: Dominant(True)),
}
