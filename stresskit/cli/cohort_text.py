"""What a cohort found, as text: the limits, the accounts worst off, and all of them together."""

from collections.abc import Iterator, Mapping
from typing import Any

from stresskit.cli.text import apart, dollars, estimate, hundredths, number, table

SHOWN = 20


def cohort_text(result: Any) -> str:
    """Text of a finished cohort."""
    found = result.metrics
    parts = [
        _head(found, result.reused),
        *_limits(found["limits"]),
        _ranking(found["ranking"], found["accounts"]),
    ]
    parts += [_together(name, modes) for name, modes in found["scenarios"].items()]
    names = [p.name for p in sorted(result.folder.iterdir()) if p.name.startswith(("accounts.", "metrics."))]
    return "\n\n".join([*parts, "\n".join(["FILES", *(f"  {result.folder / name}" for name in names)])])


def _head(found: Mapping[str, Any], reused: bool) -> str:
    stored = "; stored answer, nothing was computed" if reused else ""
    return (
        f"COHORT  {found['name']}: {found['accounts']:,} accounts on the same {found['paths']:,} paths of "
        f"{found['steps']:,} steps, horizon {found['horizon_h']:g} h, seed {found['seed']}{stored}"
    )


def _limits(limits: list[Mapping[str, Any]]) -> Iterator[str]:
    if limits:
        yield "\n".join(["LIMITS", *map(_limit, limits)])


def _limit(found: Mapping[str, Any]) -> str:
    mark = "BROKEN" if found["broken"] else "undecided" if found["undecided"] else "met"
    where = f"{found['name']} of {found['mode']} in {found['scenario']}, limit {found['limit']:,.12g}"
    broken = f"{found['broken']:,} account{'' if found['broken'] == 1 else 's'}"
    return f"  {mark:<9}  {where}: broken by {broken}, undecided {found['undecided']:,}"


def _ranking(entries: list[Mapping[str, Any]], accounts: int) -> str:
    header = (
        "account",
        "equity",
        "E/MM",
        "P(liquidation) %",
        "in the worst scenario %",
        "cost USD",
        "shortfall USD",
    )
    rows = [_row(rank, entry) for rank, entry in enumerate(entries[:SHOWN], 1)]
    more = accounts - len(rows)
    rest = [f"  and {more:,} more in accounts.csv"] if more else []
    note = f"worst first, mode {entries[0]['mode']}, scenario {entries[0]['scenario']}, 95 % intervals"
    return "\n".join([f"RANKING  ({note})", table(header, rows), *rest])


def _row(rank: int, entry: Mapping[str, Any]) -> tuple[str, ...]:
    ratio = number(entry["equity"] / entry["maintenance"]) if entry["maintenance"] else "-"
    return (
        f"{rank}  {entry['account']}",
        dollars(entry["equity"]),
        ratio,
        estimate(entry["p_liquidation"], hundredths),
        f"{estimate(entry['worst_p_liquidation'], hundredths)} {entry['worst_scenario']}",
        estimate(entry["expected_liquidation_cost"], dollars),
        estimate(entry["shortfall"], dollars),
    )


def _together(scenario: str, modes: Mapping[str, Any]) -> str:
    header = ("all accounts", "mean", "VaR 99 %", "ES 99 %")
    blocks = [f"TOGETHER IN {scenario}  (sums over the accounts, path by path)"]
    for mode, found in modes.items():
        rows = [
            _law(f"{mode}: accounts liquidated", found["liquidated_accounts"], lambda x: apart(x, 0.0)),
            _law(f"{mode}: total shortfall USD", found["total_shortfall"], dollars),
            _law(f"{mode}: draw on the insurance fund USD", found["fund_draw"], dollars),
        ]
        blocks.append(table(header, rows))
        share = estimate(found["p_any_shortfall"], hundredths)
        blocks.append(f"  {mode}: some account falls short on {share} % of the paths")
    return "\n".join(blocks)


def _law(name: str, law: Mapping[str, Any], show: Any) -> tuple[str, ...]:
    return (name, *(estimate(found, show) for found in (law["mean"], law["var"]["0.99"], law["es"]["0.99"])))
