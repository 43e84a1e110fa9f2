"""Where the account stands: sign, word and colour by rule from the limits, never from the prose."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from stresskit.report.format import against, number, signed

NAMES = {
    "p_liquidation": "P(liquidation)",
    "p_closed_out": "P(closed out)",
    "p_shortfall": "P(shortfall)",
    "expected_liquidation_cost": "expected liquidation cost",
    "loss_given_liquidation": "loss if liquidated",
    "shortfall": "mean shortfall",
}


USD = re.compile(r"(?<![\w.,])\d[\d,]*\.\d\d(?= USD\b)")
POINTS = re.compile(r"(?<![\w.])[+-]\d+\.\d\d(?= and [+-]| percentage points)")

SHARES = re.compile(r"(\bbreaks p_\w+ in scenario .*: )([\d.e-]+) against a limit of ([\d.e-]+)(?=\.$)")


class Status(NamedTuple):
    """What the status line shows; `tone` names the colour."""

    tone: str
    sign: str
    word: str


BROKEN = Status("bad", "✘", "LIMIT BROKEN")
UNDECIDED = Status("unsure", "▲", "UNDECIDED")
MET = Status("good", "✔", "WITHIN LIMITS")
UNLIMITED = Status("neutral", "○", "NO LIMIT SET")
OF_LIMIT = {"broken": BROKEN, "undecided": UNDECIDED, "met": MET}


def in_words(sentence: str) -> str:
    """A sentence of the verdict in which figures are named and written as everywhere in the report."""
    sentence = SHARES.sub(_shares, sentence)
    for key, name in NAMES.items():
        sentence = re.sub(rf"\b{key}\b", name, sentence) if "_" in key else sentence
    sentence = USD.sub(lambda found: number(float(found[0].replace(",", ""))), sentence)
    return POINTS.sub(lambda found: signed(number(float(found[0]))), sentence)


def _shares(found: re.Match[str]) -> str:
    value, limit = against(float(found[2]), float(found[3]), fraction=True)
    return f"{found[1]}{value} against a limit of {limit}"


def status(limits: Sequence[Mapping[str, Any]]) -> Status:
    """The gravest status among the limits of a verdict."""
    found = {limit["status"] for limit in limits}
    for name in ("broken", "undecided", "met"):
        if name in found:
            return OF_LIMIT[name]
    return UNLIMITED


def is_fraction(name: str) -> bool:
    """Whether a limit bounds a probability (else it bounds USD)."""
    return name.startswith("p_")


def limit_sentence(limit: Mapping[str, Any], estimate: Mapping[str, Any], label: str) -> str:
    """One limit with its figure in words, for example ``P(liquidation) of cross in calm is ...``."""
    name, fraction = limit["name"], is_fraction(limit["name"])
    named = NAMES.get(name, name)
    subject = f"{named[0].upper()}{named[1:]} of {label} in {limit['scenario']}"
    if limit["value"] is None:
        bound = against(0.0, limit["limit"], fraction)[1]
        return f"{subject} is undefined ({limit.get('reason', 'no reason recorded')}); the limit is {bound}."
    value, bound = against(limit["value"], limit["limit"], fraction)
    if limit["status"] == "broken":
        return f"{subject} is {value}, above the limit of {bound}."
    high = against(estimate["high"], limit["limit"], fraction)[0]
    if limit["status"] == "undecided":
        return f"{subject} is {value}, not above the limit of {bound}, but its interval reaches {high}."
    return f"{subject} is {value} (interval up to {high}), within the limit of {bound}."


def margin_of(limit: Mapping[str, Any]) -> float:
    """How far a figure has used its limit, to put the gravest first."""
    if limit["value"] is None:
        return 0.0
    return float(limit["value"]) / float(limit["limit"]) if limit["limit"] else float("inf")


def gravest_first(limits: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Broken, then undecided, then met; the most used first among equals."""
    rank = {"broken": 0, "undecided": 1, "met": 2}
    return sorted(limits, key=lambda limit: (rank[limit["status"]], -margin_of(limit)))


def standing(estimate: Mapping[str, Any], limit: float) -> str:
    """Where an estimate stands against a limit that need not bind it (other modes and scenarios)."""
    if estimate["value"] is None:
        return "undecided"
    if estimate["value"] > limit:
        return "broken"
    return "undecided" if estimate["high"] > limit else "met"
