"""Accounts along a price history: requirements against losses, and liquidations foretold against lived."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from stresskit.config.market import SnapshotMarket
from stresskit.config_file import Loaded
from stresskit.domain import Float1D
from stresskit.errors import DataError, Problem
from stresskit.market.prices import Prices, simple_returns
from stresskit.pipeline.market import read_market
from stresskit.study.backtest.accounts import daily
from stresskit.study.backtest.ahead import ahead
from stresskit.study.backtest.books import books_of
from stresskit.study.backtest.eve import History
from stresskit.study.backtest.fits import fits
from stresskit.study.backtest.margin_cover import margin_cover
from stresskit.study.backtest.plan import Ahead, Plan
from stresskit.study.backtest.starts import asset_start


def follow(
    loaded: Loaded,
    prices: Prices,
    plan: Plan,
    folder: Path,
    far: Ahead | None,
    margin: bool,
    tell: Callable[[str], None],
) -> dict[str, Any]:
    """``margin`` and ``ahead`` of the config's account, those that are asked for.

    Raises
    ------
    ConfigError
        If the config has several accounts, coins that the book does not hold, or a margin period that is no
        whole number of the prices' steps.
    DataError
        If the prices end before a single start has all of its steps.
    """
    own = daily(loaded, prices.step_s, far.steps if far else 1, far.paths if far else 1000)
    (book,) = books_of([loaded])
    returns = simple_returns(prices.close)
    columns = [prices.assets.index(asset) for asset in book.assets]
    starts = [asset_start(asset, prices, returns, plan) for asset in book.assets]
    longest = book.max_half_life_s / prices.step_s
    fitted = [
        fits(asset, returns[:, i], begin, book, plan, longest, prices.sha256, folder, tell)
        for asset, i, begin in zip(book.assets, columns, starts, strict=True)
    ]
    volume = _volume(loaded, book.assets)
    held = returns[:, columns]
    history = History(book, prices.times[1:], held, fitted, plan.window, prices.step_s, volume)
    start = max(starts)
    if far and start + far.steps > len(held):
        expected = f"{far.steps} steps after the first window"
        raise DataError([Problem(prices.path, book.name, expected)])
    return {
        "name": book.name,
        "marginal": f"{book.kind}/{book.innovations}",
        "dependence": book.dependence.label,
        "first": str(history.times[start])[:10],
        **({"margin": margin_cover(own, history, start)} if margin else {}),
        **({"ahead": ahead(own, history, start, far, plan.levels, tell)} if far else {}),
    }


def _volume(loaded: Loaded, assets: tuple[str, ...]) -> Float1D:
    """Daily volumes (assets,) of the config's market, NaN where it knows none."""
    if not isinstance(loaded.run.market, SnapshotMarket):
        return np.full(len(assets), np.nan)
    snapshot = read_market(loaded).snapshot
    known = dict(zip(snapshot.assets, snapshot.daily_volume_usd.tolist(), strict=True))
    return np.array([known.get(asset, np.nan) for asset in assets])
