"""The text of ``stresskit compare``."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stresskit.cli.text import NONE, dollars, estimate, hundredths, table

Entry = Mapping[str, Any]


def compare_text(found: Mapping[str, Any], failures: Mapping[str, Sequence[Entry]], everything: bool) -> str:
    """What differs, as text."""
    parts = [_head(found), _pairs("CONFIG", found["config"]), *_made_of(found["made_of"])]
    parts += [*_figures(found, everything), *_missing(found)]
    parts += [_failure(rule, entries) for rule, entries in failures.items()]
    return "\n\n".join(parts)


def _head(found: Mapping[str, Any]) -> str:
    sides = (found["a"], found["b"])
    lines = [f"{x}  {run['folder']}: {run['paths']:,} paths" for x, run in zip("AB", sides, strict=True)]
    return "\n".join([*lines, "identical metrics"] if found["identical"] else lines)


def _pairs(title: str, pairs: Mapping[str, Any]) -> str:
    if not pairs:
        return f"{title}  no difference"
    rows = [(key, _short(pair["a"]), _short(pair["b"])) for key, pair in pairs.items()]
    return f"{title}\n{table(('', 'A', 'B'), rows)}"


def _made_of(pairs: Mapping[str, Any]) -> Iterator[str]:
    if pairs:
        yield _pairs("MADE OF", pairs)


def _short(value: Any) -> str:
    text = NONE if value is None else value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 40 else text[:12] + "…"


def _figures(found: Mapping[str, Any], everything: bool) -> Iterator[str]:
    shown = [e for e in found["figures"] if everything or e["change"] in ("up", "down")]
    quiet = len(found["figures"]) - len(shown)
    how = "paired path by path" if found["paired"] else "not paired"
    head = f"FIGURES  (B less A, {how}, 95 % intervals; {len(shown)} of {len(found['figures'])} shown"
    head += f", {quiet} are equal or within the noise)" if quiet else ")"
    if not shown:
        yield head
        return
    rows = [_row(entry) for entry in shown]
    yield "\n".join([head, table(("scenario, account, mode", "figure", "A", "B", "difference", ""), rows)])


def _row(entry: Entry) -> tuple[str, ...]:
    share = entry["figure"].startswith("p_")
    show = hundredths if share else dollars
    basis = "" if entry["basis"] == "equal_collateral" else ", equal efficiency"
    where = f"{entry['scenario']}, {entry['account']}, {entry['mode']}{basis}"
    figures = (estimate(entry[key], show) for key in ("a", "b", "difference"))
    return (where, entry["figure"] + (" %" if share else " USD"), *figures, entry["change"] or NONE)


def _missing(found: Mapping[str, Any]) -> Iterator[str]:
    for side, other in (("a", "b"), ("b", "a")):
        if found[f"only_{side}"]:
            lives = "\n".join("  " + ", ".join(key) for key in found[f"only_{side}"])
            yield f"ONLY IN {side.upper()}  (nothing to compare with in {other.upper()})\n{lives}"


def _failure(rule: str, entries: Sequence[Entry]) -> str:
    if not entries:
        return f"--fail-on {rule}: does not hold"
    where = "; ".join(f"{e['figure']} of {e['mode']} in {e['scenario']}" for e in entries[:3])
    return f"--fail-on {rule}: HOLDS for {len(entries)} figures ({where}{' …' if len(entries) > 3 else ''})"
