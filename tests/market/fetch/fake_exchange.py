"""A small exchange on loopback that speaks the wire format of Binance's USD-M futures.

Paths, parameters and answers are those of its public documentation (exchangeInfo, klines,
markPriceKlines, indexPriceKlines, fundingRate, leverageBracket, time); prices are made up.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

HOUR_MS = 3_600_000
START_MS = 1_704_067_200_000  # 2024-01-01
STEP_MS = {"1h": HOUR_MS, "1d": 24 * HOUR_MS}
COINS = {"BTCUSDT": ("BTC", 40_000.0), "ETHUSDT": ("ETH", 2_500.0)}
NOISE = {"BTCUSDT": 7919, "ETHUSDT": 104_743}
BRACKETS = [
    {"bracket": 1, "initialLeverage": 125, "notionalCap": 50000, "notionalFloor": 0,
     "maintMarginRatio": 0.004, "cum": 0.0},
    {"bracket": 2, "initialLeverage": 100, "notionalCap": 600000, "notionalFloor": 50000,
     "maintMarginRatio": 0.005, "cum": 50.0},
    {"bracket": 3, "initialLeverage": 50, "notionalCap": 3000000, "notionalFloor": 600000,
     "maintMarginRatio": 0.01, "cum": 3050.0},
]  # fmt: skip


@dataclass
class Fake:
    """What the exchange holds and how it misbehaves.

    `now_ms`: its clock; `missing`: stamps that it has no bar of; `faults`: HTTP codes of the next answers;
    `stop_after`: answers after which it only fails; `seen`: what it was asked.
    """

    now_ms: int = START_MS + 3000 * HOUR_MS + 17
    missing: set[int] = field(default_factory=set)
    faults: list[int] = field(default_factory=list)
    stop_after: int = 10**9
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    brackets: list[dict[str, Any]] = field(default_factory=lambda: [dict(row) for row in BRACKETS])
    rows: Any = None


def candle(symbol: str, stamp: int, step: int, shift: float = 0.0) -> list[Any]:
    """A bar as the wire has it: numbers as text."""
    noise = sum(((stamp // step * NOISE[symbol]) % n - n // 2) / n for n in (97, 101, 103, 107))
    base = COINS[symbol][1] * (1 + 0.001 * noise) + shift
    prices = [f"{x:.2f}" for x in (base, base + 5, base - 5, base + 1)]
    volume = f"{(stamp // step) % 977 + 0.125:.3f}"
    return [stamp, *prices, volume, stamp + step - 1, "0", 10, "0", "0", "0"]


def answer(fake: Fake, path: str, asked: dict[str, str]) -> Any:
    """The body of an answer."""
    if path == "/fapi/v1/time":
        return {"serverTime": fake.now_ms}
    if path == "/fapi/v1/exchangeInfo":
        return {"timezone": "UTC", "serverTime": fake.now_ms, "symbols": [listing(name) for name in COINS]}
    if path == "/fapi/v1/leverageBracket":
        return [{"symbol": name, "brackets": fake.brackets} for name in COINS]
    first, most = int(asked["startTime"]), int(asked.get("limit", 500))
    if path == "/fapi/v1/fundingRate":
        step = 8 * HOUR_MS
        stamps = _stamps(fake, first, step, most)
        symbol = asked["symbol"]
        rates = [
            {
                "symbol": symbol,
                "fundingTime": at + at // step % 9,
                "fundingRate": f"{at // step % 13 * 1e-5:.8f}",
            }
            for at in stamps
        ]
        return [{**row, "markPrice": "1.0"} for row in rates]
    step = STEP_MS[asked["interval"]]
    symbol = asked.get("symbol") or asked["pair"]
    shift = {"/fapi/v1/klines": 0.0, "/fapi/v1/markPriceKlines": 2.0, "/fapi/v1/indexPriceKlines": 3.0}[path]
    return [
        candle(symbol, at, step, shift) for at in _stamps(fake, first, step, most) if at not in fake.missing
    ]


def _stamps(fake: Fake, first: int, step: int, most: int) -> list[int]:
    begin = max(first, START_MS)
    begin += -begin % step
    return list(range(begin, min(begin + most * step, fake.now_ms), step))


def listing(name: str) -> dict[str, Any]:
    """One symbol of exchangeInfo."""
    base = COINS[name][0]
    return {
        "symbol": name, "pair": name, "contractType": "PERPETUAL", "deliveryDate": 4133404800000,
        "onboardDate": START_MS, "status": "TRADING",
        "maintMarginPercent": "2.5", "requiredMarginPercent": "5",
        "baseAsset": base, "quoteAsset": "USDT", "marginAsset": "USDT", "pricePrecision": 2,
        "quantityPrecision": 3, "baseAssetPrecision": 8, "quotePrecision": 8, "underlyingType": "COIN",
        "underlyingSubType": [], "triggerProtect": "0.05", "liquidationFee": "0.0125",
        "marketTakeBound": "0.05",
        "orderTypes": ["LIMIT", "MARKET"], "timeInForce": ["GTC"],
        "filters": [
            {"filterType": "PRICE_FILTER", "minPrice": "0.1", "maxPrice": "1000000", "tickSize": "0.10"},
            {"filterType": "LOT_SIZE", "minQty": "0.001", "maxQty": "1000", "stepSize": "0.001"},
            {"filterType": "MIN_NOTIONAL", "notional": "5"},
        ],
    }  # fmt: skip


@contextmanager
def exchange(fake: Fake) -> Iterator[dict[str, str]]:
    """Serve, and yield the addresses by ccxt's names of them."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
            fake.seen.append((parts.path, asked))
            code = fake.faults.pop(0) if fake.faults else 200
            if len(fake.seen) > fake.stop_after:
                code = 503
            text = b"<html>Service Unavailable</html>"
            if code == 429:
                text = json.dumps({"code": -1003, "msg": "Too many requests."}).encode()
            elif code == 200:
                body = fake.rows(parts.path, asked) if fake.rows else answer(fake, parts.path, asked)
                text = json.dumps(body).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    base = f"http://127.0.0.1:{server.server_port}/fapi"
    names = {"fapiPublic": "v1", "fapiPrivate": "v1", "fapiPublicV2": "v2", "fapiPrivateV2": "v2"}
    try:
        yield {name: f"{base}/{version}" for name, version in names.items()}
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
