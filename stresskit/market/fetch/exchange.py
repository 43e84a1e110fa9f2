"""An exchange, spoken to by ccxt: slowly enough for its limits, again where the line fails."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from typing import Any, Literal, TypeVar, get_args

from stresskit.errors import ConfigError, DataError, Problem
from stresskit.market.suggest import suggestion

T = TypeVar("T")
Kind = Literal["ohlcv", "mark", "index", "funding"]
KINDS: tuple[Kind, ...] = get_args(Kind)
METHODS: dict[Kind, tuple[str, str]] = {  # what ccxt calls the ability, and the call
    "ohlcv": ("fetchOHLCV", "fetch_ohlcv"),
    "mark": ("fetchMarkOHLCV", "fetch_mark_ohlcv"),
    "index": ("fetchIndexOHLCV", "fetch_index_ohlcv"),
    "funding": ("fetchFundingRateHistory", "fetch_funding_rate_history"),
}
PAGE = 1000
WAITS_S = (1.0, 2.0, 4.0, 8.0, 16.0)
KEY, SECRET = "STRESSKIT_EXCHANGE_KEY", "STRESSKIT_EXCHANGE_SECRET"  # names of environment variables


class Exchange:
    """One exchange by its ccxt name, such as ``binanceusdm``, ``bybit`` or ``okx``.

    Parameters
    ----------
    name : as ccxt has it.
    urls : other addresses of its interfaces, by ccxt's name of each.
    pause : how to wait before another attempt.

    Raises
    ------
    ConfigError
        If the extra is missing or there is no such exchange.
    """

    def __init__(
        self, name: str, urls: Mapping[str, str] | None = None, pause: Callable[[float], None] = time.sleep
    ) -> None:
        try:
            import ccxt
        except ImportError:
            expected = "ccxt, which speaks to exchanges: pip install 'stresskit[data]'"
            raise ConfigError([Problem("data fetch", "", expected)]) from None
        if name not in ccxt.exchanges:
            expected = f"an exchange that ccxt knows{suggestion(name, ccxt.exchanges)}"
            raise ConfigError([Problem(f"EXCHANGE {name}", "", expected)])
        self.name, self.program, self._errors, self._pause = name, f"ccxt {version('ccxt')}", ccxt, pause
        keys = {"apiKey": os.environ.get(KEY, ""), "secret": os.environ.get(SECRET, "")}
        self._ccxt: Any = getattr(ccxt, name)({"enableRateLimit": True, "timeout": 20_000, **keys})
        self._ccxt.has["fetchCurrencies"] = False  # would need a key, and says nothing that we use
        if urls:
            self._ccxt.urls["api"] = {**self._ccxt.urls["api"], **urls}
        self._known: Mapping[str, Any] = {}

    def market(self, symbol: str) -> Mapping[str, Any]:
        """What the exchange says of a contract.

        Raises
        ------
        ConfigError
            If it lists no such symbol.
        """
        self._known = self._known or self._ask("its markets", self._ccxt.load_markets)
        if symbol not in self._known:
            expected = f"a symbol of {self.name}{suggestion(symbol, list(self._known))}"
            raise ConfigError([Problem(f"SYMBOL {symbol}", "", expected)])
        found: Mapping[str, Any] = self._known[symbol]
        return found

    def offers(self, kind: Kind) -> bool:
        """Whether ccxt can ask this exchange for it."""
        return bool(self._ccxt.has.get(METHODS[kind][0]))

    def step_s(self, timeframe: str) -> int:
        """Seconds of a timeframe such as ``1h``.

        Raises
        ------
        ConfigError
            If the exchange has no such timeframe.
        """
        if timeframe not in (self._ccxt.timeframes or {}):
            listed = ", ".join(self._ccxt.timeframes or {})
            raise ConfigError([Problem("--timeframe", "", f"one of {listed}")])
        return int(self._ccxt.parse_timeframe(timeframe))

    def now_s(self) -> float:
        """Time of the exchange (a wrong clock here must not cut bars); ours where it tells none."""
        if not self._ccxt.has.get("fetchTime"):
            return time.time()
        return float(self._ask("its time", self._ccxt.fetch_time)) / 1000

    def page(self, kind: Kind, symbol: str, timeframe: str, first_s: int) -> list[list[float]]:
        """Up to a page of rows from `first_s` on: a stamp in seconds, then a rate or open to volume.

        Raises
        ------
        DataError
            If the exchange does not answer, or not with rows.
        """
        call, since = getattr(self._ccxt, METHODS[kind][1]), first_s * 1000
        what = f"{kind} of {symbol} from {time.strftime('%Y-%m-%d %H:%M', time.gmtime(first_s))}"
        if kind == "funding":
            found = self._ask(what, lambda: call(symbol, since, PAGE))
            return [[round(row["timestamp"] / 1000), row["fundingRate"]] for row in found]
        found = self._ask(what, lambda: call(symbol, timeframe, since, PAGE))
        return [[round(row[0] / 1000), *row[1:6]] for row in found]

    def tiers(self, symbols: Sequence[str]) -> dict[str, list[Mapping[str, Any]]]:
        """Leverage tiers of each symbol; many exchanges ask for a key (it may be one that only reads)."""
        if not self._ccxt.has.get("fetchLeverageTiers"):
            raise ConfigError([Problem(f"EXCHANGE {self.name}", "", "an exchange that tells its tiers")])
        for symbol in symbols:
            self.market(symbol)
        found = self._ask("its leverage tiers", lambda: self._ccxt.fetch_leverage_tiers(list(symbols)))
        missing = [symbol for symbol in symbols if not found.get(symbol)]
        if missing:
            raise self._failed(f"leverage tiers of {', '.join(missing)}", "nothing was sent")
        return {symbol: found[symbol] for symbol in symbols}

    def _ask(self, what: str, call: Callable[[], T]) -> T:
        for wait in (*WAITS_S, None):
            try:
                return call()
            except self._errors.AuthenticationError as error:
                expected = f"{what} without a key, or a key in {KEY} and {SECRET}"
                raise self._failed(expected, error) from None
            except self._errors.NetworkError as error:
                if wait is None:
                    raise self._failed(f"{what}, in {len(WAITS_S) + 1} attempts", error) from None
                self._pause(wait)
            except self._errors.BaseError as error:
                raise self._failed(what, error) from None
            except (TypeError, KeyError, ValueError, IndexError) as error:
                raise self._failed(f"{what} in the form that ccxt knows", error) from None
        raise AssertionError

    def _failed(self, expected: str, error: object) -> DataError:
        said = str(error).partition("\n")[0][:200] or type(error).__name__
        return DataError([Problem(self.name, "", f"{expected} ({said})")])
