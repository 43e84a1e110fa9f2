"""What the black-swan pages found, by rule, from stored answers."""

from collections.abc import Mapping, Sequence
from typing import Any

from stresskit.report.format import apart, duration, move, percent, ratio, significant

Json = Mapping[str, Any]
RARE_YEARS = 1e6


def breakdown(label: str, point: Json) -> str:
    """At which strength of the break a mode passes its limit."""
    if point["limit"] is None:
        return f"{label} has no limit to break"
    if point["status"] == "none":
        return f"{label} stays within its limit however far correlations break"
    if point["status"] == "at_0":
        return f"{label} is above its limit before anything breaks"
    return f"{label} passes its limit once correlations are {percent(point['value'])} of the way to breaking"


def illusion(found: Sequence[tuple[str, Json]]) -> str:
    """Whether the netted requirement of some mode stops covering the loss it was meant for."""
    seen = [(label, point) for label, point in found if point["status"] != "none"]
    if not seen:
        return "Where the rule nets legs, its requirement covers the loss at every strength"
    label, point = seen[0]
    place = "from the start" if point["status"] == "at_0" else f"from strength {significant(point['value'])}"
    return f"The hedge of {label} is an illusion {place}: netted margin fails where stand-alone margin holds"


def matrix(label: str, told: Json) -> str:
    """In how many cells of price and volatility an account is liquidated, and of its two largest assets."""
    moves, multipliers = told["moves"], told["multipliers"]
    cells = [
        (abs(m), factor, m)
        for m, row in zip(moves, told["ratio"], strict=True)
        for factor, value in zip(multipliers, row, strict=True)
        if value is not None and value <= 1.0
    ]
    total = len(moves) * len(multipliers)
    if cells:
        _, factor, mildest = min(cells)
        volatility = "" if factor == 1.0 else f" at {significant(factor, trim=True)} times the volatility"
        where = "with prices as they are" if mildest == 0.0 else f"when all prices move {move(mildest)}"
        return f"{label} is liquidated in {len(cells)} of {total} cells, first {where}{volatility}"
    return f"{label} survives all {total} joint moves of price and volatility{_apart(told['pairs'])}"


def _apart(pairs: Sequence[Json]) -> str:
    """What the two largest assets do where they part."""
    if not pairs:
        return ""
    values = [value for row in pairs[0]["ratio"] for value in row if value is not None]
    dead = sum(value <= 1.0 for value in values)
    first, second = pairs[0]["assets"]
    return f", but not {dead} of {len(values)} moves of {first} against {second}" if dead else ""


def tornado(label: str, bars: Sequence[tuple[str, float, float]]) -> str:
    """Which factor does most by itself to equity over maintenance: (name, lower end, upper end)."""
    name, low, high = max(bars, key=lambda bar: (bar[2] - bar[1], bar[0]))
    if high - low < 1e-9:
        return f"No single factor moves {label}"
    fatal = ", and liquidates it" if low <= 1.0 else ""
    return f"{name} does most to {label}: equity over maintenance {ratio(low)} to {ratio(high)}{fatal}"


def often(answer: Json) -> str:
    """How often the calm model makes a move as extreme, or why that is not said."""
    years = answer.get("years")
    if years is None:
        return str(answer.get("reason", "not said"))
    if years >= RARE_YEARS:
        return "less than once in a million years"
    if years >= 1.0:
        return f"once in {significant(years)} years"
    return f"{significant(1.0 / years)} times a year"


def reverse(label: str, step_h: float, answer: Json) -> str:
    """The most plausible single move that liquidates a mode."""
    if answer["status"] == "breached":
        return f"{label} is at or below its requirement already"
    if answer["status"] != "found":
        return f"No single step of {duration(step_h)} was found that liquidates {label}"
    return f"{label} is liquidated most plausibly by {moves(answer['move'])} in {duration(step_h)}"


def moves(found: Mapping[str, float], most: int = 4) -> str:
    """``BTC −14.0 %, ETH +9.1 %``: the largest moves first."""
    large = sorted(found.items(), key=lambda item: -abs(item[1]))
    told = ", ".join(f"{asset} {move(value)}" for asset, value in large[:most])
    return told if len(large) <= most else f"{told} and {len(large) - most} smaller"


def events(label: str, found: Sequence[tuple[str, float]], limit: float | None) -> str:
    """Past events: (title, P(liquidation)); against the limit where there is one."""
    worst, most = max(found, key=lambda event: event[1])
    if most == 0.0:
        return f"None of {len(found)} past events liquidates {label} on any path"
    told = f"the worst is {worst}: {percent(most)} of paths"
    if limit is None:
        return f"Of {len(found)} past events {told} liquidated under {label}"
    above = sum(chance > limit for _, chance in found)
    bound = f"{apart(100.0 * limit)}\u202f%"
    return f"{above} of {len(found)} past events liquidate {label} on more than {bound} of paths; {told}"


def venues(found: Sequence[tuple[str, float]]) -> str:
    """Past events under venues' rules: (event and rules, P(liquidation))."""
    worst, most = max(found, key=lambda one: one[1])
    if most == 0.0:
        return f"No path is liquidated in any of {len(found)} events and rules"
    likely = sum(chance > 0.5 for _, chance in found)
    told = f"More likely than not liquidated in {likely} of {len(found)} events and rules"
    return f"{told}; worst {worst}: {percent(most)}"
