"""The one spelling of numbers in the report: three significant figures, thin spaces, sign, unit.

A figure is never rounded onto a threshold that it does not reach: 4.998 % beside a limit of 5 %
stays 4.998 %, and a probability of 0.9996 is not shown as certainty.
"""

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

THIN = "\u202f"  # narrow no-break space
MINUS = "\u2212"
UNDEFINED = "–"
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
MOST_DIGITS = 12

Show = Callable[[float], str]
Estimate = Mapping[str, Any]


def significant(value: float, digits: int = 3, trim: bool = False) -> str:
    """Write `value` to `digits` significant figures, thousands set apart by thin spaces.

    Parameters
    ----------
    value : finite number.
    digits : significant figures kept.
    trim : drop trailing zeros of the decimals, for figures that somebody stated (a limit).

    Raises
    ------
    ValueError
        If `value` is not finite.
    """
    if not math.isfinite(value):
        raise ValueError(f"cannot print {value}")
    rounded = Decimal(f"{value:.{digits - 1}e}")
    if not rounded:
        return "0"
    exponent = rounded.adjusted()
    if exponent < -4:
        mantissa = significant(float(rounded.scaleb(-exponent)), digits, trim)
        return f"{mantissa}×10{str(exponent).translate(SUPERSCRIPT)}"
    text = f"{rounded:,.{max(0, digits - 1 - exponent)}f}"
    if trim and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(",", THIN).replace("-", MINUS)


def apart(value: float, *thresholds: float) -> str:
    """Write `value` with as many figures as it takes to differ from every threshold it misses."""
    for digits in range(3, MOST_DIGITS):
        text = significant(value, digits)
        if all(value == t or text != significant(t, digits) for t in thresholds):
            return text
    return significant(value, MOST_DIGITS)


def stated(value: float) -> str:
    """Write a number that the user stated, in full: ``100000`` as ``100 000``."""
    return significant(value, MOST_DIGITS, trim=True)


def signed(text: str) -> str:
    """Put a plus before a positive figure."""
    return text if text.startswith(MINUS) or text == "0" else f"+{text}"


def number(value: float) -> str:
    """A bare figure."""
    return significant(value)


def money(value: float) -> str:
    """USD without the unit, for table cells whose heading names it."""
    return significant(0.0 if abs(value) < 0.005 else value)


def usd(value: float) -> str:
    """USD with the unit."""
    return f"{money(value)}{THIN}USD"


def gain(value: float) -> str:
    """Signed USD with the unit."""
    return f"{signed(money(value))}{THIN}USD"


def percent(value: float) -> str:
    """A fraction as a percentage, never rounded onto 0 or 100."""
    return f"{apart(100.0 * value, 0.0, 100.0)}{THIN}%"


def move(value: float) -> str:
    """A signed fraction as a percentage."""
    return f"{signed(significant(100.0 * value))}{THIN}%"


def points(value: float) -> str:
    """A signed difference of two fractions in percentage points."""
    return f"{signed(significant(100.0 * value))}{THIN}pp"


def multiple(value: float) -> str:
    """A factor."""
    return f"{significant(value)}×"


def ratio(value: float) -> str:
    """Equity over maintenance, never rounded onto 1, where the account dies."""
    return apart(value, 1.0)


def hours(value: float) -> str:
    """A time given in hours: in hours below two days, in days from there on."""
    return f"{significant(value)}{THIN}h" if value < 48.0 else f"{significant(value / 24.0)}{THIN}d"


def duration(value: float) -> str:
    """A stated time in hours, without trailing zeros: ``1 h``, ``10 d``."""
    return f"{stated(value)}{THIN}h" if value < 48.0 else f"{stated(value / 24.0)}{THIN}d"


def at(value: float) -> str:
    """A point in time given in hours: in days where it is a whole number of them."""
    return (
        f"{stated(value / 24.0)}{THIN}d"
        if value >= 48.0 and value % 24.0 == 0.0
        else f"{stated(value)}{THIN}h"
    )


def level_name(level: str) -> str:
    """A confidence level as ``metrics.json`` writes it, as a percentage: ``99 %``."""
    return f"{stated(round(100.0 * float(level), 9))}{THIN}%"


def against(value: float, limit: float, fraction: bool) -> tuple[str, str]:
    """A figure and its limit, never rounded onto each other."""
    scale, unit = (100.0, f"{THIN}%") if fraction else (1.0, f"{THIN}USD")
    return f"{apart(scale * value, scale * limit)}{unit}", f"{stated(scale * limit)}{unit}"


def bounds(estimate: Estimate, show: Show) -> str:
    """The interval of an estimate, empty where it is undefined: ``3.10 to 3.42 %``."""
    if estimate["value"] is None:
        return ""
    low, high = show(estimate["low"]), show(estimate["high"])
    unit = next((u for u in ("%", "USD", "pp", "×") if low.endswith(u) and high.endswith(u)), "")
    return f"{low.removesuffix(unit).rstrip(THIN)} to {high}"


def chance(estimate: Estimate) -> str:
    """A probability with its interval: ``0 (< 0.00369 %)`` where no path did it."""
    if estimate["value"] is None:
        return UNDEFINED
    if estimate["value"] == 0.0:
        return f"0 (< {percent(estimate['high'])})"
    if estimate["value"] == 1.0:
        return f"100{THIN}% (> {percent(estimate['low'])})"
    return f"{percent(estimate['value'])} ({bounds(estimate, percent)})"


def with_interval(estimate: Estimate, show: Show) -> str:
    """An estimate with its interval in brackets, a dash where it is undefined."""
    if estimate["value"] is None:
        return UNDEFINED
    return f"{show(estimate['value'])} ({bounds(estimate, show)})"


def optional(value: float | None, show: Show) -> str:
    """A figure, or a dash where it is undefined."""
    return UNDEFINED if value is None else show(value)
