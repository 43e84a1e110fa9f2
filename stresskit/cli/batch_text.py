"""What a batch found, as text: the ranking, worst first, and every failure with its cause."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from stresskit.cli.text import dollars, estimate, hundredths, number, table

SHOWN = 40
MARKS = {"broken": "BROKEN", "no limit": "-"}


def batch_text(batch: Any) -> str:
    """Text of a finished batch."""
    return "\n\n".join([_head(batch), *_ranking(batch.ranking), *_failures(batch), _files(batch)])


def _head(batch: Any) -> str:
    counts = Counter(outcome.status for outcome in batch.outcomes)
    stored = sum(outcome.reused for outcome in batch.outcomes)
    parts = [f"{counts['done']} done" + (f" ({stored} stored answers)" if stored else "")]
    parts += [f"{counts[status]} {status}" for status in ("failed", "not run") if counts[status]]
    broken = sum(outcome.exit_code == 1 for outcome in batch.outcomes)
    parts += [f"{broken} with a broken limit"] if broken else []
    return f"BATCH  {len(batch.outcomes)} runs: {', '.join(parts)}"


def _ranking(entries: list[Mapping[str, Any]]) -> Iterator[str]:
    if not entries:
        return
    several = len({entry["account"] for entry in entries}) > 1
    header = (
        "run",
        "limits",
        "mode",
        "P(liquidation) %",
        "in the worst scenario %",
        "cost USD",
        "E/MM",
        "verdict",
    )
    rows = [_row(entry, several) for entry in entries[:SHOWN]]
    more = len(entries) - SHOWN
    rest = [f"  and {more} more in summary.csv"] if more > 0 else []
    note = "worst first; each account in its present mode and the calm scenario, 95 % intervals"
    yield "\n".join([f"RANKING  ({note})", table(header, rows), *rest])


def _row(entry: Mapping[str, Any], several: bool) -> tuple[str, ...]:
    name = f"{entry['rank']}  {entry['run']}" + (f": {entry['account']}" if several else "")
    worst = f"{estimate(entry['worst_p_liquidation'], hundredths)} {entry['worst_scenario']}"
    return (
        name,
        MARKS.get(entry["limits"], entry["limits"]),
        entry["mode"],
        estimate(entry["p_liquidation"], hundredths),
        worst,
        estimate(entry["expected_liquidation_cost"], dollars),
        number(entry["ratio"]),
        entry["verdict"] or "no mode",
    )


def _failures(batch: Any) -> Iterator[str]:
    """Each cause once, with the runs that it ended."""
    causes: dict[tuple[str, ...], list[str]] = {}
    for outcome in batch.outcomes:
        if outcome.status == "failed":
            causes.setdefault(tuple(outcome.cause), []).append(outcome.job.label)
    if causes:
        yield "\n".join(
            ["FAILED", *(line for cause, names in causes.items() for line in _cause(cause, names))]
        )


def _cause(cause: tuple[str, ...], names: list[str]) -> Iterator[str]:
    shown = "; ".join(names[:3]) + (f"; and {len(names) - 3} more" if len(names) > 3 else "")
    yield f"  {shown}"
    yield from (f"    {line}" for line in cause)


def _files(batch: Any) -> str:
    width = max(map(len, batch.files))
    lines = [f"  {name.ljust(width)}  {path}" for name, path in batch.files.items()]
    return "\n".join(["FILES", *lines, f"  {'log'.ljust(width)}  {batch.home / 'log.jsonl'}"])
