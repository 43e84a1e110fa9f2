"""Which margin mode to choose, by rule.

Among the modes the venue offers that break no limit, the one with the lowest initial requirement, and
among equals in that the one that is liquidated least often; if every one breaks a limit, the one with
the lowest expected liquidation cost. The present mode stays where the paths cannot tell the two apart.
A limit that names no mode is put to every mode in its scenario.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stresskit.measure.limits import Limit, judged, status


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the verdict on one account looks at.

    `margin` and `scenarios` are the objects of these names in ``metrics.json``; the first mode of
    `modes` is the present one; `scenario` is the baseline scenario.
    """

    modes: Sequence[str]
    scenario: str
    margin: Mapping[str, Any]
    scenarios: Mapping[str, Any]
    limits: Sequence[Limit]

    @property
    def present(self) -> str:
        """The mode the account is in."""
        return self.modes[0]

    def broken(self, mode: str) -> list[Limit]:
        """The limits that `mode` would break."""
        return [
            limit
            for limit in self.limits
            if (limit.mode == mode or not limit.own)
            and status(self.scenarios[limit.scenario]["modes"][mode], limit.name, limit.limit) == "broken"
        ]

    def cost(self, mode: str) -> float:
        """Expected liquidation cost in the baseline scenario, USD; infinite where undefined."""
        value = self.scenarios[self.scenario]["modes"][mode]["expected_liquidation_cost"]["value"]
        return float("inf") if value is None else float(value)

    def initial(self, mode: str) -> float:
        """Initial requirement, USD, to the cent: what lies below it is no reason to choose."""
        return round(float(self.margin[mode]["initial"]), 2)

    def often(self, mode: str) -> float:
        """P(liquidation) in the baseline scenario."""
        return float(self.scenarios[self.scenario]["modes"][mode]["p_liquidation"]["value"])

    def difference(self, mode: str, scenario: str) -> Mapping[str, Any]:
        """P(liquidation) of `mode` less that of the present mode."""
        found: Mapping[str, Any] = self.scenarios[scenario]["paired"][mode]["difference"]
        return found


def verdict(evidence: Evidence) -> dict[str, Any]:
    """Mode to choose, the reasons as sentences, and every limit with its status.

    The mode is null, with a reason, if the venue offers none of the modes.
    """
    offered = [mode for mode in evidence.modes if not evidence.margin[mode]["hypothetical"]]
    choice, reasons = _choose(evidence, offered) if offered else (None, [])
    limits = [judged(evidence.scenarios[x.scenario]["modes"][x.mode], x) for x in evidence.limits]
    found = {"mode": choice, "reasons": reasons + _shown_only(evidence, offered), "limits": limits}
    return found if choice else {**found, "reason": "the venue offers none of these modes"}


def _choose(evidence: Evidence, offered: list[str]) -> tuple[str, list[str]]:
    if len(offered) == 1:
        return offered[0], [_only(offered[0]), *_breaches(evidence, offered[0])]
    within = [mode for mode in offered if not evidence.broken(mode)]
    if within:
        best = min(within, key=lambda mode: (evidence.initial(mode), evidence.often(mode)))
        reasons = [_lowest_initial(evidence, best, within)]
    else:
        best = min(offered, key=evidence.cost)
        reasons = [_lowest_cost(evidence, best)]
    if best == evidence.present or evidence.present not in offered:
        return best, reasons
    told_apart = _told_apart(evidence, best)
    if told_apart:
        return best, [*reasons, told_apart, *_breaches(evidence, evidence.present)]
    return evidence.present, [
        *reasons,
        _no_difference(evidence, best),
        *_breaches(evidence, evidence.present),
    ]


def _told_apart(evidence: Evidence, best: str) -> str:
    """Say what tells `best` from the present mode; empty if nothing does.

    The paired interval of P(liquidation) decides, in the baseline scenario and wherever a limit
    stands. A limit on another figure that only the present mode breaks decides too: the interval
    does not speak of it.
    """
    for scenario in dict.fromkeys([evidence.scenario, *(limit.scenario for limit in evidence.limits)]):
        found = evidence.difference(best, scenario)
        if found["low"] is not None and (found["low"] > 0 or found["high"] < 0):
            return f"{_interval(evidence, best, scenario)}: the modes differ."
    kept = set(evidence.broken(evidence.present)) - set(evidence.broken(best))
    names = sorted({limit.name for limit in kept if limit.name != "p_liquidation"})
    return f"Only {evidence.present} breaks the limit on {', '.join(names)}." if names else ""


def _only(mode: str) -> str:
    return f"{mode} is the only mode here that the venue offers."


def _lowest_initial(evidence: Evidence, best: str, within: list[str]) -> str:
    asks = f"{evidence.initial(best):,.2f} USD"
    if len(within) == 1:
        return f"{best} is the only mode offered here that breaks no limit; it asks {asks} initial margin."
    kept = f"{', '.join(within)} break no limit" if evidence.limits else "No limit is set"
    equal = [mode for mode in within if evidence.initial(mode) == evidence.initial(best)]
    if len(equal) == 1:
        return (
            f"{kept}; {best} asks the lowest initial margin{' of them' if evidence.limits else ''}, {asks}."
        )
    told = f"{kept}; {', '.join(equal)} ask the same initial margin, {asks}"
    if all(evidence.often(mode) == evidence.often(best) for mode in equal):
        return f"{told}, and are liquidated as often."
    return f"{told}, and {best} is liquidated least often in scenario {evidence.scenario}."


def _lowest_cost(evidence: Evidence, best: str) -> str:
    return (
        f"Every mode the venue offers breaks a limit; {best} has the lowest expected liquidation cost, "
        f"{evidence.cost(best):,.2f} USD a path in scenario {evidence.scenario}."
    )


def _interval(evidence: Evidence, mode: str, scenario: str) -> str:
    found, pair = (
        evidence.difference(mode, scenario),
        f"P(liquidation) of {mode} less that of {evidence.present}",
    )
    if found["low"] is None:
        return f"{pair} is unknown in scenario {scenario}"
    low, high = 100 * found["low"], 100 * found["high"]
    return f"{pair} lies between {low:+.2f} and {high:+.2f} percentage points in scenario {scenario}"


def _no_difference(evidence: Evidence, best: str) -> str:
    differs = _interval(evidence, best, evidence.scenario)
    return f"No material difference: {differs}, so the present mode {evidence.present} stays."


def _breaches(evidence: Evidence, mode: str) -> list[str]:
    values = (
        (x, evidence.scenarios[x.scenario]["modes"][mode][x.name]["value"]) for x in evidence.broken(mode)
    )
    return [
        f"{mode} breaks {x.name} in scenario {x.scenario}: {value:,.4g} against a limit of {x.limit:,.4g}."
        for x, value in values
    ]


def _shown_only(evidence: Evidence, offered: list[str]) -> list[str]:
    return [
        f"{mode} is hypothetical at this venue: it is shown for comparison and never recommended."
        for mode in evidence.modes
        if mode not in offered
    ]
