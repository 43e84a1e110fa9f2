"""What a run found, as text: limits, verdict, modes by scenario, and where the files are."""

from collections.abc import Iterator, Mapping
from typing import Any

from stresskit.cli.envelope_text import envelope_text
from stresskit.cli.text import apart, dollars, estimate, hundredths, number, percentage, points, table

CARRIED = {"expected_funding": "funding paid USD", "expected_basis_gain": "basis gain USD"}
MOST_LEGS = 6  # named in one line
MARKS = {"met": "met", "broken": "BROKEN", "undecided": "undecided"}


def outcome(results: Any, files: Mapping[str, Any]) -> str:
    """Text of one finished run; `files` are those of its report."""
    parts = [_head(results), *_warnings(results)]
    listed = "accounts" in results.metrics
    for name, account in results.accounts.items():
        parts += [f"ACCOUNT {name}"] if listed else []
        modes = {mode: account["margin"][mode] for mode in results.modes(name)}
        parts += [_limits(account["verdict"]["limits"]), _verdict(account["verdict"])]
        parts += [_modes(scenario, account, modes) for scenario in results.scenarios]
        parts += envelope_text(account)
    parts += [*_stranded(results.metrics.get("stranded", {}))]
    return "\n\n".join([*parts, _files(results, files)])


def label(mode: str, margin: Mapping[str, Any]) -> str:
    """Name of a mode; one that the account's venue does not offer says so."""
    return f"{mode} (hypothetical)" if margin["hypothetical"] else mode


def _head(results: Any) -> str:
    facts = results.metrics
    volatility = ", ".join(f"{asset} {value:.0%}" for asset, value in facts["initial_volatility"].items())
    stored = "; stored answer, nothing was computed" if results.reused else ""
    wanted = facts.get("precision", {"reached": True})
    found = "" if wanted["reached"] else f"\nwarning: {wanted['figure']} is less sure than asked for"
    return (
        f"{facts['name']}: {facts['paths']:,} paths of {facts['steps']:,} steps, "
        f"horizon {facts['horizon_h']:g} h, seed {facts['seed']}{stored}\n"
        f"annualized volatility at the start: {volatility}{found}"
    )


def _warnings(results: Any) -> Iterator[str]:
    found = results.manifest.get("warnings", ())
    if found:
        yield "\n".join(f"warning: {warning}" for warning in found)


def _limits(limits: list[dict[str, Any]]) -> str:
    return "\n".join(["LIMITS", *map(_limit, limits)]) if limits else "LIMITS  none are set"


def _limit(found: Mapping[str, Any]) -> str:
    probability = found["name"].startswith("p_")
    scale, unit = (100, " %") if probability else (1, " USD")
    limit = f"{scale * found['limit']:,.12g}{unit}"
    value = (
        "-" if found["value"] is None else f"{apart(scale * found['value'], scale * found['limit'])}{unit}"
    )
    where = f"{found['name']} of {found['mode']} in {found['scenario']}"
    return f"  {MARKS[found['status']]:<9}  {where}: {value}, limit {limit}"


def _verdict(verdict: Mapping[str, Any]) -> str:
    choice = verdict["mode"] or f"no mode ({verdict['reason']})"
    return "\n".join([f"VERDICT  {choice}", *(f"  {reason}" for reason in verdict["reasons"])])


def _modes(scenario: str, account: Mapping[str, Any], margins: Mapping[str, Any]) -> str:
    header = (
        "mode",
        "P(liquidation) %",
        "P(closed out) %",
        "cost USD",
        "loss if liquidated USD",
        "exposure/IM",
    )
    found = account["scenarios"][scenario]["modes"]
    carried = [name for name in CARRIED if name in next(iter(found.values()))]
    rows = [
        (
            label(mode, margin),
            estimate(found[mode]["p_liquidation"], hundredths),
            estimate(found[mode]["p_closed_out"], hundredths),
            estimate(found[mode]["expected_liquidation_cost"], dollars),
            estimate(found[mode]["loss_given_liquidation"], dollars),
            number(margin["exposure_per_initial"]),
            *(estimate(found[mode][name], dollars) for name in carried),
        )
        for mode, margin in margins.items()
    ]
    note = "with 95 % Monte Carlo intervals; cost is the mean over all paths"
    if drawn := account["scenarios"][scenario].get("importance"):
        note += f"; {drawn['effective_paths']:,.0f} effective paths by importance sampling"
        if gain := drawn["gain"]["market"]["es"]["0.99"]:
            note += f", the book's 99 % ES as exact as by {gain:.1f} times the paths"
    shown = (*header, *(CARRIED[name] for name in carried))
    causes = [line for mode in margins for line in _first_breach(mode, found[mode]["first_breach"])]
    causes += [line for mode in margins for line in _moved(mode, found[mode])]
    needed = "; ".join(f"{mode} {percentage(found[mode]['required_return']['value'])}" for mode in margins)
    causes.append(f"  return on equity that pays for the cost, % a year: {needed}")
    changes = _against(account["scenarios"][scenario].get("against"))
    carried_by = _carried_by(account["scenarios"][scenario].get("contributions"))
    return "\n".join([f"SCENARIO {scenario}  ({note})", table(shown, rows), *causes, *changes, *carried_by])


