"""All books along one price history."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from stresskit.calibrate.progress import Progress
from stresskit.config_file import Loaded
from stresskit.domain import Float2D
from stresskit.errors import DataError, Problem
from stresskit.market.prices import Prices, load_prices, simple_returns
from stresskit.study.backtest.books import books_of, single
from stresskit.study.backtest.fits import fits, refit_steps
from stresskit.study.backtest.follow import follow
from stresskit.study.backtest.judge import judge
from stresskit.study.backtest.plan import Ahead, BookOf, Plan
from stresskit.study.backtest.series import days
from stresskit.study.backtest.starts import asset_start
from stresskit.study.backtest.walk import walk, walk_history

Show = Callable[[Progress], None]


def backtest(
    loaded: Sequence[Loaded],
    prices_path: Path,
    plan: Plan,
    folder: Path,
    each_asset: bool = False,
    dependences: Sequence[str] = (),
    show: Show | None = None,
    models: Sequence[str] = (),
    far: Ahead | None = None,
    margin: bool = False,
) -> dict[str, Any]:
    """Walk every book along the prices and test its forecasts.

    Parameters
    ----------
    loaded : configs whose accounts give the books; what they say of the market is not used.
    prices_path : wide closes or long OHLCV; its step is that of the forecasts.
    plan : window, refits, first day.
    folder : where the fits are kept; a second call with the same data and plan goes on from them.
    each_asset : whether one dollar of each asset of the file is backtested, too (GARCH, Student-t).
    dependences : what each book of several assets is forecast with, in place of its config's own.
    show : is told how far it has come.
    models : of an envelope, by name, with which each book is forecast in place of its config's own.
    far : whether and how accounts are followed over several steps; margin : whether requirements are tested.

    Returns
    -------
    JSON-able: what was done, and by book and model (``model``, and ``history`` once a book) every test;
    ``series``: each day's P&L beside what the model forecast of it.

    Raises
    ------
    ConfigError
        If a model cannot be fitted along a moving window.
    DataError
        If the file is faulty, lacks an asset or closes, or has no step beyond the window.
    """
    books = books_of(loaded, dependences, models)
    wanted = None if each_asset else tuple(dict.fromkeys(a for book in books for a in book.assets))
    prices = load_prices(prices_path, wanted)
    returns = simple_returns(prices.close)
    if each_asset:
        books += [single(asset) for asset in prices.assets]
    _refuse(books, prices)
    starts = [_start(book, prices, returns, plan) for book in books]
    further = [books_of([one])[0] for one in loaded] if far or margin else []
    total = _fits(books + further, prices, returns, plan)
    if far:
        total += sum(len(far.starts(_start(b, prices, returns, plan), len(returns))) for b in further)
    meter = _Meter(total, show)
    told = [_one(b, s, prices, returns, plan, folder, meter) for b, s in zip(books, starts, strict=True)]
    followed = [follow(o, prices, plan, folder, far, margin, meter.tell) for o in loaded if far or margin]
    about = {"file": Path(prices.path).name, "sha256": prices.sha256, "step_s": prices.step_s}
    return {
        "kind": "backtest",
        "prices": about,
        "window": plan.window,
        "refit": plan.refit,
        "draws": plan.draws,
        "books": told,
        **({"accounts": followed} if followed else {}),
    }


class _Meter:
    def __init__(self, total: int, show: Show | None) -> None:
        self.done, self.total, self.show = 0, total, show

    def tell(self, label: str) -> None:
        self.done += 1
        if self.show:
            self.show(Progress(min(self.done, self.total), self.total, label))


def _refuse(books: list[BookOf], prices: Prices) -> None:
    missing = dict.fromkeys(a for book in books for a in book.assets if a not in prices.assets)
    if missing:
        raise DataError([Problem(prices.path, asset, "closes of this asset") for asset in missing])


def _start(book: BookOf, prices: Prices, returns: Float2D, plan: Plan) -> int:
    return max(asset_start(asset, prices, returns, plan) for asset in book.assets)


def _fits(books: list[BookOf], prices: Prices, returns: Float2D, plan: Plan) -> int:
    steps = [asset_start(asset, prices, returns, plan) for book in books for asset in book.assets]
    return sum(len(refit_steps(step, len(returns), plan.refit)) for step in steps)


def _one(
    book: BookOf, start: int, prices: Prices, returns: Float2D, plan: Plan, folder: Path, meter: _Meter
) -> dict[str, Any]:
    longest = book.max_half_life_s / prices.step_s
    columns = [prices.assets.index(asset) for asset in book.assets]
    found = []
    for asset, column in zip(book.assets, columns, strict=True):
        begin = asset_start(asset, prices, returns, plan)
        series = returns[:, column]
        found.append(fits(asset, series, begin, book, plan, longest, prices.sha256, folder, meter.tell))
    times, own = prices.times[1:], returns[:, columns]
    models = {"model": walk(book, times, own, start, found, plan)}
    if book.with_history:
        models["history"] = walk_history(book, times, own, start, plan)
    return {
        "name": book.name,
        **({"envelope_model": book.model} if book.model else {}),
        "exposure": dict(zip(book.assets, book.exposure.tolist(), strict=True)),
        "marginal": f"{book.kind}/{book.innovations}",
        "dependence": book.dependence.label if len(columns) > 1 else None,
        **({} if len(columns) > 1 else {"reason": "one asset: nothing depends"}),
        "first": str(times[start].astype("datetime64[D]")),
        "last": str(times[-1].astype("datetime64[D]")),
        **{name: judge(forecasts, plan.levels) for name, forecasts in models.items()},
        "series": days(models["model"], plan.levels),
    }
