"""The points of a frontier: one mode of one account at one leverage."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from stresskit.config_file import Loaded
from stresskit.errors import ConfigError
from stresskit.metrics import Stake
from stresskit.pipeline.accounts import Mode, Prepared
from stresskit.pipeline.efficiency import Endowed, endowed_with, least_initial
from stresskit.pipeline.margin_now import initial_margin
from stresskit.pipeline.setting import Setting
from stresskit.results import EQUAL_EFFICIENCY
from stresskit.simulate.blocks import Contender

LARGEST = 1000.0


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """A mode at a leverage: gross exposure over own `capital`, USD.

    `initial` is what the mode asks to open the book: at the largest leverage of its brackets where it has
    such a slider.
    """

    account: str
    mode: str
    leverage: float
    capital: float
    initial: float
    hypothetical: bool
    contender: Contender

    @property
    def opens(self) -> bool:
        """Whether the capital covers the initial requirement."""
        return self.capital >= self.initial


def points(setting: Setting, leverages: Sequence[float]) -> list[Point]:
    """Every account under every mode at every leverage, in this order.

    Raises
    ------
    ConfigError
        If an account has no exposure.
    """
    return [
        point
        for account in setting.accounts
        for mode in account.modes.values()
        for point in _of_mode(setting, account, mode, leverages)
    ]


def with_points(setting: Setting, found: Sequence[Point]) -> Setting:
    """The setting with the points as further lives of their accounts, in their order."""
    endowed = {
        account.name: [
            Endowed(f"{p.mode}@{p.leverage:g}", p.contender, Stake(p.capital, p.capital))
            for p in found
            if p.account == account.name
        ]
        for account in setting.accounts
    }
    return replace(setting, endowed=endowed)


def places(setting: Setting) -> list[int]:
    """Where the points stand among the lives of a setting that has them."""
    return [i for i, (life, _) in enumerate(setting.lives()) if life.basis == EQUAL_EFFICIENCY]


def _of_mode(setting: Setting, account: Prepared, mode: Mode, leverages: Sequence[float]) -> list[Point]:
    gross = float(np.abs(mode.contender.book.quantity).sum())
    if not gross > 0.0:
        raise _no_exposure(setting.loaded)
    initial = least_initial(account, mode)
    asked = initial_margin(mode, setting.variance) if initial is None else initial
    return [
        Point(
            account.name,
            mode.name,
            leverage,
            gross / leverage,
            asked,
            mode.hypothetical,
            endowed_with(mode.contender, gross / leverage),
        )
        for leverage in leverages
    ]


def _no_exposure(loaded: Loaded) -> ConfigError:
    key = "account" if loaded.run.account is not None else "accounts"
    return ConfigError([loaded.source.problem((key,), "a position that moves with a mark")])


def own_leverage(account: Prepared) -> float:
    """Gross exposure over the equity that the account has."""
    return float(np.abs(account.book.quantity).sum()) / account.equity