def _moved(mode: str, found: Mapping[str, Any]) -> Iterator[str]:
    """What the owner sent between this account and others."""
    if "p_transfer" in found:
        got, gone = (estimate(found[name], dollars) for name in ("expected_received", "expected_sent"))
        often = estimate(found["p_transfer"], hundredths)
        yield f"  {mode}: money moved between accounts on {often} % of paths; received {got}, sent {gone} USD"


def _against(found: Mapping[str, Any] | None) -> Iterator[str]:
    """By how much the scenario changes P(liquidation) of each mode."""
    if found:
        parts = [f"{mode} {estimate(told['p_liquidation'], points)}" for mode, told in found["modes"].items()]
        yield f"  P(liquidation) less that in {found['scenario']}, percentage points: {'; '.join(parts)}"


def _carried_by(found: Mapping[str, Any] | None) -> Iterator[str]:
    """Which legs the expected shortfall comes from."""
    told: dict[str, Any] = found["positions"]["es"]["0.99"] if found else {"legs": None}
    if told["legs"] is None or len(told["legs"]) < 2 or told["total"] <= 0:
        return
    legs = sorted(told["legs"], key=lambda leg: -float(leg["share"]))
    parts = [f"{leg['name']} {leg['share']:.0%}" for leg in legs]
    shown = parts if len(parts) <= MOST_LEGS else [*parts[: MOST_LEGS - 1], "…", parts[-1]]
    less, word = abs(told["diversification"]), "less" if told["diversification"] >= 0 else "more"
    yield (
        f"  99 % ES of the book, mark-to-market, {told['total']:,.0f} USD: {', '.join(shown)}; "
        f"{less:,.0f} {word} than its legs by themselves"
    )


def _first_breach(mode: str, found: Mapping[str, Any]) -> Iterator[str]:
    """Which leg and which term the first breaches came from."""
    if found["legs"] is None:
        return
    legs = ", ".join(f"{leg['symbol']} {leg['share']:.0%}" for leg in found["legs"])
    terms = ", ".join(f"{term['term']} {term['share']:.0%}" for term in found["terms"])
    lost = ", ".join(f"{one['cause']} {one['share']:.0%}" for one in found.get("collateral", []))
    besides = f"; brought there by collateral {lost}" if lost else ""
    yield f"  {mode}: heaviest leg at the first breach {legs}; binding term {terms}{besides}"


def _stranded(scenarios: Mapping[str, Any]) -> Iterator[str]:
    """Paths on which an account is shut while another lives on."""
    if not scenarios:
        return
    header = ("scenario", "some, not all, closed out %", *next(iter(scenarios.values()))["closed_out"])
    rows = [
        (
            name,
            estimate(found["any"], hundredths),
            *(estimate(e, hundredths) for e in found["closed_out"].values()),
        )
        for name, found in scenarios.items()
    ]
    note = "by the account that is closed out, each in its present mode"
    yield f"STRANDED HEDGES  ({note})\n{table(header, rows)}"


def _files(results: Any, files: Mapping[str, Any]) -> str:
    lines = ["FILES"]
    if files:
        lines += [f"  report   {files['pdf']}"]
        lines += [f"  pages    {folder}" for folder in {page.parent: None for page in files["pages"]}]
        lines += [f"  figures  {folder}" for folder in {figure.parent: None for figure in files["figures"]}]
    return "\n".join([*lines, f"  metrics  {results.folder / 'metrics.json'}"])
