"""Which margin mode of its venue fits an account, and whether it may switch to it.

Among the modes that the venue offers, that the account may switch to and whose initial margin it
covers, the lowest initial margin; the present mode where the difference is not material. Figures are
those of now; with the metrics of a run, its verdict decides instead.
"""

from collections.abc import Mapping
from typing import Any

from stresskit.config_file import Loaded
from stresskit.pipeline.accounts import KeyPath, Prepared, keyed_accounts
from stresskit.pipeline.admissible import too_little
from stresskit.pipeline.calculator import margins
from stresskit.pipeline.isolated_now import overdrawn
from stresskit.pipeline.setting import Setting, prepare
from stresskit.pipeline.settled_wallet import counts_settlement_alone, settled_alone
from stresskit.pipeline.switching import Situation, switch
from stresskit.pipeline.venue_modes import VenueModes, with_venue_modes

MATERIAL = 0.01  # of the present initial margin
FIGURES = (
    "title",
    "rule",
    "rulebook",
    "hypothetical",
    "equity",
    "initial",
    "maintenance",
    "ratio",
    "free",
    "exposure_per_initial",
    "effective_leverage",
)


def advise(loaded: Loaded, metrics: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Advice for every account; with ``[[accounts]]`` it stands under ``accounts.<name>``.

    Parameters
    ----------
    metrics : ``metrics.json`` of a run of the same config, whose verdict then decides.

    Raises
    ------
    ConfigError, DataError
        As a run of the config would.
    """
    found = {}
    for path, spec in keyed_accounts(loaded):
        venue = with_venue_modes(loaded, path, spec)
        setting = prepare(venue.loaded)
        account = next(each for each in setting.accounts if each.name == spec.name)
        modes = {**_margins(setting, spec.name), **_settled(venue, path, account)}
        found[spec.name] = _advice(venue, account, modes, _of_account(metrics, spec.name))
    return found[spec.name] if loaded.run.account is not None else {"accounts": found}


def _margins(setting: Setting, name: str) -> dict[str, Any]:
    every = margins(setting)
    found: dict[str, Any] = every["accounts"][name] if setting.listed else every
    return found


def _settled(venue: VenueModes, path: KeyPath, account: Prepared) -> dict[str, Any]:
    """The margin of the modes in which less of the wallet counts than where the account is now.

    What the account cannot pay for there is given up.
    """
    present, found = next(iter(account.modes)), {}
    names = [
        mode
        for key, mode in venue.mode_of.items()
        if mode != present and counts_settlement_alone(venue.offers[key].offer)
    ]
    other = settled_alone(venue.loaded, path, account.spec) if names else None
    if other is not None:
        setting = prepare(other)
        missing = overdrawn(next(each for each in setting.accounts if each.name == account.name))
        modes = _margins(setting, account.name)
        for name in names:
            if modes[name]["rule"] == "isolated" and missing > 0:
                venue.give_up(name, f"{_counted(account)}: {too_little(missing)}")
            else:
                found[name] = {**modes[name], "wallet": _counted(account)}
    return found


def _counted(account: Prepared) -> str:
    return f"only {', '.join(account.spec.settles)} counts as collateral there"


def _of_account(metrics: Mapping[str, Any] | None, name: str) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = metrics
    if metrics is not None and "accounts" in metrics:
        found = metrics["accounts"].get(name)
    return found


def _advice(
    venue: VenueModes, account: Prepared, modes: Mapping[str, Any], metrics: Mapping[str, Any] | None
) -> dict[str, Any]:
    present = next(iter(account.modes))
    modes = {name: margin for name, margin in modes.items() if name not in venue.given_up}
    switches = _switches(venue, account, modes, present)
    figures = {name: {key: margin[key] for key in FIGURES} for name, margin in modes.items()}
    return {
        "venue": account.spec.venue,
        "present": present,
        "modes": {name: _reasoned(row, modes[name]) for name, row in figures.items()},
        "switches": switches,
        "recommendation": _recommendation(present, modes, switches, metrics),
    }


def _reasoned(row: dict[str, Any], margin: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "reason": margin["reason"]} if None in row.values() else row


def _switches(venue: VenueModes, account: Prepared, modes: Mapping[str, Any], present: str) -> dict[str, Any]:
    """A switch to every offer of the venue that the account is not in."""
    spec = account.modes[present].spec
    here = Situation(account.spec, modes[present]["equity"], str(spec.rule) == "isolated")
    found = {}
    for key, listed in venue.offers.items():
        mode = venue.mode_of.get(key)
        if mode == present:
            continue
        there = (modes[mode]["initial"], modes[mode]["equity"]) if mode else None
        entry = {"mode": mode, **switch(listed.offer, here, there)}
        if mode and "wallet" in modes[mode]:
            entry["wallet"] = modes[mode]["wallet"]
        found[key] = entry if mode else {**entry, "reason": f"not computed: {venue.unpriced[key]}"}
    return found


def _recommendation(
    present: str,
    modes: Mapping[str, Any],
    switches: Mapping[str, Any],
    metrics: Mapping[str, Any] | None,
) -> dict[str, Any]:
    admissible = {s["mode"] for s in switches.values() if s["mode"] and s["admissible"]}
    verdict = metrics["verdict"] if metrics else None
    if verdict and verdict["mode"] is not None:
        chosen, reasons = _by_verdict(verdict, present, admissible)
    else:
        chosen, reasons = _by_margin(present, modes, admissible)
    return {
        "mode": chosen,
        "switch": chosen != present,
        "basis": "run" if verdict and verdict["mode"] is not None else "margin now",
        "reasons": [*reasons, *_cautions(chosen, present, modes, switches)],
    }


def _by_verdict(verdict: Mapping[str, Any], present: str, admissible: set[str]) -> tuple[str, list[str]]:
    chosen, reasons = verdict["mode"], list(verdict["reasons"])
    if chosen != present and chosen not in admissible:
        return present, [*reasons, f"the verdict of the run is {chosen}, but the switch is not admissible"]
    return chosen, reasons


def _by_margin(present: str, modes: Mapping[str, Any], admissible: set[str]) -> tuple[str, list[str]]:
    """The lowest initial margin among the modes that the account may be in and covers."""
    own = [name for name in modes if name == present or name in admissible]
    covered = [n for n in own if modes[n]["initial"] <= modes[n]["equity"] and not modes[n]["hypothetical"]]
    if not covered:
        return present, ["no mode of the venue that the account may be in is covered by its equity"]
    best = min(covered, key=lambda name: float(modes[name]["initial"]))
    now, there = modes[present]["initial"], modes[best]["initial"]
    if best == present:
        return present, [
            f"no mode that the account may switch to asks less than {now:,.2f} USD initial margin"
        ]
    if present in covered and now - there <= MATERIAL * now:
        return present, [f"no material difference: {best} asks {there:,.2f} USD instead of {now:,.2f} USD"]
    return best, [f"{best} asks {there:,.2f} USD initial margin instead of {now:,.2f} USD"]


def _cautions(chosen: str, present: str, modes: Mapping[str, Any], switches: Mapping[str, Any]) -> list[str]:
    """What the figures say against it, and what is not an option."""
    found = []
    one, other = modes[chosen]["ratio"], modes[present]["ratio"]
    if chosen != present and one is not None and other is not None and one < other:
        found.append(
            f"liquidation is nearer: equity is {one:,.2f} times maintenance there, {other:,.2f} times here"
        )
    for name, margin in modes.items():
        if margin["hypothetical"] and margin["initial"] < modes[chosen]["initial"]:
            asks = f"{name} would ask {margin['initial']:,.2f} USD"
            found.append(f"{asks}, but it is hypothetical: the venue offers no such mode")
    blocked = [s for s in switches.values() if s["mode"] and s["admissible"] is False]
    for entry in blocked:
        if modes[entry["mode"]]["initial"] < modes[chosen]["initial"]:
            unmet = ", ".join(c["name"] for c in entry["conditions"] if c["status"] == "not met")
            found.append(f"{entry['title']} asks less, but the switch is not admissible: {unmet}")
    return found
