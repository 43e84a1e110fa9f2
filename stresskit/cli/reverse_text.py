"""The text of ``stresskit reverse``: moves in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from stresskit.cli.text import dollars

Found = Mapping[str, Any]


def reverse_text(found: Found) -> str:
    """Every mode's move, then what liquidated paths have in common."""
    step = f"one step ({found['step']})"
    head = f"REVERSE STRESS  {found['name']}: the most plausible move of {step} that liquidates"
    lines = [head]
    for name, account in found["accounts"].items():
        lines += [f"account {name}"] if len(found["accounts"]) > 1 else []
        for mode, answer in account["modes"].items():
            star = "*" if mode in account["hypothetical"] else ""
            lines += [f"  {text}" for text in _mode(mode + star, answer)]
    if any(account["hypothetical"] for account in found["accounts"].values()):
        lines.append("  * hypothetical: the venue does not offer this mode")
    if "liquidated" in found:
        lines += ["", *_liquidated(found["liquidated"])]
    return "\n".join(lines)


def moves(found: Mapping[str, float]) -> str:
    """``BTC -14.0 %, ETH +9.1 %``."""
    return ", ".join(f"{asset} {100 * move:+.1f} %" for asset, move in found.items())


def _mode(mode: str, answer: Found) -> Iterator[str]:
    if answer["status"] != "found":
        yield f"{mode}: none ({answer['reason']})"
        return
    yield f"{mode}: {moves(answer['move'])}"
    often = answer.get("reason") or f"about {_often(answer['years'])} under the calm model"
    asked = dollars(answer["requirement_after"])
    yield f"  loses {dollars(answer['loss'])} USD against a requirement of {asked}; {often}"
    held = answer["survives_95_percent_of_it"]
    yield (
        f"  {answer['mahalanobis']:.1f} standard deviations (Mahalanobis); 95 % of the move "
        f"{'does not liquidate' if held else 'LIQUIDATES as well: the requirement jumps'}"
    )
    if "requirement_held" in answer:
        linear = answer["requirement_held"]
        yield (
            f"  nearest in standard deviations, with today's requirement: {moves(linear['move'])} "
            f"({linear['mahalanobis']:.1f})"
        )


def _often(years: float) -> str:
    if years >= 1e6:
        return "once in more than a million years"
    if years >= 1.0:
        return f"once in {years:,.0f} years" if years >= 10 else f"once in {years:.1f} years"
    return f"{1 / years:,.0f} times a year"


def _liquidated(found: Found) -> Iterator[str]:
    yield f"LIQUIDATED PATHS  of {found['scenario']}"
    for name, life in found["lives"].items():
        if not life["paths"]:
            yield f"  {name}: none ({life['reason']})"
            continue
        yield f"  {name}, {life['paths']:,} paths, up to the first forced closing; the most plausible first:"
        for way in found["ranked"][name]:
            yield f"    {_way(way, life)}: {moves(way['move'])}"
            if way["kind"] != "one_step":
                last = life if way["kind"] == "mean" else life["modal"]
                yield f"      of which over the last day: {moves(last['last_day'])}"
            yield f"      {_once(way['years'])}"


def _way(way: Found, life: Found) -> str:
    hours = f"{way['hours']:,.0f} h"
    if way["kind"] == "one_step":
        return f"the least move of one step, {hours}"
    if way["kind"] == "mean":
        return f"mean of them, after {hours}"
    return f"the modal one, path {life['modal']['path']}, after {hours}"


def _once(years: Found) -> str:
    """``once in 12 years [8.1, 17] under the calm model``."""
    low, high = years["low"], years["high"]
    if years["value"] is None and low is None:
        return str(years["reason"])
    if years["value"] is None:
        return f"once in more than {_span(low)} years under the calm model: none of its paths goes so far"
    known = "" if low is None else f" [{_span(low)}, {'beyond' if high is None else _span(high)}]"
    return f"once in {_span(years['value'])}{known} years under the calm model"


def _span(years: float) -> str:
    return "more than a million" if years >= 1e6 else f"{years:,.0f}" if years >= 10 else f"{years:.2g}"
