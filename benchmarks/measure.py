"""Interleaved measurement: every round runs every contender once, so that noise meets all alike."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Timed:
    """Something to time: `work` asset-steps (or any other amount) a call."""

    call: Callable[[], Any]
    work: float


def rounds_of(
    contenders: Mapping[str, Timed], rounds: int, clock: Callable[[], float] = time.process_time
) -> dict[str, list[float]]:
    """Rates (work a second of `clock`) of every contender in every round, after one warm call each."""
    for one in contenders.values():
        one.call()
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, one in contenders.items():
            begun = clock()
            one.call()
            rates[name].append(one.work / max(clock() - begun, 1e-9))
    return rates


def summary(rates: Mapping[str, list[float]], reference: str) -> dict[str, dict[str, float]]:
    """Median rate in millions a second, and the median of the paired ratios to `reference`."""
    found = {}
    for name, values in rates.items():
        pairs = zip(values, rates[reference], strict=True)
        ratio = statistics.median(a / b for a, b in pairs)
        found[name] = {"rate": statistics.median(values) / 1e6, "ratio": ratio}
    return found
