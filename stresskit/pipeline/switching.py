"""Whether an account may switch to a margin mode of its venue, and what must be closed first.

A switch is admissible if no position is under isolated margin where the venue wants those closed, the
position mode is compatible, equity reaches the venue's minimum, positions may stay, and the initial
margin under the new mode is not above equity. What a venue does not publish is said, not guessed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from stresskit.config.account import NamedAccount
from stresskit.margin.venue import Offer

Status = Literal["met", "not met", "not known", "to check"]


@dataclass(frozen=True, slots=True)
class Situation:
    """An account before a switch: its counted equity, and whether it is under isolated margin."""

    account: NamedAccount
    equity: float
    isolated: bool

    @property
    def hedged(self) -> list[str]:
        """Contracts that are held long and short."""
        held = [position.symbol for position in self.account.positions]
        return sorted({symbol for symbol in held if held.count(symbol) > 1})


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing a venue asks; `close` names what to close so that it holds."""

    name: str
    status: Status
    text: str
    close: tuple[str, ...] = ()


def switch(offer: Offer, here: Situation, there: tuple[float, float] | None) -> dict[str, Any]:
    """Conditions of a switch to `offer`; `there`: initial margin and equity there, None if not computed."""
    found = list(_conditions(offer, here, there))
    statuses = {condition.status for condition in found}
    admissible = False if "not met" in statuses else None if "not known" in statuses else True
    return {
        "title": offer.title,
        "rule": offer.rule,
        "admissible": admissible,
        "conditions": [{"name": c.name, "status": c.status, "text": c.text} for c in found],
        "close_first": list(dict.fromkeys(symbol for c in found for symbol in c.close)),
        "risks": list(offer.risks),
        "confidence": offer.confidence,
        "source": offer.source,
    }


def _conditions(offer: Offer, here: Situation, there: tuple[float, float] | None) -> Iterator[Condition]:
    yield _minimum(offer, here.equity)
    yield _isolated(offer, here)
    yield _position_mode(offer, here)
    yield _open_positions(offer, _symbols(here))
    yield _initial(there)
    if offer.eligibility:
        yield Condition("eligibility", "to check", offer.eligibility)


def _symbols(here: Situation) -> tuple[str, ...]:
    return tuple(dict.fromkeys(position.symbol for position in here.account.positions))


def _minimum(offer: Offer, equity: float) -> Condition:
    least = offer.minimum_equity
    if least is None:
        return Condition("minimum equity", "met", "the venue publishes none")
    text = f"{equity:,.2f} of {least:,.0f} USD"
    if equity < least and offer.waiver:
        return Condition("minimum equity", "not known", f"{text}; waived for {offer.waiver}")
    return Condition("minimum equity", "met" if equity >= least else "not met", text)


def _isolated(offer: Offer, here: Situation) -> Condition:
    name = "isolated positions"
    if not here.isolated:
        return Condition(name, "met", "there are none")
    if offer.isolated_positions == "kept" or offer.rule == "isolated":
        return Condition(name, "met", "they may stay")
    if offer.isolated_positions == "unknown":
        return Condition(name, "not known", "not published; closing them first is safe", _symbols(here))
    return Condition(name, "not met", "the venue wants them closed", _symbols(here))


def _position_mode(offer: Offer, here: Situation) -> Condition:
    name = "position mode"
    if not here.hedged:
        return Condition(name, "met", "no contract is held long and short")
    held = ", ".join(here.hedged)
    if offer.position_mode == "any":
        return Condition(name, "met", f"{held} may be held long and short")
    if offer.position_mode == "one_way":
        return Condition(name, "not met", f"one-way mode: {held} is held long and short", tuple(here.hedged))
    return Condition(name, "to check", f"not published whether {held} may be held long and short")


def _open_positions(offer: Offer, symbols: Sequence[str]) -> Condition:
    name = "open positions"
    if offer.open_positions == "flat":
        return Condition(name, "not met", "the venue wants a flat book", tuple(symbols))
    if offer.open_positions == "kept":
        return Condition(name, "met", "they may stay")
    return Condition(name, "to check", "not published whether they may stay")


def _initial(there: tuple[float, float] | None) -> Condition:
    name = "initial margin there"
    if there is None:
        return Condition(name, "not known", "it cannot be computed")
    initial, equity = there
    met: Status = "met" if initial <= equity else "not met"
    return Condition(name, met, f"{initial:,.2f} USD of {equity:,.2f} USD equity")
