"""Valid documents to spoil."""

from typing import Any


def account(**changes: Any) -> dict[str, Any]:
    """Long BTC, short ETH on 20,000 USDT."""
    positions = [
        {"symbol": "BTC/USDT:USDT", "notional_usd": 50_000, "leverage": 10},
        {"symbol": "ETH/USDT:USDT", "notional_usd": -50_000, "leverage": 10},
    ]
    collateral = [{"asset": "USDT", "amount": 20_000}]
    return {"venue": "binance", "collateral": collateral, "positions": positions, **changes}


def document(**changes: Any) -> dict[str, Any]:
    """A whole config; None removes a key."""
    base = {
        "name": "pair",
        "market": {"source": "snapshot", "snapshot": "majors-2026-03"},
        "account": account(),
        "modes": {
            "cross": {"rule": "brackets", "rulebook": "binance-usdm-2026-09"},
            "portfolio": {"rule": "var"},
        },
    }
    return {key: value for key, value in {**base, **changes}.items() if value is not None}
