"""The books of config files, as far as a price history can hold them."""

from collections.abc import Sequence

import numpy as np

from stresskit.config.market import FileMarket
from stresskit.config_file import Loaded
from stresskit.errors import ConfigError
from stresskit.study.backtest.plan import BookOf

DEPENDENCES = ("student_t", "gaussian")
GUARD_S = 60 * 86400


def books_of(loaded: Sequence[Loaded]) -> list[BookOf]:
    """One book an account: exposures netted by asset; coins among the collateral are not held.

    Raises
    ------
    ConfigError
        If a model cannot be fitted along a moving window.
    """
    return [book for one in loaded for book in _books(one)]


def single(asset: str, kind: str = "garch", innovations: str = "student_t") -> BookOf:
    """One dollar of one asset."""
    return BookOf(asset, (asset,), np.ones(1), kind, innovations, "student_t", GUARD_S)


def _books(loaded: Loaded) -> list[BookOf]:
    run, model = loaded.run, loaded.run.model
    problems = []
    if model.marginal.innovations == "semi_parametric" or model.marginal.mean != "zero":
        expected = "normal, student_t or skew_t innovations of mean zero for a backtest"
        problems.append(loaded.source.problem(("model", "marginal"), expected))
    if model.dependence.kind not in DEPENDENCES:
        expected = f"{' or '.join(DEPENDENCES)} for a backtest"
        problems.append(loaded.source.problem(("model", "dependence"), expected))
    if problems:
        raise ConfigError(problems)
    guard = run.market.max_half_life if isinstance(run.market, FileMarket) else GUARD_S
    found = []
    for account in run.books():
        exposure: dict[str, float] = {}
        for position in account.positions:
            exposure[position.asset] = exposure.get(position.asset, 0.0) + position.delta
        name = run.name if run.account is not None else f"{run.name}/{account.name}"
        amounts = np.array(list(exposure.values()))
        kinds = model.marginal.kind, model.marginal.innovations, model.dependence.kind
        found.append(BookOf(name, tuple(exposure), amounts, *kinds, guard))
    return found
