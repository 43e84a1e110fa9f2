"""The text of ``stresskit advise``."""

from collections.abc import Iterator, Mapping
from typing import Any

from stresskit.cli.outcome import label
from stresskit.cli.text import NONE, number, table, usd

SAYS = {True: "admissible", False: "NOT admissible", None: "not known whether admissible"}


def advice_text(found: Mapping[str, Any]) -> str:
    """Recommendation, figures by mode, and every switch with its conditions."""
    if "accounts" not in found:
        return "\n\n".join(_account("", found))
    return "\n\n".join(
        part for name, each in found["accounts"].items() for part in _account(f"{name} ", each)
    )


def _account(name: str, found: Mapping[str, Any]) -> Iterator[str]:
    chosen = found["recommendation"]
    what = f"switch to {chosen['mode']}" if chosen["switch"] else f"stay in {chosen['mode']}"
    basis = (
        "by the verdict of the run"
        if chosen["basis"] == "run"
        else "by the margin now, survival not simulated"
    )
    head = f"ADVICE  {name}at {found['venue']}: {what}  ({basis})"
    yield "\n".join([head, *(f"  {reason}" for reason in chosen["reasons"])])
    header = ("mode", "venue's name", "initial", "maintenance", "equity/maintenance", "free", "exposure/IM")
    yield table(header, [_mode(mode, margin, found["present"]) for mode, margin in found["modes"].items()])
    for key, entry in found["switches"].items():
        yield "\n".join(_switch(key, entry))


def _mode(mode: str, margin: Mapping[str, Any], present: str) -> tuple[str, ...]:
    here = " (present)" if mode == present else ""
    return (
        label(mode, margin) + here,
        margin["title"] or NONE,
        usd(margin["initial"]),
        usd(margin["maintenance"]),
        number(margin["ratio"]),
        usd(margin["free"]),
        number(margin["exposure_per_initial"]),
    )


def _switch(key: str, entry: Mapping[str, Any]) -> Iterator[str]:
    yield f"SWITCH  to {key}, {entry['title']}: {SAYS[entry['admissible']]}"
    if "reason" in entry:
        yield f"  {entry['reason']}"
    if "wallet" in entry:
        yield f"  {entry['wallet']}"
    width = max(len(condition["name"]) for condition in entry["conditions"])
    for condition in entry["conditions"]:
        yield f"  {condition['name'].ljust(width)}  {condition['status']}: {condition['text']}"
    if entry["close_first"]:
        yield f"  close first: {', '.join(entry['close_first'])}"
    for risk in entry["risks"]:
        yield f"  risk: {risk}"
    yield f"  confidence {entry['confidence']}: {entry['source']}"
