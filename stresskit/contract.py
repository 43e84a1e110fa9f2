"""Symbols of contracts: base, quote, what profit settles in, and when the contract expires.

``BTC/USDT:USDT`` is linear (settles in the quote), ``BTC/USD:BTC`` inverse (settles in the base),
``BTC/USDT:USDT-260327`` dated (UTC day), ``BTC/USDT`` spot. The spelling is that of ccxt.
"""

import re
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

STABLE = ("USD", "USDT", "USDC")
Kind = Literal["linear", "inverse", "spot"]
_SYMBOL = re.compile(r"([A-Z0-9]{1,20})/([A-Z0-9]{1,10})(?::([A-Z0-9]{1,20})(?:-(\d{6}))?)?")


class Contract(NamedTuple):
    """One contract or spot pair; `settle` is the quote for spot, `expiry` None for what has none."""

    base: str
    quote: str
    settle: str
    kind: Kind
    expiry: date | None


@lru_cache(maxsize=4096)  # thousands of accounts hold the same few contracts
def parse_contract(symbol: str) -> Contract:
    """Read a symbol.

    Raises
    ------
    ValueError
        With what was expected, if it is no contract that can be margined here.
    """
    found = _SYMBOL.fullmatch(symbol)
    if not found:
        raise ValueError(
            'a contract such as "BTC/USDT:USDT", "BTC/USD:BTC" or "BTC/USDT:USDT-260327", or spot'
        )
    base, quote, settle, day = found.groups()
    if quote not in STABLE or base in STABLE:
        raise ValueError(f'a contract on a coin, quoted in USD, USDT or USDC, such as "{base}/USDT:USDT"')
    if settle not in (None, base, quote):
        raise ValueError(
            f"a contract that settles in {quote} (linear) or in {base} (inverse), not in {settle}"
        )
    kind: Kind = "spot" if settle is None else "inverse" if settle == base else "linear"
    return Contract(base, quote, settle or quote, kind, _day(day) if day else None)


def _day(text: str) -> date:
    try:
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        raise ValueError(f"an expiry YYMMDD that is a day of the calendar, not {text}") from None
